"""How each database would find what a statement asks for, once its tables have some thousand rows.

What grows with people and with traffic is filled with rows of no meaning; what an administrator
enters one by one stays as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    cast,
    event,
    insert,
    literal,
    null,
    select,
    text,
    true,
)
from sqlalchemy.sql import ColumnElement

from bench.explaining import Explainer, numbered, sizes
from bench.plans import FEW, MODES, Explained
from tests.databases import all_metadata

GROWING = [
    "account",
    "acquaintance",
    "application_person",
    "audit_event",
    "account_conflict",
    "account_job",
    "account_merge",
    "browser_session",
    "client",
    "client_refusal",
    "consent",
    "device_code",
    "external_key",
    "grant",
    "group_member",
    "interaction",
    "logout_delivery",
    "notification",
    "parked_association",
    "person_challenge",
    "person_passkey",
    "phone_turn",
    "push_receipt",
    "replay",
    "security_event",
    "source_enablement",
    "source_session",
    "source_token",
    "stream_exclusion",
    "ticket",
]
SIDE = 45
"""Its square is how many rows there are."""
LATER = 4_000_000_000
"""Seconds since the epoch; nothing is due before."""
BUFFERS = 40
"""Pages that PostgreSQL may touch for one statement."""
NOBODY = ("merged_into", "disabled_at", "revoked_at", "used_at", "default_for", "acr")
"""Columns that stay empty: what they say would take the row out of every search."""


def fill(engine: Engine) -> None:
    """Gives each of these tables two thousand rows and lets the database count them."""
    tables = {table.name: table for metadata in all_metadata() for table in metadata.sorted_tables}
    with engine.begin() as connection:
        for name in GROWING:
            connection.execute(_rows_of(tables[name]))
        if engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
        elif engine.dialect.name != "sqlite":  # which counts nothing unless it is told to
            quoted = ", ".join(f"`{name}`" for name in GROWING)
            connection.execute(text(f"ANALYZE TABLE {quoted}")).all()


def _rows_of(table: Table) -> Any:
    upto = select(literal(1).label("i")).cte("upto", recursive=True)
    upto = upto.union_all(select(upto.c.i + 1).where(upto.c.i < SIDE))
    tens, ones = upto.alias("tens"), upto.alias("ones")
    number = tens.c.i * 100 + ones.c.i
    columns = [c for c in table.columns if not (c.primary_key and c.autoincrement is True)]
    values = [_value(column, number).label(column.name) for column in columns]
    rows = select(*values).select_from(tens).join(ones, true())
    return insert(table).from_select([column.name for column in columns], rows)


def _value(column: Any, number: ColumnElement[int]) -> ColumnElement[Any]:
    kind = column.type
    if column.nullable and (column.name in NOBODY or not isinstance(kind, String)):
        return null()
    if isinstance(kind, Boolean):
        return literal(False)
    if isinstance(kind, LargeBinary):
        return literal(b"")
    if isinstance(kind, BigInteger):
        return literal(LATER, BigInteger)
    if isinstance(kind, Integer):
        return literal(1)
    if isinstance(kind, Text):
        return literal("{}")
    return literal("r") + cast(number, String(8))


class Plans:
    """What is found wrong with the plans of statements, as they run."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = {}
        self.statements: set[str] = set()
        self._explainer = Explainer()

    def note(
        self, connection: Connection, _c: Any, statement: str, parameters: Any, *_: Any
    ) -> None:
        words = statement.split(None, 1)[0].upper()
        if words not in ("SELECT", "UPDATE", "DELETE", "WITH") or statement in self.statements:
            return
        self.statements.add(statement)
        driver = connection.connection.dbapi_connection
        judge = getattr(self, f"_{connection.dialect.name}", self._mysql)
        if found := judge(driver, statement, parameters):
            self.wrong[statement] = found

    def _postgresql(self, driver: Any, statement: str, parameters: Any) -> list[str]:
        values = numbered(statement, parameters)
        is_prepared = values[0] is statement and bool(parameters)  # `oidc.database.prepared`
        modes = MODES if is_prepared else MODES[:1]
        plan = {mode: [self._explainer.plan(driver, mode, *values)] for mode in modes}
        known = sizes(driver, [{"plan": each[0]} for each in plan.values()], FEW + 1)
        return Explained("", statement, plan).problems(known, BUFFERS)

    def _mysql(self, driver: Any, statement: str, parameters: Any) -> list[str]:
        """``ALL`` reads a table from end to end, ``index`` an index."""
        with driver.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement}", parameters)
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return [
            f"{row['table']} is read from end to end ({row['type']})"
            for row in rows
            if row["type"] in ("ALL", "index") and int(row["rows"] or 0) > FEW
        ]

    def _sqlite(self, driver: Any, statement: str, parameters: Any) -> list[str]:
        """``SCAN`` reads from end to end, by whatever index; ``SEARCH`` looks up."""
        asked = driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        told = [row[3].split() for row in asked]
        return [" ".join(words) for words in told if words[0] == "SCAN" and words[1] in GROWING]


@contextmanager
def plans_of(*engines: Engine) -> Iterator[Plans]:
    """Every statement that is run by these is explained right before."""
    plans = Plans()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", plans.note)
    yield plans
    for engine in engines:
        event.remove(engine, "before_cursor_execute", plans.note)
