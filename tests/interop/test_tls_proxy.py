"""The proxy before Qiao hands on what came, as it came, and cannot be held up."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conformance.certificates import Identity, issue
from tests.interop.tls_proxy import tls_proxy
from tests.live import free_ports


@dataclass
class Behind:
    """What the server behind the proxy has seen."""

    port: int
    seen: list[tuple[str, list[tuple[str, str]], bytes]] = field(default_factory=list)


@contextmanager
def listening(port: int) -> Iterator[Behind]:
    behind = Behind(port)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            behind.seen.append((self.command, list(self.headers.items()), body))
            self.send_response(200)
            self.send_header("Set-Cookie", "a=1")
            self.send_header("Set-Cookie", "b=2")
            self.send_header("Content-Length", "5")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"hello")

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - the names are the library's

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield behind
        server.shutdown()
        thread.join()


@dataclass
class Site:
    port: int
    behind: Behind
    identity: Identity

    def connection(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.identity.authority))
        return http.client.HTTPSConnection("localhost", self.port, timeout=5, context=context)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    identity, ports = issue(tmp_path, "localhost"), free_ports()
    with listening(ports.qiao) as behind, tls_proxy(identity.server, ports.sandbox, ports.qiao):
        yield Site(ports.sandbox, behind, identity)


def test_header_that_comes_twice_arrives_twice(site: Site) -> None:
    connection = site.connection()
    connection.putrequest("GET", "/")
    connection.putheader("DPoP", "one")
    connection.putheader("DPoP", "two")
    connection.endheaders()
    answer = connection.getresponse()
    connection.close()

    [(_, headers, _)] = site.behind.seen
    assert [value for name, value in headers if name == "DPoP"] == ["one", "two"]
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_what_a_client_says_of_where_it_is_is_not_handed_on(site: Site) -> None:
    connection = site.connection()
    forged = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "x"}
    connection.request("GET", "/", headers=forged)
    connection.getresponse()
    connection.close()

    [(_, headers, _)] = site.behind.seen
    told = [(name, value) for name, value in headers if name.startswith("X-Forwarded")]
    assert told == [
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", f"localhost:{site.port}"),
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_comes_through_with_its_body(site: Site, method: str) -> None:
    connection = site.connection()
    sent = b"" if method in ("GET", "HEAD") else b"a=1"
    connection.request(method, "/x?y=z", body=sent or None)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()

    [(seen, _, body)] = site.behind.seen
    assert (seen, body) == (method, sent)
    assert answer.headers["Content-Length"] == "5"
    assert content == (b"" if method == "HEAD" else b"hello")


def test_client_that_never_shakes_hands_keeps_nobody_waiting(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port)):
        connection = site.connection()
        connection.request("GET", "/")
        status = connection.getresponse().status
        connection.close()

    assert status == 200


def test_server_that_is_gone_is_told_as_502(tmp_path: Path) -> None:
    identity, ports = issue(tmp_path, "localhost"), free_ports()
    with tls_proxy(identity.server, ports.sandbox, ports.qiao):
        connection = Site(ports.sandbox, Behind(ports.qiao), identity).connection()
        connection.request("GET", "/")
        status = connection.getresponse().status
        connection.close()

    assert status == 502
