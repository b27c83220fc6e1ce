"""Who is slow is waited for without a thread, for a while, and never at the cost of others."""

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from app.serving.bounds import Bounds
from tests.app.serving.served import (
    SOON,
    Served,
    Way,
    answer,
    either_way,
    served,
    until_end,
    wait_for,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"
SHORT = Bounds(head_time=0.4, body_time=0.4, idle_time=0.4)


def says_ok(_: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
    start("200 OK", [])
    return [b"ok"]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(HEAD, b"HTTP/1.1 408 ", id="half a head"),
        pytest.param(BODY, b"HTTP/1.1 408 ", id="half a body"),
        pytest.param(GET, b"HTTP/1.1 200 ", id="no second request"),
        pytest.param(GET + HEAD, b"HTTP/1.1 200 ", id="half a second head"),
    ],
)
@either_way
def test_who_says_no_more_is_given_up(way: Way, sent: bytes, told: bytes) -> None:
    with served(says_ok, bounds=SHORT, way=way) as here, here.connect() as connection:
        connection.sendall(sent)

        assert until_end(connection).startswith(told)


@pytest.mark.parametrize("begun", [HEAD, BODY])
@either_way
def test_dripping_does_not_prolong_it(way: Way, begun: bytes) -> None:
    with served(says_ok, bounds=SHORT, way=way) as here, here.connect() as connection:
        connection.sendall(begun)
        begun_at = time.monotonic()
        connection.settimeout(0.05)
        told = b""
        while not told and time.monotonic() < begun_at + 20:
            try:
                connection.sendall(b"a")
                told = connection.recv(100)
            except TimeoutError:
                continue

    assert told.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun_at < 10


@either_way
def test_unfinished_requests_hold_no_thread(way: Way) -> None:
    with served(says_ok, threads=2, way=way) as here:
        slow = [here.connect() for _ in range(60)]
        for number, connection in enumerate(slow):
            connection.sendall((HEAD, BODY)[number % 2])
        assert here.ask(GET.replace(b"Host", b"Connection: close\r\nHost")).endswith(b"ok")
        assert threads_of_servers() <= 5
        for connection in slow:
            connection.close()


def threads_of_servers() -> int:
    return sum(thread.name in ("request", "sign-in") for thread in threading.enumerate())


@either_way
def test_in_a_crowd_those_without_a_request_go_first(way: Way) -> None:
    with served(says_ok, bounds=Bounds(unfinished_of_one=20), way=way) as here:
        known = here.connect()
        known.sendall(GET)
        assert answer(known).endswith(b"ok")
        strangers = [here.connect() for _ in range(40)]
        for connection in strangers:
            connection.sendall(HEAD)

        newest = here.connect()
        newest.sendall(GET)
        assert answer(newest).endswith(b"ok")
        known.sendall(GET)
        assert answer(known).endswith(b"ok")
        assert is_cut(strangers[0])
        for connection in (known, newest, *strangers):
            connection.close()


@either_way
def test_proxy_may_have_many_unfinished_requests_and_a_process_only_so_many(way: Way) -> None:
    bounds = Bounds(unfinished_of_one=5, unfinished=20)
    with served(says_ok, bounds=bounds, proxies=["127.0.0.1"], way=way) as here:
        begun = [here.connect() for _ in range(21)]
        for connection in begun:
            connection.sendall(HEAD)

        assert is_cut(begun[0])
        begun[1].sendall(b"\r\n\r\n")
        assert answer(begun[1]).endswith(b"ok")
        for connection in begun:
            connection.close()


def is_cut(connection: socket.socket) -> bool:
    try:
        return not until_end(connection).startswith(b"HTTP/1.1 200")
    except ConnectionResetError:
        return True


