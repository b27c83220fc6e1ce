"""A database that goes away, and code that fails: what is answered, and what is left behind."""

import gc
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import psycopg.errors
import pymysql.err
import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from app.database import database_url, db, engine_options
from app.failures import is_contention
from tests.conftest import TestClock
from tests.databases import Database, open_database, those_of
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import signed_in
from tests.sandbox_server import LiveSandbox
from tests.wire import Wire

# A cut connection leaves its driver's object to the collector, whose moment nobody chooses.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module", params=those_of("postgresql", "mariadb"))
def server(request: pytest.FixtureRequest) -> Iterator[Database]:
    database = open_database(request.param)
    yield database
    database.drop()
    gc.collect()  # what was cut is collected here, where nobody minds, not in somebody else's test


@pytest.fixture
def wire(server: Database) -> Iterator[Wire]:
    address = make_url(server.url)
    wire = Wire(address.host or "127.0.0.1", address.port or 0)
    yield wire
    wire.cut()


@pytest.fixture
def at_a_distance(
    server: Database, wire: Wire, wechat: LiveSandbox, clock: TestClock
) -> Iterator[Deployment]:
    """The product, whose database is at the other end of a wire."""
    url = make_url(server.url).set(host="127.0.0.1", port=wire.port)
    through = replace(server, url=url.render_as_string(hide_password=False))
    deployment = build_deployment(through, wechat, clock, shared=False)
    yield deployment
    wire.cut()
    close(deployment)
    server.empty()


def test_database_that_is_away_is_told_to_programs_and_to_people(
    at_a_distance: Deployment, wire: Wire
) -> None:
    story = signed_in(at_a_distance)
    tokens = story.tokens()
    wire.cut()

    answers = [
        story.shop.refresh(tokens["refresh_token"]),
        story.shop.userinfo(tokens["access_token"]),
        story.shop.post("/introspect", {"token": tokens["access_token"]}),
        story.shop.post("/revoke", {"token": tokens["access_token"]}),
    ]
    page = story.browser.get(story.shop.start().url)

    for answer in answers:
        assert (answer.status_code, answer.get_json()["error"]) == (503, "temporarily_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    assert "We cannot answer at the moment" in page.text


def test_database_that_comes_back_is_used_at_once_and_nothing_was_half_done(
    at_a_distance: Deployment, wire: Wire
) -> None:
    story = signed_in(at_a_distance)
    first = story.tokens()
    story = story.next_code()
    wire.cut()
    lost = [
        story.shop.redeem(story.code, story.started),
        story.shop.refresh(first["refresh_token"]),
    ]

    wire.mend()

    assert [answer.status_code for answer in lost] == [503, 503]
    assert story.shop.redeem(story.code, story.started).status_code == 200
    assert story.shop.refresh(first["refresh_token"]).status_code == 200


@contextmanager
def told_of_statements(
    deployment: Deployment, when: str, tell: Callable[..., None]
) -> Iterator[list[Engine]]:
    """The engines, each of which tells of what it runs."""
    with deployment.app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, when, tell)
    yield engines
    for engine in engines:
        event.remove(engine, when, tell)


