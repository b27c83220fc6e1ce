"""Qiao as a target: migrated, seeded and served as in production, on PostgreSQL."""

import contextlib
import importlib.metadata
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bench.database import Database
from bench.facts import Facts
from bench.key_holder import new_key
from bench.targets import (
    REPOSITORY,
    Options,
    Target,
    TargetFailed,
    free_port,
    process,
    wait_until_ready,
)

SCOPE = "openid profile offline_access"


THREADS = 64
"""Of servers that are not the product's own, where none are asked for."""


def granian(port: int, threads: int | None) -> list[str]:
    """The product's own command, which is how it is served in production."""
    address = ["--host", "127.0.0.1", "--port", str(port)]
    serve = ["-m", "flask", "--app", "wsgi", "serve", *address]
    return [sys.executable, *serve, *(["--threads", str(threads)] if threads else [])]


def gunicorn(port: int, threads: int | None) -> list[str]:
    options = ["--workers", "1", "--worker-class", "gthread"]
    options += ["--threads", str(threads or THREADS)]
    address = ["--bind", f"127.0.0.1:{port}", "--keep-alive", "120", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", *options, *address, "wsgi:app"]


def waitress(port: int, threads: int | None) -> list[str]:
    options = [f"--listen=127.0.0.1:{port}", f"--threads={threads or THREADS}"]
    return [sys.executable, "-m", "waitress", *options, "wsgi:app"]


SERVERS = {"granian": granian, "gunicorn": gunicorn, "waitress": waitress}


@contextlib.contextmanager
def qiao(database: Database, options: Options) -> Iterator[Target]:
    """Qiao with one worker process behind the WSGI server asked for."""
    port = free_port()
    settings, facts = prepared(database, options, port)
    command = SERVERS[options.server](port, options.threads)
    with process(command, options.log, REPOSITORY, settings) as started:
        wait_until_ready(facts.discovery, started, options.log)
        yield Target("qiao", version(options.server), facts, started.pid, database)


def prepared(database: Database, options: Options, port: int) -> tuple[dict[str, str], Facts]:
    """Qiao's environment, and its database migrated and seeded."""
    secret, issuer = secrets.token_urlsafe(32), f"http://127.0.0.1:{port}"
    settings = {
        "QIAO_ISSUER": issuer,
        "QIAO_SECRET_KEYS": secrets.token_urlsafe(48),
        "QIAO_DATABASE_URL": database.url,
        "QIAO_LOG_LEVEL": "WARNING",
        **options.settings,
    }
    facts = Facts(issuer, "bench-web", secret, offline={"scope": SCOPE}, fapi_key=new_key())
    return settings, replace(facts, cookies=seeded(settings, options, facts))


def seeded(
    settings: Mapping[str, str], options: Options, facts: Facts
) -> tuple[Mapping[str, str], ...]:
    """The cookies of people who are signed in, made by `bench.seed` in a process of its own."""
    command = [sys.executable, "-m", "bench.seed", str(options.people), facts.to_json()]
    with options.log.open("ab") as log:
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=log,
            check=False,
        )
    if done.returncode:
        tail = "\n".join(options.log.read_text(errors="replace").splitlines()[-15:])
        raise TargetFailed(f"seeding Qiao failed; the end of {options.log}:\n{tail}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def version(server: str) -> str:
    try:
        served = f"{server} {importlib.metadata.version(server)}"
    except importlib.metadata.PackageNotFoundError:
        raise TargetFailed(f"{server} is not installed in this Python environment") from None
    return f"Python {sys.version.split()[0]}, {served}"
