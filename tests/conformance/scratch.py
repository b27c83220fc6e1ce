"""A deployment for one run: database, keys, persons and clients are made for it and go with it.

Everything is done with the commands that an operator has, in the way docs/certification.md tells.
"""

import os
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import get_default_verify_paths
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from app.database import db
from app.demo.processes import CannotStart, Processes, Server, serve
from app.factory import create_app
from app.settings_reading import InvalidSettings, read_settings
from tests.conformance.certificates import issue
from tests.conformance.clients import ADA, PROFILES, RECEIVER, RESOURCE, Credentials
from tests.conformance.deployment import DeploymentError, Target
from tests.conformance.files import write_files
from tests.conformance.resource import INTROSPECTION, PATH, Resource, serving
from tests.conformance.trust import Trust, Untrusted, addresses
from tests.conformance.visitor import Visitor
from tests.interop.tls_proxy import tls_proxy
from tests.live import free_ports

PATIENCE = 60.0
"""Seconds in which its one process shows keys that were rotated: five, on a machine at rest."""
PAUSE = 0.5
SIGNING_ALGORITHMS = "RS256,PS256,ES256"
"""The module that rotates keys stops at one of the type OKP, which it does not know."""


@dataclass(frozen=True)
class Wishes:
    """:param name: under which the suite reaches this machine. :param listen: at which address.

    :param port: 0 takes a free one. :param networks: in which the suite is, for fetches from it.
    """

    name: str = "localhost"
    listen: str = "127.0.0.1"
    port: int = 0
    networks: Sequence[str] = ()


@dataclass(frozen=True)
class Scratch:
    """:param environment: of the server. :param administration: where commands are run.

    :param jwks: its key set, without TLS. :param authority: what vouches for its certificate.
    """

    target: Target
    environment: dict[str, str]
    administration: Flask
    jwks: str
    authority: Path

    def rotate(self) -> None:
        before, deadline = self._keys(), time.monotonic() + PATIENCE
        command(self.administration, "keys", "rotate", "--now")
        while not before < self._keys():
            if time.monotonic() > deadline:
                raise DeploymentError("The keys were rotated, but are not served.")
            time.sleep(PAUSE)

    def bring_about_events(self, receiver: str) -> None:
        password = self.target.credentials.passwords[ADA]
        visitor = Visitor(self._near(), str(self.authority))
        visitor.sign_in(RECEIVER, receiver, ADA, password)
        command(self.administration, "accounts", "set-password", ADA, ACCOUNT_PASSWORD=password)

    def _near(self) -> str:
        """Its address from here: the name that the suite knows may mean nothing on this machine."""
        parts = urlsplit(self.target.issuer)
        try:
            addresses(parts.hostname or "")
        except Untrusted:
            return f"https://localhost:{parts.port}"
        return self.target.issuer

    def _keys(self) -> set[str]:
        try:
            keys = requests.get(self.jwks, timeout=PATIENCE).json()["keys"]
            return {str(key["kid"]) for key in keys}
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise DeploymentError(f"{self.jwks} cannot be read.") from error


def command(administration: Flask, *words: str, **environment: str) -> None:
    """Runs ``flask --app wsgi`` with these words.

    :raises DeploymentError: it fails. :raises KeyboardInterrupt: the run was stopped meanwhile,
        which a command swallows.
    """
    done = administration.test_cli_runner().invoke(args=words, env=environment)
    if done.exit_code and done.output.rstrip().endswith("Aborted!"):
        raise KeyboardInterrupt
    if done.exit_code:
        said = " ".join(done.output.split()) or repr(done.exception)
        raise DeploymentError(f"flask {' '.join(words[:2])} failed: {said[-300:]}")


