"""Requests that share the loop's thread: one that waits keeps nobody, and is the same request."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, event, make_url

from app.database import AUTOCOMMIT_BIND, engine_binds
from app.database_budget import PATIENCE
from app.database_patience import PatientConnection, Unanswered, keep_patience
from app.database_pool import AtHandPool
from oidc.aside import SHARER, aside
from oidc.database.prepared import PreparedConnection
from tests.app.serving.served import SOON, Served, briefly, served, until_end, wait_for
from tests.databases import shared_database, those_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOGETHER = 12
OPEN = Path("/proc/self/fd")
_name: ContextVar[str] = ContextVar("name")


class Views:
    """A WSGI application; each of its requests has a connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.threads: Counter[str] = Counter()
        self.have_met = False
        self.meeting = threading.Barrier(TOGETHER)
        self.begun: list[str] = []
        self.engine: Any = None

    @property
    def pool(self) -> AtHandPool:
        return self.engine.pool  # type: ignore[no-any-return]

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
        view = getattr(self, environ["PATH_INFO"].strip("/"))
        self.threads[threading.current_thread().name] += 1
        told = str(view(environ["QUERY_STRING"])).encode()
        start("200 OK", [("Content-Length", str(len(told)))])
        return [told]

    def meets(self, name: str) -> str:
        """Answered once twelve such requests are connected at once."""
        _name.set(name)
        with self._connected() as connection:
            prepared = PreparedConnection(connection)
            while not self.have_met:
                if prepared.run(_AT_ONCE, [name])[0][0][0] >= TOGETHER:
                    self.have_met = True
                prepared.run("SELECT pg_sleep(0.01)", [])
        return _name.get()

    def blocks(self, name: str) -> str:
        """Stands still, where it may, until eleven others do."""
        _name.set(name)
        assert aside(SHARER.get) is None
        aside(self.meeting.wait, SOON)
        assert SHARER.get() is not None
        return _name.get()

    def waits_too_long(self, _: str) -> str:
        with self._connected() as connection, pytest.raises(Unanswered):
            connection.wait(connection.cursor()._execute_gen("SELECT pg_sleep(30)"), timeout=0.1)
        return f"closed={connection.closed}"

    def is_slow(self, _: str) -> str:
        with self._connected() as connection:
            PreparedConnection(connection).run("SELECT pg_sleep(0.7)", [])
        return "slowly"

    def takes_turns(self, name: str) -> str:
        """With a connection of the pool for each that is worked on."""
        self.begun.append(name)
        connection = self.pool.take(self.engine)
        try:
            driver = connection.connection.dbapi_connection
            PreparedConnection(driver).run("SELECT pg_sleep(0.02)", [])  # type: ignore[arg-type]
        finally:
            self.pool.give(connection)
        return name

    def is_wrong(self, _: str) -> str:
        with self._connected() as connection:
            with pytest.raises(psycopg.errors.DivisionByZero):
                PreparedConnection(connection).run("SELECT 1 / 0", [])
            return connection.execute("SELECT 'goes on'").fetchall()[0][0]  # type: ignore[no-any-return]

    def fails(self, _: str) -> None:
        with self._connected() as connection:
            connection.execute("SELECT 1")
            raise LookupError("nobody catches it")

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        connection = aside(lambda: PatientConnection.connect(self.url, autocommit=True))
        try:
            yield connection
        finally:
            connection.close()