@either_way
def test_large_bodies_leave_room_for_small_ones(way: Way) -> None:
    bounds = Bounds(bodies=100_000)
    large = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + b"x" * 60_000
    with (
        served(says_ok, bounds=bounds, way=way) as here,
        here.connect() as first,
        here.connect() as second,
    ):
        first.sendall(large)
        time.sleep(0.2)
        second.sendall(large)
        assert until_end(second).startswith(b"HTTP/1.1 503 ")
        with here.connect() as small:
            small.sendall(BODY + b"x" * 97)
            assert answer(small).endswith(b"ok")

        first.sendall(b"x" * 30_000)
        assert answer(first).endswith(b"ok")
        with here.connect() as third:
            third.sendall(large + b"x" * 30_000)
            assert answer(third).endswith(b"ok")


class Works:
    """An application whose requests end when they are told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.release = threading.Event()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
        self.begun += 1
        if environ["PATH_INFO"] != "/quick":
            self.release.wait(10)
        start("200 OK", [])
        return [b"ok"]


def test_sign_ins_that_wait_take_no_thread_of_others() -> None:
    works = Works()
    with served(works, threads=3) as here:
        sign_ins = [here.connect() for _ in range(9)]
        for connection in sign_ins:
            connection.sendall(b"GET /challenge HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_for(lambda: works.begun == 3)

        told = here.ask(b"GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

        assert told.endswith(b"ok")
        assert works.begun == 4
        works.release.set()
        assert all(answer(connection).endswith(b"ok") for connection in sign_ins)
        assert works.begun == 10
        for connection in sign_ins:
            connection.close()


def test_request_under_way_ends_before_the_server_does() -> None:
    works = Works()
    with served(works) as here, here.connect() as busy, here.connect() as idle:
        busy.sendall(GET)
        wait_for(lambda: works.begun == 1)
        here.stop()
        assert idle.recv(1) == b""  # after its last call
        works.release.set()

        told = until_end(busy)

    assert told.endswith(b"ok")
    assert b"connection: close" in told


def refused(here: Served) -> bool:
    try:
        here.connect().close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset: closed as this was on its way
        return True
    return False


def test_server_that_stops_takes_nobody_up() -> None:
    works = Works()
    with served(works) as here, here.connect() as busy:
        busy.sendall(GET)
        wait_for(lambda: works.begun == 1)
        here.stop()
        wait_for(lambda: refused(here))
        works.release.set()


@either_way
def test_request_that_lies_unread_when_a_server_stops_is_answered(way: Way) -> None:
    """On a connection that stays: to close it then would reset it."""
    works = Works()
    works.release.set()
    with served(works, way=way) as here, here.connect() as kept, here.connect() as idle:
        for connection in (kept, idle):
            connection.sendall(GET)
            assert answer(connection).endswith(b"ok")
        begun, sent = threading.Event(), threading.Event()

        def last_call() -> None:
            begun.set()
            sent.wait(SOON)
            for known in list(here.server.server_state.connections):
                known.shutdown()

        here.server.servers[0].get_loop().call_soon_threadsafe(last_call)
        assert begun.wait(SOON)
        kept.sendall(GET)
        sent.set()
        told = [until_end(kept), until_end(idle)]

    assert told[0].startswith(b"HTTP/1.1 200 OK")
    assert b"connection: close" in told[0]
    assert told[1] == b""


@either_way
def test_whoever_has_connected_is_answered_though_the_server_is_stopped(way: Way) -> None:
    works = Works()
    works.release.set()
    with served(works, way=way) as here, here.connect() as silent, here.connect() as begun:
        begun.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")
        wait_for(lambda: len(here.server.server_state.connections) == 2)
        with here.held():
            late = [here.connect() for _ in range(20)]
            for connection in late:
                connection.sendall(GET)
            here.stop()
        while not refused(here):
            pass  # what follows is said at the very moment of the last call
        silent.sendall(GET)
        begun.sendall(b"abc")

        told = [until_end(connection) for connection in (silent, begun, *late)]
        for connection in late:
            connection.close()

    assert [one.split(b"\r\n")[0] for one in told] == [b"HTTP/1.1 200 OK"] * 22
    assert all(b"connection: close" in one for one in told[:2])
