"""A database that did not answer is tried by one at a time; no request waits for ever."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from contextvars import copy_context
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.database import (
    AUTOCOMMIT_BIND,
    RequestSession,
    configure,
    db,
    engine_binds,
    engine_options,
)
from app.database_budget import BUDGET, PATIENCE, Budget
from app.database_patience import CONNECTING, PAUSE, Gate, keep_patience
from tests.databases import Database, those_of


class Now:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_gate_that_nobody_closed_lets_everybody_through() -> None:
    assert all(Gate(Now()).may_pass() for _ in range(3))


def test_closed_gate_lets_one_try_after_the_pause() -> None:
    now = Now()
    gate = Gate(now)
    gate.close()
    assert not gate.may_pass()

    now.now += PAUSE
    assert [gate.may_pass() for _ in range(3)] == [True, False, False]

    gate.open()
    assert all(gate.may_pass() for _ in range(3))


def test_one_who_never_came_back_does_not_keep_the_gate_closed() -> None:
    now = Now()
    gate = Gate(now)
    gate.close()
    now.now += PAUSE
    assert gate.may_pass()

    now.now += CONNECTING + PAUSE
    assert gate.may_pass()


SLEEP = {"postgresql": "SELECT pg_sleep(20)", "mariadb": "SELECT SLEEP(20)"}
LEFT = 0.3
"""Seconds of a budget that has nearly been spent."""


@pytest.fixture
def patient(database: Database) -> Iterator[Engine]:
    """As one that serves has it."""
    url = make_url(database.url)
    engine = create_engine(url, **engine_options(url))  # type: ignore[arg-type]
    configure(engine)
    keep_patience(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE waited_for (number INTEGER)"))
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE waited_for"))
    engine.dispose()


def test_request_waits_no_longer_than_what_is_left_to_it(
    database: Database, patient: Engine
) -> None:
    """Its statements together, whatever each may take; and then not at all."""

    def ask() -> list[float]:
        BUDGET.set(Budget(PATIENCE - LEFT))
        took = []
        for _ in range(3):
            begun = time.monotonic()
            with pytest.raises((OperationalError, PoolTimeout)), patient.begin() as connection:
                connection.execute(text(SLEEP.get(database.dialect, _INSERT)))
            took.append(time.monotonic() - begun)
        return took

    with holding_the_lock(database):
        took = copy_context().run(ask)

    assert took[0] > LEFT / 2
    assert sum(took) < PATIENCE - LEFT
    with patient.begin() as connection:  # whoever has time finds a database that is well
        connection.execute(text(_INSERT))


_INSERT = "INSERT INTO waited_for VALUES (1)"


@contextmanager
def holding_the_lock(database: Database) -> Iterator[None]:
    """Of SQLite, where statements wait for nothing else."""
    if database.dialect != "sqlite":
        yield
        return
    with closing(sqlite3.connect(str(database.engine.url.database))) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("database", those_of("postgresql"), indirect=True, scope="session")
def test_statements_that_stand_alone_look_for_rows_by_their_keys(database: Database) -> None:
    """However small the table is; an operator's own word counts."""
    url = make_url(database.url)
    wordy = url.update_query_dict({"options": "-c random_page_cost=3"})

    def cost(of: URL, options: dict[str, Any]) -> Any:
        engine = create_engine(of, **options)
        keep_patience(engine)
        with engine.connect() as connection:
            found = connection.execute(text("SHOW random_page_cost")).scalar()
            assert connection.execute(text("SHOW statement_timeout")).scalar() == "3s"
        engine.dispose()
        return found

    alone = {**engine_binds(url)[AUTOCOMMIT_BIND]}
    del alone["url"]
    assert cost(url, alone) == "1.1"
    assert cost(wordy, alone) == "3"
    assert cost(url, engine_options(url)) == "4"


@pytest.mark.parametrize("end", [RequestSession.close, RequestSession.rollback])
def test_database_that_answers_no_more_spoils_no_answer_that_was_made(
    database: Database, end: Callable[[RequestSession], None]
) -> None:
    """What is to be taken back is left to it, and the session is as good as new."""
    url = make_url(database.url)
    app = Flask(__name__)
    app.config |= {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url),
        "SQLALCHEMY_BINDS": engine_binds(url),
    }
    db.init_app(app)

    def ask() -> None:
        db.session.execute(text("SELECT 1"))
        BUDGET.set(Budget(PATIENCE))
        end(db.session())
        BUDGET.set(None)
        assert db.session.execute(text("SELECT 2")).scalar() == 2

    with app.app_context():
        keep_patience(db.engine)
        copy_context().run(ask)
        db.session.remove()
        db.engine.dispose()
