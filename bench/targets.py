"""The providers that can be measured, each started as in production on a free port."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.checkout import HERE, Checkout
from bench.database import Database
from bench.facts import REDIRECT_URI, Facts
from bench.key_holder import KeyHolder, new_key

OIDC_PROVIDER = Path(__file__).resolve().parent / "oidc-provider"
NODE = OIDC_PROVIDER / "node_modules" / ".bin" / "node"
"""The Node.js that npm's `node` package holds: the same on every machine."""
READY_WITHIN = 40.0


class TargetFailed(Exception):
    """A provider could not be started; the message says what to do."""


@dataclass(frozen=True)
class Target:
    """A provider that runs: how to reach it, and the process whose tree is its cost."""

    name: str
    version: str
    facts: Facts
    pid: int
    database: Database


@dataclass(frozen=True)
class Options:
    """How a provider is started; ``server``, ``threads`` (None: as many as the product chooses),
    ``workers``, more ``settings`` and the ``checkout`` that serves are Qiao's.

    :param rotates: whether refresh tokens are traded for the next.
    """

    log: Path
    people: int
    server: str = "serve"
    threads: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    checkout: Checkout = HERE
    workers: int = 1
    rotates: bool = True


Start = Callable[[Database, Options], contextlib.AbstractContextManager[Target]]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def process(
    command: list[str], log: Path, cwd: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, ended with the whole group."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(5)
                break


def wait_until_ready(address: str, started: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the address answers; raise TargetFailed with the end of the log otherwise."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and started.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(address, timeout=2)
            return
        time.sleep(0.1)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise TargetFailed(f"{address} does not answer; the end of {log}:\n{tail}")


@contextlib.contextmanager
def oidc_provider(database: Database, options: Options) -> Iterator[Target]:
    """npm's oidc-provider on Node.js, from bench/oidc-provider/."""
    folder = OIDC_PROVIDER
    install(folder)
    port, secret = free_port(), secrets.token_urlsafe(32)
    issuer = f"http://127.0.0.1:{port}"
    offline = offline_by_consent()
    facts = Facts(issuer, "bench-web", secret, offline=offline, fapi_key=new_key())
    facts = replace(facts, rotates=options.rotates)
    client = {
        "client_id": facts.client_id,
        "client_secret": secret,
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": "openid profile offline_access",
    }
    fapi = {
        "client_id": facts.fapi_client_id,
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code"],
        "scope": "openid profile",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "id_token_signed_response_alg": "ES256",
        "jwks": KeyHolder(issuer, facts.fapi_client_id, facts.fapi_key).registered,
        "require_pushed_authorization_requests": True,
        "dpop_bound_access_tokens": True,
    }
    clients = [client, fapi]
    asked = {
        "port": port,
        "database": database.url,
        "clients": clients,
        "rotates": options.rotates,
    }
    command = [str(NODE), "server.mjs", json.dumps(asked)]
    with process(command, options.log, folder, {"NODE_ENV": "production"}) as started:
        wait_until_ready(facts.discovery, started, options.log)
        yield Target("oidc-provider", oidc_provider_version(folder), facts, started.pid, database)


def offline_by_consent() -> dict[str, str]:
    """How a refresh token is asked for as OpenID Connect Core 11 has it."""
    return {"scope": "openid profile offline_access", "prompt": "consent"}


def install(folder: Path) -> None:
    """Install the locked npm packages once."""
    if not NODE.exists():
        print("installing bench/oidc-provider …", file=sys.stderr)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--silent"]
        if subprocess.run(command, cwd=folder, check=False).returncode:
            raise TargetFailed(f"`npm ci` failed in {folder}: is Node.js there?")


def oidc_provider_version(folder: Path) -> str:
    package = json.loads((folder / "node_modules/oidc-provider/package.json").read_text())
    node = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True)
    return f"{package['version']}, Node {node.stdout.strip()}"
