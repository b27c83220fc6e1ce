"""What the event loop answers by itself is what the long way answers, for every request."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from app.database import db
from oidc.keys.maintenance import EVERY
from oidc.keys.rotation import rotate_at_once
from oidc.keys.store import RECHECK_SECONDS
from oidc.protocol.endpoint_paths import DESCRIPTION_PATHS, ENDPOINT_PATHS
from tests.app.serving.served import Served, answer, served
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.sandbox_server import LiveSandbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

JWKS = ENDPOINT_PATHS["jwks_uri"]
PATHS = (*DESCRIPTION_PATHS, JWKS)
USUAL = [
    "GET {} HTTP/1.1|Host: x",
    "HEAD {} HTTP/1.1|Host: x",
    "GET {} HTTP/1.1|Host: x|Connection: close",
    "HEAD {} HTTP/1.1|Host: x|Connection: close",
    "GET {} HTTP/1.0",
    "GET {} HTTP/1.0|Host: x|Connection: keep-alive",
    "GET {} HTTP/1.1|Host: x|Origin: https://spa.example|Cookie: qiao_form=x|DNT: 1",
    "GET {} HTTP/1.1|Host: x|Authorization: Bearer x|Content-Type: text/plain|X_Y: 1",
    'GET {} HTTP/1.1|Host: x|If-None-Match: *|If-None-Match-2: "a"|Range: bytes=0-1',
    "GET {} HTTP/1.1|Host: x|If-Modified-Since: Sun, 29 Nov 2026 08:26:49 GMT|Accept: text/html",
    "GET {} HTTP/1.1|Host: x|X-Forwarded-For: 192.0.2.1|X-Request-Id: 01234567|Accept-Encoding: br",
    "GET {} HTTP/1.1|Host: x|Connection: upgrade|Upgrade: websocket",
]
AMBIGUOUS = [
    "GET {} HTTP/1.1",
    "GET {} HTTP/1.1|Host: x|Host: y",
    "GET {} HTTP/1.1|Host: x|Authorization: a|Authorization: b",
]
UNUSUAL = [
    *AMBIGUOUS,
    "GET {} HTTP/1.1|Host: x|Expect: 100-continue",
    "GET {} HTTP/1.1|Host: x|Content-Length: 3||abc",
    "GET {} HTTP/1.1|Host: x|Transfer-Encoding: chunked||0||",
    "POST {} HTTP/1.1|Host: x|Content-Length: 3||abc",
    "PUT {} HTTP/1.1|Host: x|Content-Length: 0",
    "DELETE {} HTTP/1.1|Host: x",
    "OPTIONS {} HTTP/1.1|Host: x|Origin: https://spa.example",
    "OPTIONS {} HTTP/1.1|Host: x|Origin: o|Access-Control-Request-Headers: x-one",
]


@dataclass
class Node:
    deployment: Deployment
    server: Served
    calls: int = 0
    """How often the application was asked."""

    def ask(self, request: str, target: str) -> bytes:
        """All that is answered, but for the date, which every answer has once."""
        head, _, body = request.format(target).replace("|", "\r\n").partition("\r\n\r\n")
        last = "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        told = self.server.ask(f"{head}\r\n\r\n{body}{last}".encode())
        told, dates = re.subn(rb"\r\ndate: [^\r]+ GMT(?=\r\n)", b"", told)
        assert dates == told.count(b"HTTP/1.1 ")
        return told.partition(b"HTTP/1.1 404")[0]

    def kids(self) -> list[bytes]:
        with self.server.connect() as connection:
            connection.sendall(f"GET {JWKS} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            return re.findall(rb'"kid":"([^"]+)"', answer(connection))


@pytest.fixture
def node(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Node]:
    deployment = build_deployment(sqlite, wechat, clock)

    def counted(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        node.calls += environ["PATH_INFO"] != "/end"
        return deployment.app(environ, start)

    with served(counted) as server:
        node = Node(deployment, server)
        yield node
    close(deployment)
    sqlite.empty()


def test_loop_answers_what_the_application_answers(node: Node) -> None:
    for path in PATHS:
        for known in USUAL[:2]:
            node.ask(known, path)
        for request in (*USUAL, *UNUSUAL):
            by_the_long_way = node.ask(request, f"{path}?")
            asked_before = node.calls

            told = node.ask(request, path)

            assert told == by_the_long_way, request
            assert told.startswith(b"HTTP/1.1 "), request
            if request in USUAL:
                assert told.startswith(b"HTTP/1.1 200 OK\r\n"), request
                assert node.calls == asked_before, request
            elif request not in AMBIGUOUS:
                assert node.calls == asked_before + 1, request


def test_other_spellings_are_not_remembered(node: Node) -> None:
    for target in (f"{JWKS}?a", f"{JWKS}?", "/%6awks", f"http://x{JWKS}", "//jwks", f"{JWKS}/"):
        told = [node.ask(USUAL[0], target) for _ in range(2)]
        assert told[0] == told[1]
        assert node.calls == 2, (target, told)
        node.calls = 0


def test_new_key_is_told_at_once_and_the_database_looked_at_soon(
    node: Node, clock: TestClock
) -> None:
    before = node.kids()
    assert node.kids() == before
    provider = node.deployment.provider

    with node.deployment.app.app_context():
        rotate_at_once(provider.keys, db.session, "ES256")
        db.session.commit()
    here = node.kids()
    assert set(before) < set(here)

    for seconds, asked in ((RECHECK_SECONDS - 1, 0), (1, 1), (EVERY, 1)):
        calls = node.calls
        clock.advance(seconds)
        assert node.kids() == node.kids() == here
        assert node.calls == calls + asked
