"""HTTP/1.1 as the server speaks it: what is answered, and what is refused (RFC 9112)."""

import hashlib
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from app.serving.bounds import Bounds
from tests.app.serving.served import (
    Served,
    Way,
    answer,
    briefly,
    by_the_long_way,
    either_way,
    served,
    wait_for,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def tells(environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
    """Says what it was asked."""
    body = environ["wsgi.input"].read()
    start("200 OK", [("X-Seen", "1")])
    names = sorted(name for name in environ if name.startswith(("HTTP_", "CONTENT_")))
    told = [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']!a} {environ['QUERY_STRING']}"]
    told += [f"{name}={environ[name]}" for name in names]
    return ["\n".join(told).encode(), b"\n", body]


@pytest.fixture(scope="module", params=[by_the_long_way, briefly])
def here(request: pytest.FixtureRequest) -> Iterator[Served]:
    with served(tells, way=request.param) as running:
        yield running


def test_request_is_told_as_wsgi_has_it(here: Served) -> None:
    told = here.ask(
        b"POST /a%2Fb%E4%BD?q=%20 HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
        b"Content-Length: 3\r\nX-One: 1\r\nX-One: 2\r\nCookie: a=1\r\nCookie: b=2\r\n"
        b"Connection: close\r\n\r\nabc"
    )

    assert told.startswith(b"HTTP/1.1 200 OK\r\ndate: ")
    assert b"\r\nx-seen: 1\r\n" in told
    assert rb"POST '/a/b\xe4\xbd' q=%20" in told
    for line in (b"CONTENT_LENGTH=3", b"CONTENT_TYPE=text/plain", b"HTTP_X_ONE=1,2"):
        assert line in told.split(b"\n")
    assert b"HTTP_COOKIE=a=1; b=2" in told
    assert told.endswith(b"\nabc")


def test_connection_serves_one_request_after_the_other(here: Served) -> None:
    with here.connect() as connection:
        for _ in range(3):
            connection.sendall(GET)
            assert answer(connection).startswith(b"HTTP/1.1 200 OK")


def test_requests_sent_together_are_answered_in_order(here: Served) -> None:
    many = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(300))

    told = here.ask(many + LAST)

    found = [line for line in told.split(b"\n") if line.startswith(b"GET '/") or b"GET '/" in line]
    assert [line.split(b"'")[1] for line in found] == [b"/%d" % n for n in range(300)] + [b"/a"]


def test_request_may_come_byte_by_byte(here: Served) -> None:
    with here.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi":
            connection.sendall(bytes([byte]))

        assert answer(connection).endswith(b"\nhi")


def test_chunked_body_is_told_with_its_length(here: Served) -> None:
    told = here.ask(
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: unread\r\n\r\n"
    )

    assert b"CONTENT_LENGTH=5" in told
    assert b"unread" not in told
    assert told.endswith(b"\nabcde")


def test_client_that_asks_first_is_told_to_go_on(here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hi")

        assert answer(connection).endswith(b"\nhi")


def test_head_has_the_size_and_no_body(here: Served) -> None:
    told = here.ask(LAST.replace(b"GET", b"HEAD"))

    head, _, body = told.partition(b"\r\n\r\n")
    assert b"content-length: " in head
    assert body == b""


def test_old_client_gets_one_answer(here: Served) -> None:
    told = here.ask(b"GET / HTTP/1.0\r\n\r\n")

    assert b"connection: close" in told


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="no host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, id="two hosts"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00", 400, id="TLS"),
        pytest.param(b"GET / HTTP/1.1\nHost: x\n\n", 400, id="bare line feeds"),
        pytest.param(b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400, id="space before the colon"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400, id="folded line"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n", 400, id="NUL"),
        pytest.param(b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="no target"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            400,
            id="two lengths",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", 400, id="signed length"
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"0\r\n\r\n",
            400,
            id="length and chunks",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, x\r\n\r\n0\r\n\r\n",
            400,
            id="unknown coding",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\na\r\n",
            400,
            id="chunk of no length",
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431, id="long head"
        ),
        pytest.param(
            b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431, id="long URL"
        ),
    ],
)
def test_what_is_no_request_is_refused_and_nothing_after_it_is_read(
    here: Served, request_: bytes, status: int
) -> None:
    told = here.ask(request_ + LAST)

    assert told.startswith(b"HTTP/1.1 %d " % status)
    assert told.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("junk", [b"no request\r\n\r\n", b"GET / HTTP/1.1\r\nHost x\r\n\r\n"])
@pytest.mark.parametrize("before", [1, 2, 5])
def test_what_came_before_is_answered_and_then_it_is_refused(
    here: Served, before: int, junk: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    post = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"

    told = here.ask(post * before + junk + LAST)

    assert told.count(b"HTTP/1.1 200 OK") == before
    assert told.count(b"HTTP/1.1") == before + 1
    assert told.rindex(b"HTTP/1.1 400 ") > told.rindex(b"HTTP/1.1 200 ")
    assert not caplog.records


def test_header_that_wsgi_could_not_tell_from_another_is_dropped(here: Served) -> None:
    told = here.ask(
        b"GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 6.6.6.6\r\nConnection: close\r\n\r\n"
    )

    assert b"6.6.6.6" not in told


def test_nobody_is_upgraded(here: Served) -> None:
    told = here.ask(
        b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + GET
    )

    assert told.startswith(b"HTTP/1.1 200 OK")
    assert told.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("parts", [1, 3])
def test_body_is_read_of_who_asks_for_another_protocol(
    here: Served, framing: str, parts: int
) -> None:
    """As Java's HttpClient does over http; the body is that of a request like any other."""
    wish = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEA\r\n"
    framed = {
        "length": b"Content-Length: 5\r\n\r\n" + b"hello",
        "chunked": b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    }
    request = b"POST /a HTTP/1.1\r\nHost: x\r\n" + wish + framed[framing]
    with here.connect() as connection:
        for part in range(parts):
            at = slice(part * len(request) // parts, (part + 1) * len(request) // parts)
            connection.sendall(request[at])
        told = answer(connection)

    assert told.startswith(b"HTTP/1.1 200 OK")
    assert b"\nhello" in told or told.endswith(b"hello")
    assert b"HTTP_UPGRADE" not in told


def test_body_that_is_declared_too_large_is_not_waited_for(here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nabc")

        told = answer(connection)

    assert b"CONTENT_LENGTH=9999999\n" in told
    assert told.endswith(b"HTTP_HOST=x\n")


def test_chunks_that_become_too_large_end_where_they_do(here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(5):
            connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

        told = answer(connection)

    assert b"CONTENT_LENGTH=" in told
    assert b"x" * 100 not in told


class Streams:
    """An answer of unknown size, larger than what a socket takes."""

    def __init__(self, parts: int = 400) -> None:
        self.parts = parts
        self.made = 0
        self.is_closed = False

    def __call__(self, _: "WSGIEnvironment", start: "StartResponse") -> "Streams":
        start("200 OK", [("Content-Type", "text/plain")])
        return self

    def __iter__(self) -> "Streams":
        return self

    def __next__(self) -> bytes:
        if self.made == self.parts:
            raise StopIteration
        self.made += 1
        return b"~" * 65536

    def close(self) -> None:
        self.is_closed = True


def test_answer_of_unknown_size_comes_in_chunks() -> None:
    with served(Streams(3)) as here, here.connect() as connection:
        connection.sendall(GET)
        received = b""
        while not received.endswith(b"\r\n0\r\n\r\n"):
            received += connection.recv(65536)

    assert b"transfer-encoding: chunked" in received
    assert received.count(b"~") == 3 * 65536


def test_long_answer_is_made_as_it_is_read() -> None:
    streams = Streams(4000)
    with served(streams) as here, here.connect() as connection:
        connection.sendall(GET)
        connection.recv(100)
        connection.setblocking(True)
        assert streams.made < 1000
    assert streams.is_closed


def test_reader_that_takes_nothing_is_cut_off() -> None:
    streams = Streams(4000)
    bounds = Bounds(reader_time=0.3)
    with served(streams, bounds=bounds) as here, here.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(GET)

        wait_for(lambda: streams.is_closed)

    assert streams.made < 1000


def fails(environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
    if environ["PATH_INFO"] == "/split":
        start("200 OK", [("X-A", "b\r\nSet-Cookie: c=d")])
        return [b""]
    raise RuntimeError("the password is swordfish")


@either_way
def test_application_that_fails_is_answered_for(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    with served(fails, way=way) as here:
        told = here.ask(LAST)

    assert told.startswith(b"HTTP/1.1 500 ")
    assert b"swordfish" not in told
    assert "failed" in caplog.text


@either_way
def test_header_of_several_lines_is_not_sent(way: Way) -> None:
    with served(fails, way=way) as here:
        told = here.ask(LAST.replace(b"/a", b"/split"))

    assert b"set-cookie" not in told.lower()
    assert not told.startswith(b"HTTP/1.1 200")


def measures(environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
    """Says how long the body is, and its digest."""
    digest, size = hashlib.sha256(), 0
    while part := environ["wsgi.input"].read(65536):
        digest.update(part)
        size += len(part)
    start("200 OK", [("Content-Length", str(len(told := f"{size} {digest.hexdigest()}")))])
    return [told.encode()]


def test_administrators_send_pictures_and_files_of_a_million_people() -> None:
    picture, file = b"p" * 1024 * 1024, b"f" * 40 * 1024 * 1024

    def sent(path: bytes, body: bytes) -> bytes:
        head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        return running.ask(head % (path, len(body)) + body).rpartition(b"\r\n\r\n")[2]

    def whole(body: bytes) -> bytes:
        return b"%d %s" % (len(body), hashlib.sha256(body).hexdigest().encode())

    with served(measures) as running:
        look, imported = sent(b"/admin/look", picture), sent(b"/admin/accounts/import", file)
        api = sent(b"/api/v1/look", picture)

    assert look == api == whole(picture)
    assert imported == whole(file)