def test_wire_cut_before_the_deciding_statement_leaves_the_code_unused(
    at_a_distance: Deployment, wire: Wire
) -> None:
    story = signed_in(at_a_distance)
    story.tokens()
    story = story.next_code()

    def cut(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "UPDATE" in statement:
            wire.cut()

    with told_of_statements(at_a_distance, "before_cursor_execute", cut):
        lost = story.shop.redeem(story.code, story.started)
    wire.mend()
    assert lost.status_code == 503
    assert "access_token" not in lost.text
    assert story.shop.redeem(story.code, story.started).status_code == 200


def test_refusal_stands_though_nobody_can_look_up_whose_request_it_was(
    at_a_distance: Deployment, wire: Wire
) -> None:
    story = signed_in(at_a_distance)
    story.tokens()
    story = story.next_code()

    def cut(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and "code_challenge" in statement:
            at_a_distance.clock.advance(10)  # the client is looked at again
            wire.cut()

    with told_of_statements(at_a_distance, "after_cursor_execute", cut) as engines:
        refused = story.shop.http.post(
            "/token",
            data={
                "grant_type": "authorization_code",
                "code": story.code,
                "redirect_uri": story.shop.redirect_uri,
                "code_verifier": "w" * 43,
            },
            auth=(story.shop.client_id, story.shop.secret or ""),
            headers={"Origin": "https://shop.example"},
        )
    wire.mend()
    stands_alone = engines[0].dialect.name == "postgresql"  # elsewhere a transaction is to be ended
    told = (400, "invalid_grant") if stands_alone else (503, "temporarily_unavailable")
    assert (refused.status_code, refused.get_json()["error"]) == told
    assert story.shop.redeem(story.code, story.started).status_code == 200


def test_connections_that_the_server_ends_cost_one_answer_at_most(
    at_a_distance: Deployment, server: Database
) -> None:
    story = signed_in(at_a_distance)
    token = story.tokens()["access_token"]
    end_connections(server)

    answers = [story.shop.userinfo(token).status_code for _ in range(3)]

    assert answers[1:] == [200, 200]


def end_connections(server: Database) -> None:
    """As an administrator who restarts the database would."""
    server.engine.dispose()
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if server.dialect == "postgresql":
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(
                text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
            )
        else:
            rows = connection.execute(
                text(
                    "SELECT id FROM information_schema.processlist "
                    "WHERE db = DATABASE() AND id <> CONNECTION_ID()"
                )
            )
            for row in rows.all():
                connection.execute(text(f"KILL {row.id}"))
    engine.dispose()


@pytest.mark.parametrize(
    ("cause", "contention"),
    [
        pytest.param(psycopg.errors.DeadlockDetected("x"), True, id="PostgreSQL deadlock"),
        pytest.param(psycopg.errors.SerializationFailure("x"), True, id="PostgreSQL 40001"),
        pytest.param(pymysql.err.OperationalError(1213, "x"), True, id="MariaDB deadlock"),
        pytest.param(pymysql.err.OperationalError(1205, "x"), True, id="MariaDB lock wait"),
        pytest.param(pymysql.err.OperationalError(2013, "x"), False, id="MariaDB is gone"),
        pytest.param(psycopg.errors.AdminShutdown("x"), False, id="PostgreSQL shuts down"),
    ],
)
def test_lost_races_are_told_from_a_dead_database(cause: Exception, contention: bool) -> None:
    error = OperationalError("UPDATE x", {}, cause)

    assert is_contention(error) is contention


class Failing:
    """A part of a host that fails as no one has foreseen, and must not tell what it holds."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("the password is swordfish")

        return fail


def broken(host: Any) -> Any:
    """The host, its knowledge of people and its limits gone."""
    return SimpleNamespace(people=Failing(), limits=Failing(), pages=host.pages, audit=host.audit)


def test_unforeseen_failure_is_told_without_its_cause(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    story = signed_in(deployment)
    deployment.app.testing = False
    deployment.app.extensions["oidc"] = replace(
        deployment.provider, host=broken(deployment.provider.host)
    )
    server = deployment.app.extensions["oidc_token_server"]
    server.provider = deployment.provider

    with caplog.at_level(logging.ERROR):
        answer = story.shop.redeem(story.code, story.started)
        page = story.browser.get(story.shop.start().url)

    assert (answer.status_code, answer.get_json()["error"]) == (500, "server_error")
    assert page.status_code == 500
    number = re.search(r"<code>([0-9a-f]{16})</code>", page.text)
    assert number
    assert number[1] in caplog.text
    assert answer.headers["X-Request-Id"] in caplog.text
    for told in (answer.text, page.text):
        assert "swordfish" not in told
        assert "Traceback" not in told


def test_unforeseen_failure_leaves_the_code_unused(deployment: Deployment) -> None:
    story = signed_in(deployment)
    deployment.app.testing = False
    server, whole = deployment.app.extensions["oidc_token_server"], deployment.provider
    server.provider = replace(whole, host=broken(whole.host))

    failed = story.shop.redeem(story.code, story.started)

    server.provider = whole
    assert (failed.status_code, failed.get_json()["error"]) == (500, "server_error")
    assert story.shop.redeem(story.code, story.started).status_code == 200


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///x", "postgresql://h/x", "mysql://h/x"])
def test_errors_of_the_database_name_no_value(url: str) -> None:
    assert engine_options(database_url(url))["hide_parameters"] is True
