"""``serve``: the server, the same in the demo and in production."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import click
from flask import current_app
from sqlalchemy import text
from uvicorn.importer import import_from_string

from app.database import db
from app.database_patience import keep_patience
from app.health.readiness import examine
from app.management.cli.command import OLD_TABLES, command, refuse
from app.management.cli.deployment import session, settings
from app.metrics.folder import counting_folder
from app.serving.running import serve as run
from app.web.application import QiaoFlask

THREADS = 256
"""A sign-in waits for its source for up to eight seconds, and holds a thread meanwhile; with this
many, others find one free. They are made when needed, and each waits without using processor."""
BACKLOG = 2048
APPLICATION = "wsgi:app"
ALONE = (
    "QIAO_REDIS_URL is not set: each worker counts rate limits and remembers DPoP proofs for "
    "itself, so that {workers} workers let through up to {workers} times as much."
)


@command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen at.",
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes."
)
@click.option(
    "--threads",
    default=THREADS,
    show_default=True,
    type=click.IntRange(1, 512),
    help="Requests that a process works on at once; as many sign-ins besides.",
)
@click.option("--access-log", is_flag=True, help="Log every request.")
def serve(host: str, port: int, workers: int, threads: int, access_log: bool) -> None:
    """Serve Qiao.

    Ctrl-C or SIGTERM stops it; requests under way are finished first, unless it is told twice.
    Give one worker to each processor core.

    \b
    qiao serve
    qiao serve --host 0.0.0.0 --port 8000 --workers 4
    """
    parts = examine(current_app).parts
    if parts["database"] != "ok":
        session().execute(text("SELECT 1"))  # is refused, with the database's reason
    elif parts["migrations"] != "ok":
        refuse(OLD_TABLES)
    try:
        listener = socket.create_server((host, port), family=_family(host), backlog=BACKLOG)
    except OSError as error:
        raise click.ClickException(f"Cannot listen at {host}:{port}: {error.strerror}.") from error
    app: QiaoFlask = current_app._get_current_object()  # type: ignore[attr-defined]
    # By its name: each of several workers is a new process, which loads it for itself.
    load = partial(import_from_string, APPLICATION) if workers > 1 else lambda: app
    with _counted(app, workers):
        click.echo(
            f"Serving at http://{host}:{port} (workers: {workers}, threads each: {threads})."
        )
        if workers > 1 and not settings().redis_url:
            click.echo(ALONE.format(workers=workers))
        sys.stdout.flush()
        run(load, listener, workers, threads, logged=access_log)
    click.echo("Stopped.")


@contextmanager
def _counted(app: QiaoFlask, workers: int) -> Iterator[None]:
    """Meanwhile the port of the metrics is open, where there is to be one."""
    host, port = settings().metrics_host, settings().metrics_port
    if port is None:
        yield
        return
    with counting_folder() as folder:
        from app.metrics.exposition import expose  # prometheus-client must find the folder

        if workers > 1:
            for engine in db.engines.values():
                keep_patience(engine)
        try:
            server = expose(app, folder, host, port)
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen at {host}:{port} for metrics: {error.strerror}."
            ) from error
        click.echo(f"Metrics at http://{host}:{port}/metrics.")
        sys.stdout.flush()
        yield
        server.server_close()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
