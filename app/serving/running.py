"""Starts the server: in this process, or in several that uvicorn looks after."""

import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError
from uvicorn import Config

from app.database import AUTOCOMMIT_BIND, db
from app.database_patience import keep_patience
from app.serving.access import Counter, access
from app.serving.asgi import NOTED, Adapter, Counting, Load
from app.serving.bounds import Bounds
from app.serving.server import QiaoServer
from app.serving.sharing import SharedProtocol
from app.serving.slow_clients import PatientProtocol, Unfinished
from app.serving.workers import STOPPING, Workers
from app.settings import Settings
from app.web.client_address import stands_for_many
from app.web.waiting import Bells
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS

if sys.platform != "win32":
    import resource

OTHER_FILES = 512
"""File handles that are not connections: databases, sources, files."""
MOST_FILES = 65536
STARTING = 60
"""Seconds in which a worker must begin to answer; on a busy machine it takes twenty."""
BRIEF_PATHS = frozenset(
    ENDPOINT_PATHS[f"{name}_endpoint"]
    for name in (
        *("authorization", "pushed_authorization_request", "token"),
        *("userinfo", "introspection", "revocation"),
    )
)
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def serve(
    load: Callable[[], Flask], listener: socket.socket, workers: int, threads: int, logged: bool
) -> None:
    """Serves until SIGINT or SIGTERM, and then ends what is under way; at the second, at once.

    :param load: gives the application; called in each worker, by its name in its module.
    """
    for number in STOPPING:
        signal.signal(number, _noted)  # uvicorn sends itself what stopped it, once it has
    config = configuration(partial(adapter, load, threads, logged), Bounds(), workers)
    if workers == 1:
        QiaoServer(config).run([listener])
    else:
        Workers(config, [listener]).run()


def configuration(make: Callable[[], Adapter], bounds: Bounds, workers: int = 1) -> Config:
    """uvicorn's: the parts that are ours, and no guess at proxies, which the application knows."""
    # Its warnings are of requests that are none, and anybody can send those.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    return Config(
        make,
        factory=True,
        interface="asgi3",
        http=PatientProtocol if workers == 1 or sys.platform == "win32" else SharedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        workers=workers,
        timeout_graceful_shutdown=bounds.grace,
        timeout_worker_healthcheck=STARTING,
    )


def adapter(load: Callable[[], Flask], threads: int, logged: bool) -> Adapter:
    """The application for uvicorn, made in the process that serves."""
    if multiprocessing.parent_process() is not None:
        _end_with_parent()
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    access.setLevel(logging.INFO if logged else logging.WARNING)
    app = load()
    end = _trace(app)
    bounds = Bounds(connections=max(OTHER_FILES // 4, allow_files() - OTHER_FILES))
    bells: Bells = app.extensions["bells"]

    def begin() -> dict[str, Any]:
        with app.app_context():
            for engine in db.engines.values():
                keep_patience(engine)
                engine.dispose()
        know_keys(app)
        return state(bounds, bells, app.extensions["settings"])

    with app.app_context():
        engine = db.engines.get(AUTOCOMMIT_BIND)
    brief: dict[str, Any] = {}
    if engine is not None and sys.platform != "win32":  # whose loop looks at no sockets but its own
        brief["is_brief"] = BRIEF_PATHS.__contains__
        brief["may_begin"] = lambda: engine.pool.is_at_hand  # type: ignore[attr-defined]
    return Adapter(app, bells, threads, bounds, begin, _counting(app), end, **brief)


def _trace(app: Flask) -> Callable[[], None] | None:
    """What sends the last spans. Without ``QIAO_TRACES`` nothing of OpenTelemetry is loaded."""
    if not app.extensions["settings"].traces:
        return None
    from app.metrics.version import version
    from app.tracing.worker import setup_traces

    return setup_traces(app, version())


def know_keys(app: Flask) -> None:
    """Reads the signing keys, so that whoever asks for them needs no database from the first time.

    One that is away by now is waited for by nobody: they are read when they are asked for.
    """
    with app.app_context(), suppress(DBAPIError):
        app.extensions["oidc"].keys.refresh(db.session)


def _counting(app: Flask) -> Counting | None:
    """None without ``QIAO_METRICS_PORT``, and nothing of it is loaded then."""
    if app.extensions["settings"].metrics_port is None:
        return None
    from app.metrics.worker import Counting as Counted

    def begin(load: Load) -> Counter:
        counted = app.extensions["counting"] = Counted(app, load, NOTED)
        return counted.requests

    return begin


def state(bounds: Bounds, bells: Bells, settings: Settings) -> dict[str, Any]:
    """What every connection goes by."""
    networks = settings.trusted_proxy_networks
    is_proxy = partial(stands_for_many, count=settings.trusted_proxies, networks=networks)
    return {"bounds": bounds, "bells": bells, "unfinished": Unfinished(bounds, is_proxy)}


def _noted(number: int, _: FrameType | None) -> None:
    del number


def _end_with_parent() -> None:
    """A worker does not outlive the main process, though that is killed."""
    if sys.platform != "linux":
        return
    parent = multiprocessing.parent_process()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)
    if parent is not None and os.getppid() != parent.pid:
        os.kill(os.getpid(), signal.SIGTERM)


def allow_files() -> int:
    """Takes as many file handles as the process may have, within reason; how many that is."""
    if sys.platform == "win32":
        return MOST_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
