"""Connections at hand: used again, never dead, never kept from somebody who waits for one."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from app.database import AUTOCOMMIT_BIND, engine_binds
from app.database_pool import AtHandPool
from tests.databases import shared_database, those_of

SIZE = 2


@pytest.fixture(params=those_of("postgresql"))
def engine(request: pytest.FixtureRequest, shared: None) -> Iterator[Engine]:
    url = make_url(shared_database(request.param).url)
    options = dict(engine_binds(url, SIZE)[AUTOCOMMIT_BIND])
    engine = create_engine(options.pop("url"), **options)  # type: ignore[call-overload]
    opened: list[Any] = []
    event.listen(engine, "connect", lambda connection, _record: opened.append(connection))
    yield engine
    engine.dispose()
    for connection in opened:  # those too that a test has taken and kept
        connection.close()


def pool_of(engine: Engine) -> AtHandPool:
    assert isinstance(engine.pool, AtHandPool)
    return engine.pool


def number(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def end(*numbers: int) -> None:
    with shared_database("postgresql").engine.begin() as other:
        for each in numbers:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": each})


def test_connection_is_used_again_and_counts_as_free(engine: Engine) -> None:
    pool = pool_of(engine)
    first = pool.take(engine)
    assert pool.checkedout() == 1

    pool.give(first)

    assert pool.checkedout() == 0
    assert pool.take(engine) is first


def test_connection_that_was_ended_is_not_given_out(engine: Engine) -> None:
    pool = pool_of(engine)
    both = [pool.take(engine), pool.take(engine)]
    numbers = {number(each) for each in both}
    for each in both:
        each.rollback()
        pool.give(each)
    end(*numbers)

    assert number(pool.take(engine)) not in numbers


def test_one_that_ends_in_use_takes_the_others_along(engine: Engine) -> None:
    pool = pool_of(engine)
    used, idle = pool.take(engine), pool.take(engine)
    ended = number(used)
    used.rollback()
    pool.give(idle)
    end(ended)
    with pytest.raises(OperationalError):
        number(used)
    used.rollback()

    pool.give(used)

    assert idle.closed
    pool = pool_of(engine)
    assert number(pool.take(engine)) != ended
    assert pool.checkedout() == 1


def test_who_waits_for_a_connection_gets_the_next_that_is_given(engine: Engine) -> None:
    pool = pool_of(engine)
    all_of_them = [pool.take(engine) for _ in range(2 * SIZE)]
    found: list[Connection] = []
    waiting = threading.Thread(target=lambda: found.append(pool.take(engine)))
    waiting.start()

    for each in all_of_them:
        pool.give(each)
    waiting.join(3)

    assert len(found) == 1
    pool.give(found[0])
    assert pool.checkedout() == 0


def test_disposed_pool_keeps_nothing(engine: Engine) -> None:
    pool = pool_of(engine)
    kept, late = pool.take(engine), pool.take(engine)
    pool.give(kept)
    engine.dispose()

    pool.give(late)

    assert kept.closed
    assert late.closed
