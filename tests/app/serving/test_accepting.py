"""Whoever is new is connected, however busy those keep a server who are there already."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tests.app.serving.served import SOON, Served, Way, either_way, served, until_end

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TURN = 0.05
"""Seconds that the loop has something else to do, again and again."""
NEW = 40
LAST = b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def answers(environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
    del environ
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@contextmanager
def busy(here: Served) -> Iterator[None]:
    """Each turn of the loop takes long."""
    loop = here.server.servers[0].get_loop()
    is_over = threading.Event()

    def turn() -> None:
        if not is_over.is_set():
            time.sleep(TURN)
            loop.call_soon(turn)

    loop.call_soon_threadsafe(turn)
    yield
    is_over.set()


def ask_together(here: Served, opened: ExitStack) -> list[socket.socket]:
    new = [opened.enter_context(here.connect()) for _ in range(NEW)]
    for connection in new:
        connection.sendall(LAST)
    return new


@either_way
def test_many_who_come_while_a_server_is_busy_are_taken_together(way: Way) -> None:
    with served(answers, way=way) as here, busy(here), ExitStack() as opened:
        begun = time.monotonic()
        new = ask_together(here, opened)
        said = [until_end(connection) for connection in new]
        took = time.monotonic() - begun

    assert all(each.endswith(b"\r\n\r\nok") for each in said)
    assert took < NEW * TURN / 2


def test_those_who_wait_when_it_stops_are_answered() -> None:
    with served(answers) as here, busy(here), ExitStack() as opened:
        new = ask_together(here, opened)
        here.stop()
        said = [until_end(connection) for connection in new]

    assert all(each.endswith(b"\r\n\r\nok") for each in said)


def test_nothing_is_left_of_looking() -> None:
    begun = time.monotonic()
    with served(answers) as here:
        assert here.ask(LAST).endswith(b"ok")
        [latecomers] = here.server._latecomers
    latecomers.end()  # once more

    assert time.monotonic() - begun < SOON
