"""A server on a real socket, in a thread of the test, and what speaks to it byte by byte."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from app.serving.asgi import Adapter
from app.serving.bounds import Bounds
from app.serving.fibres import always
from app.serving.running import configuration
from app.serving.server import QiaoServer
from app.serving.sharing import Place
from app.serving.slow_clients import Unfinished
from app.web.waiting import Bells

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Way = Callable[[str], bool]
"""Which paths are asked for briefly."""
SOON = 10.0
"""Seconds that something may take on a busy machine."""


def by_the_long_way(_path: str) -> bool:
    return False


def briefly(_path: str) -> bool:
    return True


either_way = pytest.mark.parametrize("way", [by_the_long_way, briefly])
"""What holds for every request, whether or not it takes uvicorn's way to the application."""


@dataclass
class Served:
    port: int
    bells: Bells
    server: QiaoServer

    def stop(self) -> None:
        """As SIGTERM does."""
        self.server.should_exit = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """The event loop does nothing meanwhile, as when another request keeps it busy."""
        begun, ended = threading.Event(), threading.Event()

        def pause() -> None:
            begun.set()
            ended.wait(SOON)

        self.server.servers[0].get_loop().call_soon_threadsafe(pause)
        assert begun.wait(SOON)
        yield
        ended.set()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), SOON)

    def ask(self, request: bytes) -> bytes:
        """What is answered until the connection ends."""
        with self.connect() as connection:
            connection.sendall(request)
            return until_end(connection)


@contextmanager
def served(
    inside: "WSGIApplication",
    *,
    threads: int = 8,
    bounds: Bounds | None = None,
    bells: Bells | None = None,
    proxies: Iterable[str] = (),
    way: Way = by_the_long_way,
    may_begin: Callable[[], bool] = always,
    place: Place | None = None,
) -> Iterator[Served]:
    """:param place: of one that shares connections with others."""
    bells, bounds = bells or Bells(), bounds or Bounds()
    proxies = set(proxies)

    def state() -> dict[str, Any]:
        unfinished = Unfinished(bounds, proxies.__contains__)
        return {"bells": bells, "bounds": bounds, "unfinished": unfinished}

    adapter = Adapter(inside, bells, threads, bounds, state, is_brief=way, may_begin=may_begin)
    config = configuration(lambda: adapter, bounds, workers=1 if place is None else 2)
    server = QiaoServer(config, place)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    port = listener.getsockname()[1]
    running = threading.Thread(target=server.run, args=([listener],))
    running.start()
    wait_for(lambda: server.started)
    try:
        yield Served(port, bells, server)
    finally:
        server.should_exit = True
        running.join(SOON)
        assert not running.is_alive()


def until_end(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def answer(connection: socket.socket) -> bytes:
    """One answer with a declared length, whole; fails where the connection ends before."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", 0)):
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    assert part
    return part


def wait_for(what: Callable[[], object]) -> None:
    """Until it is so; fails where it never is."""
    ends_at = time.monotonic() + SOON
    while not what():
        assert time.monotonic() < ends_at
        time.sleep(0.02)