@contextmanager
def scratch(
    suite: str, trust: Trust, credentials: Credentials, wishes: Wishes, log: Path
) -> Iterator[Scratch]:
    """A live deployment behind TLS; nothing of it is left afterwards but its log.

    :param suite: the address under which its clients know the suite.
    :raises DeploymentError: it does not come up.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="conformance-")))
        try:
            made = _make(stack, folder, suite, trust, credentials, wishes, log)
        except (OSError, ValueError, InvalidSettings) as error:
            raise DeploymentError(f"The deployment does not come up: {error}") from error
        yield made


def _make(
    stack: ExitStack,
    folder: Path,
    suite: str,
    trust: Trust,
    credentials: Credentials,
    wishes: Wishes,
    log: Path,
) -> Scratch:
    behind, resource_behind, resource_port, port = _ports(wishes.port)
    issuer = f"https://{wishes.name}:{port}"
    resource = f"https://{wishes.name}:{resource_port}{PATH}"
    target = Target(issuer, resource, credentials)
    environment = _environment(folder, issuer, trust, wishes)
    administration = create_app(read_settings(_settings(environment)))
    identity = issue(folder, wishes.name, "localhost", "127.0.0.1")
    _populate(folder, suite, credentials, administration)
    stack.enter_context(_serving(behind, environment, log))
    stack.enter_context(tls_proxy(identity.server, port, behind, wishes.listen))
    stack.enter_context(serving(_resource(target, behind), resource_behind))
    stack.enter_context(tls_proxy(identity.server, resource_port, resource_behind, wishes.listen))
    jwks = f"http://127.0.0.1:{behind}/jwks"
    return Scratch(target, environment, administration, jwks, identity.authority)


def _ports(wish: int) -> tuple[int, int, int, int]:
    three, more = free_ports(), free_ports()
    return three.qiao, three.sandbox, three.application, wish or more.qiao


def _environment(folder: Path, issuer: str, trust: Trust, wishes: Wishes) -> dict[str, str]:
    """The settings of docs/certification.md."""
    authorities = folder / "authorities.pem"
    authorities.write_text(_system_authorities() + trust.bundle(), encoding="utf-8")
    environment = {
        "QIAO_ISSUER": issuer,
        "QIAO_SECRET_KEYS": secrets.token_urlsafe(48),
        "QIAO_PAIRWISE_SALT": secrets.token_urlsafe(48),
        "QIAO_DATABASE_URL": f"sqlite:///{folder / 'qiao.sqlite3'}",
        "QIAO_TRUSTED_PROXIES": "1",
        "QIAO_LOCAL_LOGIN": "1",
        "QIAO_REGISTRATION": "open",
        "QIAO_REGISTRATION_REQUIRES_PKCE": "0",
        "QIAO_SIGNING_ALGORITHMS": SIGNING_ALGORITHMS,
        "QIAO_ASSERTION_AUDIENCE": "any-endpoint",
        "QIAO_LOG_LEVEL": "INFO",
        "SSL_CERT_FILE": str(authorities),
    }
    if wishes.networks:
        environment["QIAO_OUTBOUND_NETWORKS"] = ",".join(wishes.networks)
    return environment


def _system_authorities() -> str:
    known = os.environ.get("SSL_CERT_FILE") or get_default_verify_paths().cafile
    file = Path(known) if known and Path(known).exists() else Path(DEFAULT_CA_BUNDLE_PATH)
    return file.read_text(encoding="utf-8") + "\n"


def _settings(environment: dict[str, str]) -> dict[str, str]:
    """The same for the commands, which are to say only what goes wrong."""
    own = {name: value for name, value in environment.items() if name.startswith("QIAO_")}
    return {**own, "QIAO_LOG_LEVEL": "WARNING"}


def _populate(folder: Path, suite: str, credentials: Credentials, administration: Flask) -> None:
    files = write_files(folder, suite, credentials)
    command(administration, "db", "upgrade")
    for name in PROFILES:
        words = ("accounts", "create", name, "--profile", str(folder / f"{name}.json"))
        command(administration, *words, ACCOUNT_PASSWORD=credentials.passwords[name])
    command(administration, "clients", "add", "--from-json", str(files.clients), "--json")
    with administration.app_context():
        db.engine.dispose()


@contextmanager
def _serving(port: int, environment: dict[str, str], log: Path) -> Iterator[None]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as lines:
        processes = Processes(lambda _, line: _write(lines, line))
        server = Server("qiao", serve(port), environment, port, "/.well-known/openid-configuration")
        try:
            processes.start(server)
            processes.wait_until_answers(server)
            yield
        except CannotStart as error:
            raise DeploymentError(f"{error} (log: {log})") from error
        finally:
            processes.stop()


def _write(file: object, line: str) -> None:
    print(line, file=file, flush=True)  # type: ignore[call-overload]


def _resource(target: Target, behind: int) -> Resource:
    """Asks without TLS: the name of the issuer is the suite's, and may mean nothing here."""
    asks = f"http://127.0.0.1:{behind}{INTROSPECTION}"
    return Resource(target.resource, asks, RESOURCE, target.credentials.secrets[RESOURCE])
