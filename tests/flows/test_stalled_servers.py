"""Databases that stop answering without going away, or restart without a word."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from app.database import db, engine_options
from app.database_patience import keep_patience
from app.serving.running import know_keys
from tests.conftest import TestClock
from tests.databases import Database, create_tables
from tests.deployment import build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.own_servers import OwnServer, own_server
from tests.sandbox_server import LiveSandbox

# A cut connection leaves its driver's object to the collector, whose moment nobody chooses.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

STALL = 12.0
"""Seconds; longer than the grace of a refresh (10), and than anybody may be kept waiting."""
LIMIT = 6.0
URLS = {
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:{port}/postgres",
    "mariadb": "mysql+pymysql://root@127.0.0.1:{port}/qiao?charset=utf8mb4",
}


@pytest.fixture(scope="module", params=URLS)
def server(request: pytest.FixtureRequest) -> Iterator[OwnServer]:
    with own_server(request.param) as server:
        if server.name == "mariadb":
            root = create_engine(URLS["mariadb"].format(port=server.port).replace("/qiao", "/"))
            with root.begin() as connection:
                connection.execute(text("CREATE DATABASE qiao CHARACTER SET utf8mb4"))
            root.dispose()
        yield server


@pytest.fixture
def story(server: OwnServer, wechat: LiveSandbox, clock: TestClock) -> Iterator[SignedIn]:
    """Somebody has signed in, at a product that waits as one that serves."""
    url = URLS[server.name].format(port=server.port)
    engine = create_engine(url, **engine_options(make_url(url)))  # type: ignore[arg-type]
    create_tables(engine)
    database = Database(server.name, url, engine)
    deployment = build_deployment(database, wechat, clock, shared=False)
    with deployment.app.app_context():
        for each in db.engines.values():
            keep_patience(each)
            each.dispose()
    yield signed_in(deployment)
    close(deployment)
    engine.dispose()  # what it had opened may be gone
    database.empty()
    engine.dispose()


def timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.monotonic()
    return ask(), time.monotonic() - begun


@contextmanager
def stalled(server: OwnServer) -> Iterator[None]:
    server.stall()
    try:
        yield
    finally:
        server.go_on()


def test_stalled_database_is_told_to_everybody_in_six_seconds(
    server: OwnServer, story: SignedIn, clock: TestClock
) -> None:
    tokens = story.tokens()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    node = story.browser.deployment.another_node()
    know_keys(node)  # as a server does when it begins
    http = node.test_client(use_cookies=False)
    ways: list[Callable[[], Any]] = [
        lambda: story.shop.refresh(tokens["refresh_token"]),
        lambda: story.shop.userinfo(tokens["access_token"]),
        lambda: story.shop.post("/introspect", {"token": tokens["access_token"]}),
        lambda: story.browser.get(story.shop.start().url),
        lambda: story.shop.http.get("/admin/", headers={"Cookie": "qiao_admin=made-up"}),
        lambda: story.shop.http.get("/api/v1/accounts", headers=bearer),
        lambda: story.shop.http.post("/ssf/poll/x", json={}, headers=bearer),
    ]

    with stalled(server):
        with ThreadPoolExecutor(35) as many:
            found = list(many.map(timed, ways[:4] * 8 + ways[4:]))
        clock.advance(30)  # whatever was remembered is old
        keys, took_keys = timed(lambda: http.get("/jwks"))
        _, took_discovery = timed(lambda: http.get("/.well-known/openid-configuration"))
        _, took_next = timed(ways[1])

    for answer, took in found:
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert took < LIMIT
    assert keys.status_code == 200
    assert max(took_keys, took_discovery) < LIMIT
    assert took_next < LIMIT
    back = until_answered(lambda: story.shop.refresh(tokens["refresh_token"]))
    assert back.status_code == 200, back.text
    assert story.shop.userinfo(back.get_json()["access_token"]).status_code == 200


def test_stall_longer_than_the_grace_costs_no_client_its_grant(
    server: OwnServer, story: SignedIn, clock: TestClock
) -> None:
    """The deciding statements have been sent; the database runs them when it goes on, or never."""
    refresh_token, again = story.tokens()["refresh_token"], story.next_code()
    both_are_sent = threading.Barrier(2, server.stall, timeout=LIMIT)
    ways = [
        lambda: story.shop.refresh(refresh_token),
        lambda: again.shop.redeem(again.code, again.started),
    ]

    def stall(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "UPDATE" in statement:
            both_are_sent.wait()

    with story.shop.http.application.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", stall)
    begun = time.monotonic()
    with ThreadPoolExecutor(2) as two:
        lost = list(two.map(timed, ways))
    for engine in engines:
        event.remove(engine, "before_cursor_execute", stall)
    time.sleep(max(0.0, begun + STALL - time.monotonic()))
    server.go_on()
    clock.advance(int(STALL))

    assert [answer.status_code for answer, _ in lost] == [503, 503]
    assert max(took for _, took in lost) < LIMIT
    time.sleep(1)  # the database does what it had been asked for
    for way in ways:
        back = until_answered(way)
        assert back.status_code == 200, back.text
        assert story.shop.userinfo(back.get_json()["access_token"]).status_code == 200
    assert ways[1]().get_json()["error"] == "invalid_grant", "once, as ever"


def until_answered(ask: Callable[[], Any]) -> Any:
    """As a client does that is told to come again."""
    for _ in range(20):
        answer = ask()
        if answer.status_code != 503:
            return answer
        time.sleep(0.5)
    return answer


def test_first_request_after_an_unnoticed_restart_succeeds(
    server: OwnServer, story: SignedIn
) -> None:
    tokens = story.tokens()
    with ThreadPoolExecutor(8) as many:  # several connections lie in the pool
        list(many.map(lambda _: story.shop.userinfo(tokens["access_token"]), range(8)))

    server.restart()

    assert story.shop.userinfo(tokens["access_token"]).status_code == 200
    assert story.shop.refresh(tokens["refresh_token"]).status_code == 200
    again = story.next_code()
    assert again.shop.redeem(again.code, again.started).status_code == 200


def test_statement_that_takes_too_long_is_given_up_by_the_database(
    server: OwnServer, story: SignedIn
) -> None:
    sleep = "SELECT pg_sleep(30)" if server.name == "postgresql" else "SELECT SLEEP(30)"
    begun = time.monotonic()

    with story.shop.http.application.app_context():
        told = outcome(sleep)

    assert "timeout" in told or "interrupted" in told
    assert time.monotonic() - begun < LIMIT


def outcome(statement: str) -> str:
    """Why it ended; MariaDB's SLEEP says by what it gives that it was interrupted."""
    try:
        given = db.session.execute(text(statement)).scalar()
    except OperationalError as error:
        return str(error.orig)
    return "interrupted" if given == 1 else "ended"


def test_sqlite_that_somebody_else_writes_to_is_told_in_six_seconds(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    deployment = build_deployment(sqlite, wechat, clock, shared=False)
    with deployment.app.app_context():
        keep_patience(db.engine)
        db.engine.dispose()
    story = signed_in(deployment)
    refresh_token = story.tokens()["refresh_token"]
    assert story.shop.http.get("/jwks").status_code == 200

    with closing(sqlite3.connect(str(sqlite.engine.url.database))) as writer:
        writer.execute("BEGIN IMMEDIATE")
        answer, took = timed(lambda: story.shop.refresh(refresh_token))
        _, took_keys = timed(lambda: story.shop.http.get("/jwks"))
    back = story.shop.refresh(refresh_token)
    close(deployment)
    sqlite.empty()

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert took < LIMIT
    assert took_keys < LIMIT
    assert back.status_code == 200
