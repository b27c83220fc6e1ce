"""Moves everything into another database, such as from SQLite to PostgreSQL.

Rows are read in the order of their keys and written where they are not yet: whoever is killed
begins again and writes the rest. Nothing is deleted anywhere.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Table,
    and_,
    func,
    insert,
    inspect,
    or_,
    select,
    text,
    tuple_,
)

from app.tables.people import Base as AppBase
from federation.models import Base as FederationBase
from oidc.database.models import Base as OidcBase

BATCH = 500
Key = Sequence[Any]


def tables() -> list[Table]:
    """All of them, each after those that it refers to."""
    owners = (OidcBase, FederationBase, AppBase)
    return [table for owner in owners for table in owner.metadata.sorted_tables]


def version(engine: Engine) -> str | None:
    """What the migrations have noted; None where there are no tables."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def counts(engine: Engine) -> dict[str, int]:
    """Rows of each table."""
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables()
        }


def copy(source: Engine, target: Engine, table: Table) -> Iterator[int]:
    """Copies a table, each batch in a transaction of its own; rows read with each.

    :raises sqlalchemy.exc.IntegrityError: the target has other rows in the place of ours.
    """
    after: Key | None = None
    while rows := _read(source, table, after):
        with target.begin() as connection:
            _write(connection, table, rows)
        after = _key(table, rows[-1])
        yield len(rows)
    with target.begin() as connection:
        _go_on_counting(connection, table)


def _read(source: Engine, table: Table, after: Key | None) -> Sequence[Row[Any]]:
    columns = list(table.primary_key.columns)
    query = select(table).order_by(*columns).limit(BATCH)
    if after is not None:
        steps = [
            and_(
                *(c == v for c, v in zip(columns[:n], after[:n], strict=True)),
                columns[n] > after[n],
            )
            for n in range(len(columns))
        ]
        query = query.where(or_(*steps))
    with source.connect() as connection:
        return connection.execute(query).all()


def _write(connection: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    columns = list(table.primary_key.columns)
    keys = [tuple(_key(table, row)) for row in rows]
    there = select(*columns).where(tuple_(*columns).in_(keys))
    known = {tuple(row) for row in connection.execute(there)}
    new = [row._asdict() for row, key in zip(rows, keys, strict=True) if key not in known]
    if new:
        connection.execute(insert(table), new)


def _key(table: Table, row: Row[Any]) -> Key:
    return [row._mapping[column] for column in table.primary_key.columns]


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows by a sequence of its own, which has not seen the copied ones."""
    counted = table.autoincrement_column
    if connection.dialect.name != "postgresql" or counted is None:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, counted.name)))
    highest = connection.scalar(select(func.max(counted)))
    if sequence and highest:
        connection.execute(select(func.setval(sequence, highest)))
