"""Plans that read a table from end to end are told, by a PostgreSQL that made them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from bench.database import address
from bench.explaining import Explainer, numbered, sizes
from bench.plans import FEW, MODES, Explained, explained, told
from tests.databases import empty_database

ROWS = 5000
BY_KEY = "SELECT name FROM person WHERE id = $1::VARCHAR"
BY_NAME = "SELECT id FROM person WHERE name = $1::VARCHAR"
ADDED = "INSERT INTO person (id, name) VALUES (%(id)s::VARCHAR, %(name)s::VARCHAR)"


@pytest.fixture
def connection() -> Iterator[psycopg.Connection]:
    """To a table whose rows are found by their key, and by nothing else."""
    database = empty_database("postgresql")
    with psycopg.connect(address(database.url), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (id VARCHAR PRIMARY KEY, name VARCHAR)")
        rows = f"SELECT 'p' || n, 'Name ' || n FROM generate_series(1, {ROWS}) AS n"
        connection.execute(f"INSERT INTO person {rows}")
        connection.execute("VACUUM ANALYZE person")
        yield connection
    database.drop()


def judged(connection: psycopg.Connection, *asked: tuple[str, Any]) -> list[Explained]:
    explainer = Explainer()
    for statement, parameters in asked:
        explainer.explain(connection, "GET /", statement, parameters)
    return explained(explainer.plans)


def problems(connection: psycopg.Connection, each: Explained, most: int = 40) -> list[str]:
    plans = [{"plan": plan} for of in each.plans.values() for plan in of]
    return each.problems(sizes(connection, plans, FEW + 1), most)


def test_row_found_by_its_key_is_well(connection: psycopg.Connection) -> None:
    [found] = judged(connection, (BY_KEY, ["p77"]))

    assert problems(connection, found) == []
    for mode in MODES:
        [step] = found.steps(mode)
        assert (step.what, step.table, step.index) == ("Index Scan", "person", "person_pkey")
        assert step.rows == 1
        assert 2 <= step.buffers <= 5
    report = told("reading", [found], {"person": FEW + 1}, 40)
    assert "Index Scan person person_pkey: 1 rows" in report
    assert "FAIL" not in report


def test_table_read_from_end_to_end_is_told(connection: psycopg.Connection) -> None:
    [found] = judged(connection, (BY_NAME, ["Name 77"]))

    assert "person is read from end to end" in problems(connection, found)
    assert "FAIL person is read from end to end" in told("x", [found], {"person": FEW + 1}, 40)


def test_small_table_may_be_read_from_end_to_end(connection: psycopg.Connection) -> None:
    connection.execute(f"DELETE FROM person WHERE id NOT IN ('p1', 'p2', 'p{ROWS}')")
    connection.execute("VACUUM FULL ANALYZE person")

    [found] = judged(connection, (BY_NAME, ["Name 2"]))

    assert found.steps(MODES[0])[0].what == "Seq Scan"
    assert problems(connection, found) == []


def test_many_rows_and_whole_indexes_are_told(connection: psycopg.Connection) -> None:
    many, whole = judged(
        connection,
        ("SELECT count(name) FROM person WHERE id > $1::VARCHAR AND id < 'p2'", ["p1"]),
        ("SELECT max(id) FROM (SELECT id FROM person ORDER BY id OFFSET $1) AS late", [ROWS - 5]),
    )

    assert any("rows of person" in each for each in problems(connection, many, 10_000))
    assert "person_pkey is read from end to end" in problems(connection, whole, 10_000)


def test_dear_statement_is_told(connection: psycopg.Connection) -> None:
    [found] = judged(connection, (BY_KEY, ["p77"]))

    assert problems(connection, found, most=1) == [f"{found.buffers()} buffers are touched"]


def test_what_is_explained_is_not_done(connection: psycopg.Connection) -> None:
    [found] = judged(connection, (ADDED, {"id": "new", "name": "100%"}))
    with connection.transaction():
        judged(connection, (ADDED, {"id": "new", "name": "Name"}))

    assert [step.what for step in found.steps(MODES[1])] == ["Insert"]
    assert connection.execute("SELECT count(*) FROM person").fetchone() == (ROWS,)


def test_names_become_numbers() -> None:
    text = "UPDATE t SET a = %(x)s + 1, b = 'a%%' WHERE c = %(y)s AND d = %(x)s"

    assert numbered(text, {"y": 2, "x": 1}) == (
        "UPDATE t SET a = $1 + 1, b = 'a%' WHERE c = $2 AND d = $1",
        [1, 2],
    )
    assert numbered("SELECT $1", ["x"]) == ("SELECT $1", ["x"])
    assert numbered("SELECT 1", None) == ("SELECT 1", ())


def test_generic_plan_is_told_where_it_differs(connection: psycopg.Connection) -> None:
    """A value that is nearly everywhere: read through for it, looked up for any other."""
    connection.execute("ALTER TABLE person ADD kind VARCHAR")
    connection.execute("UPDATE person SET kind = CASE WHEN id < 'p2' THEN id ELSE 'usual' END")
    connection.execute("CREATE INDEX ix_kind ON person (kind)")
    connection.execute("VACUUM ANALYZE person")

    [found] = judged(connection, ("SELECT name FROM person WHERE kind = $1", ["usual"]))

    assert found.steps(MODES[0])[0].what == "Seq Scan"
    assert found.steps(MODES[1])[0].index == "ix_kind"
    assert "generic: " in told("x", [found], {}, 40)