_AT_ONCE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'fibres' AND $1::text IS NOT NULL
"""


@pytest.fixture(params=those_of("postgresql"))
def views(request: pytest.FixtureRequest, shared: None) -> Views:
    """Its driver alone lets the loop wait."""
    url = make_url(shared_database(request.param).url)
    url = url.set(drivername="postgresql", query={"application_name": "fibres"})
    return Views(url.render_as_string(hide_password=False))


@pytest.fixture
def here(views: Views) -> Iterator[Served]:
    with served(views, threads=TOGETHER, way=briefly) as running:
        yield running


def ask(here: Served, path: str) -> bytes:
    head = b"GET /%b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path.encode()
    return here.ask(head)


def ask_together(here: Served, path: str) -> list[bytes]:
    with ThreadPoolExecutor(TOGETHER) as people:
        return list(people.map(lambda n: ask(here, f"{path}?{n}"), range(TOGETHER)))


def test_requests_that_wait_share_one_thread(here: Served, views: Views) -> None:
    answers = ask_together(here, "meets")

    assert sorted(answer.rpartition(b"\n")[2] for answer in answers) == sorted(
        b"%d" % n for n in range(TOGETHER)
    )
    assert set(views.threads.values()) == {TOGETHER}


def test_what_stands_still_is_done_aside(here: Served, views: Views) -> None:
    answers = ask_together(here, "blocks")

    assert sorted(answer.rpartition(b"\n")[2] for answer in answers) == sorted(
        b"%d" % n for n in range(TOGETHER)
    )
    assert set(views.threads.values()) == {TOGETHER}


def test_database_that_says_nothing_is_given_up_in_time(here: Served) -> None:
    assert ask(here, "waits_too_long").endswith(b"\r\n\r\nclosed=True")


def test_error_of_the_database_is_told_and_the_connection_stays(here: Served) -> None:
    assert ask(here, "is_wrong").endswith(b"\r\n\r\ngoes on")


def test_view_that_fails_is_an_error_of_the_server_and_the_next_is_answered(here: Served) -> None:
    assert ask(here, "fails").startswith(b"HTTP/1.1 500 ")
    assert ask(here, "is_wrong").startswith(b"HTTP/1.1 200 ")


def test_request_under_way_ends_before_the_server_does(here: Served, views: Views) -> None:
    with here.connect() as busy:
        busy.sendall(b"GET /is_slow HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_for(lambda: views.threads)
        here.stop()

        told = until_end(busy)

    assert told.endswith(b"slowly")
    assert b"\r\nconnection: close\r\n" in told


def test_who_goes_away_meanwhile_is_missed_by_nobody(here: Served, views: Views) -> None:
    with here.connect() as busy:
        busy.sendall(b"GET /is_slow HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_for(lambda: views.threads)

    assert ask(here, "is_slow").endswith(b"slowly")


def test_request_that_comes_meanwhile_is_answered_after(here: Served, views: Views) -> None:
    with here.connect() as busy:
        busy.sendall(b"GET /is_slow HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_for(lambda: views.threads)
        busy.sendall(b"GET /is_wrong HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

        told = until_end(busy)

    assert told.index(b"slowly") < told.index(b"goes on")


@pytest.mark.skipif(not OPEN.is_dir(), reason="there is no list of a process's handles")
def test_connections_that_were_closed_leave_no_handle(here: Served) -> None:
    ask(here, "is_wrong")
    before = len(list(OPEN.iterdir()))

    for _ in range(30):
        assert ask(here, "is_wrong").startswith(b"HTTP/1.1 200 ")

    wait_for(lambda: len(list(OPEN.iterdir())) <= before)


@pytest.fixture
def engine(views: Views) -> Iterator[Engine]:
    """With two connections, and two more for a moment."""
    options = dict(engine_binds(make_url(views.url), 2)[AUTOCOMMIT_BIND])
    views.engine = create_engine(options.pop("url"), **options)  # type: ignore[call-overload]
    keep_patience(views.engine)
    yield views.engine
    views.engine.dispose()


def test_who_finds_no_connection_waits_for_the_next_and_opens_none(
    views: Views, engine: Engine
) -> None:
    opened: list[Any] = []
    event.listen(engine, "connect", lambda connection, _record: opened.append(connection))
    at_hand = lambda: views.pool.is_at_hand  # noqa: E731
    with served(views, threads=TOGETHER, way=briefly, may_begin=at_hand) as here:
        for _ in range(2):  # also at first, when none is open
            answers = ask_together(here, "takes_turns")
            assert sorted(answer.rpartition(b"\n")[2] for answer in answers) == sorted(
                b"%d" % n for n in range(TOGETHER)
            )

    assert len(opened) == 2
    assert set(views.threads.values()) == {2 * TOGETHER}


def test_who_comes_first_is_the_first_to_begin(views: Views, engine: Engine) -> None:
    held = [views.pool.take(engine), views.pool.take(engine)]
    at_hand = lambda: views.pool.is_at_hand  # noqa: E731
    with served(views, way=briefly, may_begin=at_hand) as here, ThreadPoolExecutor(4) as people:
        answers = []
        for n in range(4):
            answers.append(people.submit(ask, here, f"takes_turns?{n}"))
            time.sleep(0.05)
        assert views.begun == []
        for connection in held:
            views.pool.give(connection)  # by somebody whom nobody asked for a turn
        assert all(answer.result() for answer in answers)

    assert views.begun == ["0", "1", "2", "3"]


def test_who_has_waited_for_too_long_is_told_in_time(views: Views, engine: Engine) -> None:
    held = [views.pool.take(engine) for _ in range(4)]
    asked = time.monotonic()
    with served(views, way=briefly, may_begin=lambda: views.pool.is_at_hand) as here:
        answer = ask(here, "takes_turns?1")
    took = time.monotonic() - asked
    for connection in held:
        views.pool.give(connection)

    assert answer.startswith(b"HTTP/1.1 500")  # this application has no page for it
    assert PATIENCE < took < PATIENCE + 2
