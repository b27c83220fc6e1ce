"""Workers even out the connections that are kept, and no request is lost by that."""

import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.serving.bounds import Bounds
from app.serving.sharing import Place, Places
from tests.app.management.cli.test_serve import until, workers_of
from tests.app.serving.served import answer, served, until_end, wait_for
from tests.shell import Shell, free_port, settings

Found = TypeVar("Found")
PEOPLE = 8
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
ESTABLISHED = "01"
PATHS = {
    "/jwks": 200,
    "/.well-known/openid-configuration": 200,
    "/userinfo": 401,
    "/introspect": 405,
    "/health": 404,
}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def main(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    shell = Shell(settings(port, f"sqlite:///{tmp_path / 'qiao.sqlite3'}"))
    assert shell.flask("db", "upgrade").returncode == 0
    with shell.serving(port, "--workers", "2") as main:
        yield main


class Kept:
    """A connection that is kept, and asks one thing after another."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.read = self.socket.makefile("rb")

    def ask(self, *paths: str, pieces: int = 1) -> list[int]:
        """What comes of these, sent together; in several pieces, a moment apart."""
        sent = b"".join(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode() for path in paths)
        step = -(-len(sent) // pieces)
        for begin in range(0, len(sent), step):
            self.socket.sendall(sent[begin : begin + step])
            time.sleep(0.001 * (pieces > 1))
        return [self._answer() for _ in paths]

    def close(self) -> None:
        self.read.close()
        self.socket.close()

    def _answer(self) -> int:
        """:raises AssertionError: the connection has ended."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.read.readline()
            assert line, head
            head += line
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        assert length is not None, head
        assert len(self.read.read(int(length[1]))) == int(length[1])
        return int(head.split()[1])


def connected(workers: set[int], port: int) -> list[int]:
    """How many connections to this port each of these processes has, the fewest first."""
    local = f":{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = {line[9] for line in lines if line[1].endswith(local) and line[3] == ESTABLISHED}
    return sorted(len(ours & handles_of(worker)) for worker in workers)


def handles_of(process: int) -> set[str]:
    """The numbers of its sockets."""
    found: set[str] = set()
    for handle in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.update(re.findall(r"socket:\[(\d+)\]", str(handle.readlink())))
    return found


@pytest.fixture
def people(main: "subprocess.Popen[str]", port: int) -> Iterator[list[Kept]]:
    people = [Kept(port) for _ in range(PEOPLE)]
    yield people
    for each in people:
        each.close()


@pytest.mark.slow
def test_people_that_come_at_once_are_shared_out_while_they_stay(
    main: "subprocess.Popen[str]", port: int, people: list[Kept]
) -> None:
    workers = workers_of(main.pid)

    def is_even() -> bool:
        assert all(each.ask("/jwks") == [200] for each in people)
        return connected(workers, port) == [PEOPLE // 2, PEOPLE // 2]

    until(is_even)
    for _ in range(PEOPLE // 2):
        people.pop().close()

    until(lambda: is_even_for(people, workers, port))


def is_even_for(people: list[Kept], workers: set[int], port: int) -> bool:
    assert all(each.ask("/userinfo", "/jwks") == [401, 200] for each in people)
    fewest, most = connected(workers, port)
    return most - fewest < 2 and fewest + most == len(people)


@pytest.mark.slow
def test_whoever_comes_after_a_worker_that_was_killed_gets_its_share(
    main: "subprocess.Popen[str]", port: int, people: list[Kept]
) -> None:
    until(lambda: is_even_for(people, workers_of(main.pid), port))
    before = workers_of(main.pid)
    os.kill(min(before), signal.SIGKILL)
    until(lambda: not Path(f"/proc/{min(before)}").exists())
    for at, each in enumerate(people):
        try:
            each.ask("/jwks")
        except (OSError, AssertionError):  # of the one that is dead
            each.close()
            people[at] = Kept(port)
            assert people[at].ask("/jwks") == [200]

    until(lambda: len(workers_of(main.pid) - before) == 1)

    until(lambda: is_even_for(people, workers_of(main.pid), port))


@pytest.mark.slow
def test_worker_that_stands_still_takes_nobody_along(
    main: "subprocess.Popen[str]", port: int, people: list[Kept]
) -> None:
    """Its own connections wait; of all others one at most, which it was being given."""
    workers = workers_of(main.pid)
    until(lambda: is_even_for(people, workers, port))
    still, awake = sorted(workers)
    os.kill(still, signal.SIGSTOP)
    try:
        more = [Kept(port) for _ in range(20)]
        for each in more:
            each.socket.settimeout(1)
        waited = 0
        for _ in range(5):
            for each in list(more):
                try:
                    assert each.ask("/jwks") == [200]
                except TimeoutError:
                    waited += 1
                    more.remove(each)
                    each.close()
        assert waited <= 1
        assert handles_of(awake)
    finally:
        os.kill(still, signal.SIGCONT)
        for each in more:
            each.close()


@pytest.mark.slow
def test_workers_are_replaced_one_by_one_on_sighup(
    main: "subprocess.Popen[str]", port: int
) -> None:
    """As a terminal sends it that is closed, and as administrators do."""
    before = workers_of(main.pid)

    os.kill(main.pid, signal.SIGHUP)
    until(lambda: len(workers_of(main.pid)) == 2 and not workers_of(main.pid) & before, 40)
    os.kill(main.pid, signal.SIGTTIN)
    time.sleep(1)

    assert len(workers_of(main.pid)) == 2
    people = [Kept(port) for _ in range(PEOPLE)]
    until(lambda: is_even_for(people, workers_of(main.pid), port))
    for each in people:
        each.close()


@pytest.mark.slow
def test_no_request_is_lost_and_none_is_answered_twice(
    main: "subprocess.Popen[str]", port: int
) -> None:
    """Connections come and go, so that some pass from one worker to the other all the time."""
    ends_at = time.monotonic() + 4

    def live(seed: int) -> int:
        chance, asked = random.Random(seed), 0
        while time.monotonic() < ends_at:
            kept = Kept(port)
            for _ in range(chance.choice((1, 5, 60))):
                paths = chance.choices(tuple(PATHS), k=chance.choice((1, 1, 1, 3)))
                told = kept.ask(*paths, pieces=chance.choice((1, 1, 1, 3)))
                assert told == [PATHS[path] for path in paths]
                asked += len(paths)
            kept.close()
        return asked

    with ThreadPoolExecutor(12) as people:
        asked = list(people.map(live, range(12)))

    assert min(asked) > 0
    assert len(workers_of(main.pid)) == 2


@pytest.fixture
def places() -> Iterator[list[Place]]:
    made = Places(4)
    found = [made.of(made.take()) for _ in range(4)]
    yield [place for place in found if place is not None]
    made.close()


def in_a_loop(story: Coroutine[Any, Any, Found]) -> Found:
    """In a thread of its own: in this one a browser's loop may run."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story).result()


def taking(where: list[socket.socket]) -> Callable[[socket.socket], "asyncio.Future[None]"]:
    """Takes what is given, at once."""

    def take(connection: socket.socket) -> "asyncio.Future[None]":
        where.append(connection)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    return take


def test_connection_that_was_passed_on_may_idle_as_one_that_was_kept(places: list[Place]) -> None:
    """It is no new one, which would have to ask soon."""
    bounds = Bounds(head_time=0.4, idle_time=3)

    def hello(_environ: object, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]

    with (
        served(hello, place=places[0], bounds=bounds) as one,
        served(hello, place=places[1], bounds=bounds) as other,
    ):
        kept = [one.connect() for _ in range(4)]

        def half_are_passed_on() -> bool:
            for each in kept:
                each.sendall(REQUEST)
                assert answer(each).endswith(b"hello")
            return len(other.server.server_state.connections) == 2

        wait_for(half_are_passed_on)
        time.sleep(3 * bounds.head_time)
        for each in kept:
            each.sendall(REQUEST)
            assert answer(each).endswith(b"hello")
        begun = time.monotonic()
        assert [until_end(each) for each in kept] == [b""] * 4
        assert time.monotonic() - begun > bounds.idle_time / 2
        for each in kept:
            each.close()


def test_who_said_nothing_of_late_is_given_nothing(places: list[Place]) -> None:
    async def story() -> list[int | None]:
        one, other = places[:2]
        one.count(5)
        before = one.emptier()
        other.begin(taking([]))
        there = one.emptier()
        other.end()
        return [before, there, one.emptier()]

    assert in_a_loop(story()) == [None, 1, None]


def test_who_has_not_taken_what_it_was_given_is_given_nothing_more(places: list[Place]) -> None:
    """Else a worker that hangs would have everything in a moment: it looks empty."""

    async def story() -> list[bool]:
        one, other, third = places[:3]
        taken: list[socket.socket] = []
        one.count(8)
        third.count(8)
        mine, theirs = socket.socketpair()
        other.begin(taking(taken))
        gave = [giver.give(mine.fileno()) for giver in (one, one, third)]
        await asyncio.sleep(0.05)
        gave += [third.give(mine.fileno()), one.give(mine.fileno())]
        for each in (*taken, *other.end(), mine, theirs):
            each.close()
        return gave

    assert in_a_loop(story()) == [True, False, False, True, False]


def test_giving_never_waits(places: list[Place]) -> None:
    """However much lies there: `socket.send_fds` would wait."""
    one, other = places[:2]

    async def story() -> bool:
        mine, theirs = socket.socketpair()
        one.count(8)
        other.begin(taking([]))
        asyncio.get_running_loop().remove_reader(other._ours)
        one._theirs[1].setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                one._theirs[1].send(b"x" * 1000)
        one._theirs[1].setblocking(True)
        gave = one.give(mine.fileno())
        mine.close()
        theirs.close()
        return gave

    assert in_a_loop(story()) is False


def test_what_was_not_taken_when_a_worker_ends_is_left_to_it(places: list[Place]) -> None:
    async def story() -> bytes:
        one, other = places[:2]
        one.count(3)
        other.begin(taking([]))
        mine, theirs = socket.socketpair()
        assert one.give(mine.fileno())
        mine.close()
        [left] = other.end()
        left.sendall(b"still here")
        said = theirs.recv(100)
        left.close()
        theirs.close()
        return said

    assert in_a_loop(story()) == b"still here"


def test_successor_has_the_place_of_who_died_with_what_lies_there() -> None:
    async def story() -> tuple[bool, int, bool]:
        made = Places(3)
        one, dead = (made.of(made.take()) for _ in range(2))
        assert one is not None
        assert dead is not None
        one.count(4)
        dead.begin(taking([]))
        asyncio.get_running_loop().remove_reader(dead._ours)  # it takes no more
        mine, theirs = socket.socketpair()
        gave = one.give(mine.fileno())
        made.leave(1)
        successor, taken = made.of(made.take()), list[socket.socket]()
        assert successor is not None
        successor.begin(taking(taken))
        found = len(taken)
        again = one.give(mine.fileno())
        for each in (*taken, *successor.end(), mine, theirs):
            each.close()
        made.close()
        return gave, found, again

    assert in_a_loop(story()) == (True, 1, True)


def test_one_with_a_single_connection_more_keeps_it(places: list[Place]) -> None:
    async def story() -> list[int | None]:
        one, other = places[:2]
        other.begin(taking([]))
        found = []
        for _ in range(3):
            one.count(1)
            found.append(one.emptier())
        other.end()
        return found

    assert in_a_loop(story()) == [None, 1, 1]


def test_the_emptiest_of_several_is_given_it(places: list[Place]) -> None:
    async def story() -> int | None:
        for place, has in zip(places, (9, 5, 2, 3), strict=True):
            place.count(has)
            place.begin(taking([]))
        found = places[0].emptier()
        for place in places:
            place.end()
        return found

    assert in_a_loop(story()) == 2
