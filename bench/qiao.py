"""Qiao as a target: migrated, seeded and served as in production, by this checkout or another."""

import contextlib
import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bench.checkout import Checkout
from bench.database import Database
from bench.facts import Facts
from bench.key_holder import new_key
from bench.targets import (
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


def own(checkout: Checkout, port: int, threads: int | None) -> list[str]:
    """The product's own command, which is how it is served in production. Flask's, which 0.1.0 had
    alone, loads the commands of other libraries too: those that only tools for tests ask for."""
    has_command = (checkout.folder / "app/qiao.py").exists()
    command = ["-m", "app.qiao"] if has_command else ["-m", "flask", "--app", "wsgi"]
    serve = [*command, "serve", "--host", "127.0.0.1", "--port", str(port)]
    return [checkout.python, *serve, *(["--threads", str(threads)] if threads else [])]


def gunicorn(checkout: Checkout, port: int, threads: int | None) -> list[str]:
    options = ["--workers", "1", "--worker-class", "gthread"]
    options += ["--threads", str(threads or THREADS)]
    address = ["--bind", f"127.0.0.1:{port}", "--keep-alive", "120", "--log-level", "warning"]
    return [checkout.python, "-m", "gunicorn", *options, *address, "wsgi:app"]


def waitress(checkout: Checkout, port: int, threads: int | None) -> list[str]:
    options = [f"--listen=127.0.0.1:{port}", f"--threads={threads or THREADS}"]
    return [checkout.python, "-m", "waitress", *options, "wsgi:app"]


OWN = ("uvicorn", "granian")
"""What `serve` runs, and ran in earlier checkouts."""
SERVERS = {"serve": own, "gunicorn": gunicorn, "waitress": waitress}


@contextlib.contextmanager
def qiao(database: Database, options: Options) -> Iterator[Target]:
    """Qiao with one worker process behind the WSGI server asked for."""
    port, checkout = free_port(), options.checkout
    settings, facts = prepared(database, options, port)
    command = SERVERS[options.server](checkout, port, options.threads)
    if options.workers > 1:
        command += ["--workers", str(options.workers)]
    served_by = version(checkout.python, options.server)
    with process(command, options.log, checkout.folder, settings) as started:
        wait_until_ready(facts.discovery, started, options.log)
        yield Target(checkout.name, served_by, facts, started.pid, database)


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
    facts = replace(facts, rotates=options.rotates)
    return settings, replace(facts, cookies=seeded(settings, options, facts))


def seeded(
    settings: Mapping[str, str], options: Options, facts: Facts
) -> tuple[Mapping[str, str], ...]:
    """The cookies of people who are signed in, made by the checkout's own `bench.seed`."""
    command = [options.checkout.python, "-m", "bench.seed", str(options.people), facts.to_json()]
    with options.log.open("ab") as log:
        done = subprocess.run(
            command,
            cwd=options.checkout.folder,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=log,
            check=False,
        )
    if done.returncode:
        tail = "\n".join(options.log.read_text(errors="replace").splitlines()[-15:])
        raise TargetFailed(f"seeding Qiao failed; the end of {options.log}:\n{tail}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def version(python: str, server: str) -> str:
    """Of the Python and the server that a checkout is served by."""
    ask = (
        "import sys, sysconfig, importlib.metadata as m;"
        "there = {d.name: d.version for d in m.distributions()};"
        "name = next(n for n in sys.argv[1:] if n in there);"
        "said = str(sysconfig.get_config_var('CONFIG_ARGS'));"  # looked at as the Makefile does
        "quick = sys.base_prefix == '/usr' or '--enable-optimizations' in said;"
        "built = '' if quick else ' (built without --enable-optimizations)';"
        "print(f'Python {sys.version.split()[0]}{built}, {name} {there[name]}')"
    )
    names = OWN if server == "serve" else (server,)
    command = [python, "-c", ask, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TargetFailed(f"{server} is not installed in the environment of {python}")
    return done.stdout.strip()
