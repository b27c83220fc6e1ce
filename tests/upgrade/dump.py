"""A database's rows as text, and back, without any program of the database's own."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, func, inspect, select, text

Row = list[Any]


@dataclass(frozen=True)
class Dump:
    """:param revision: of the migration that made the tables last.

    :param columns: of each table, with what each is: ``BIGINT NOT NULL``.
    :param rows: of each table, by its columns; bytes as ``{"base64": …}``.
    """

    revision: str
    columns: Mapping[str, Mapping[str, str]]
    rows: Mapping[str, list[Row]]

    def write(self, path: Path) -> None:
        """A line for each row, so that differences can be read."""
        tables = ",\n".join(
            f"  {json.dumps(name)}: [" + ",".join(f"\n   {_line(row)}" for row in rows) + "]"
            for name, rows in self.rows.items()
        )
        columns = ",\n".join(f"  {json.dumps(n)}: {_line(c)}" for n, c in self.columns.items())
        path.write_text(
            f'{{"revision": {json.dumps(self.revision)},\n "columns": {{\n{columns}}},\n'
            f' "rows": {{\n{tables}}}}}\n',
            encoding="utf-8",
        )

    @classmethod
    def read(cls, path: Path) -> "Dump":
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Handles:
    """What belongs to a dump and is not in the database.

    :param taken_at: the clock of the server when the dump was taken, in seconds.
    :param environment: the server's settings, without the addresses of database and WeChat.
    :param held: what people, browsers, applications and devices hold, by story.
    """

    taken_at: int
    environment: Mapping[str, str]
    held: Mapping[str, Any]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> "Handles":
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def taken(engine: Engine) -> Dump:
    """All rows of a database."""
    tables = _tables(engine)
    with engine.connect() as connection:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        rows = {table.name: _rows(connection, table) for table in tables}
    return Dump(str(revision), columns(engine), rows)


def put(dump: Dump, engine: Engine) -> None:
    """Inserts the rows into empty tables of the same revision."""
    with engine.begin() as connection:
        for table in _tables(engine):
            names = list(dump.columns[table.name])
            rows = [
                dict(zip(names, map(_value, row), strict=True)) for row in dump.rows[table.name]
            ]
            if rows:
                connection.execute(table.insert(), rows)
            _count_on(connection, table)


def columns(engine: Engine) -> dict[str, dict[str, str]]:
    """What the tables of a database look like."""
    known = inspect(engine)
    return {
        name: {
            each["name"]: f"{each['type']}{'' if each['nullable'] else ' NOT NULL'}"
            for each in known.get_columns(name)
        }
        for name in sorted(known.get_table_names())
        if name != "alembic_version"
    }


def _tables(engine: Engine) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(engine)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def _rows(connection: Connection, table: Table) -> list[Row]:
    found = connection.execute(select(table).order_by(*table.primary_key))
    return [[_plain(value) for value in row] for row in found]


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers on from where its own counter stands, not from the last row."""
    counted = table.autoincrement_column
    if connection.dialect.name == "postgresql" and counted is not None:
        last = connection.scalar(select(func.max(counted)))
        sequence = func.pg_get_serial_sequence(table.name, counted.name)
        if last is not None:
            connection.execute(select(func.setval(sequence, last)))


def _plain(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _value(plain: Any) -> Any:
    return base64.b64decode(plain["base64"]) if isinstance(plain, dict) else plain


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
