"""What a migration does to the database, and which of it servers of the version before can bear."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from alembic.ddl.base import AddColumn, AlterTable, ColumnDefault, DropColumn
from alembic.ddl.postgresql import PostgresqlColumnType
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import BigInteger, Insert, Integer, String, Text, create_mock_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, DropIndex, DropTable
from sqlalchemy.types import TypeEngine

DROPS = (DropTable, DropColumn, DropIndex)


@dataclass
class Step:
    """One statement of a migration.

    :param problem: why an older server could not go on beside it; empty where it can.
    :param drops: whether it takes something away.
    """

    statement: str
    problem: str
    drops: bool = False


@dataclass
class Judge:
    """Looks at one statement after the other; knows which tables are new."""

    new_tables: set[str] = field(default_factory=set)

    def step(self, done: Any) -> Step:
        statement = " ".join(str(done.compile(dialect=postgresql.dialect())).split())
        drops = isinstance(done, DROPS) or statement.upper().startswith(("DROP", "DELETE"))
        return Step(statement, self._problem(done), drops)

    def _problem(self, done: Any) -> str:
        if isinstance(done, CreateTable):
            self.new_tables.add(done.element.name)
            return ""
        if isinstance(done, CreateIndex):
            narrows = done.element.unique and done.element.table.name not in self.new_tables
            return "values that older servers write may break the new uniqueness" * narrows
        for kind, problem in _RULES:
            if isinstance(done, kind):
                return problem(done)
        if isinstance(done, AddConstraint | AlterTable) and _table(done) in self.new_tables:
            return ""
        return "it is no addition"


def _added(done: AddColumn) -> str:
    column = done.column
    if column.nullable or column.server_default is not None:
        return ""
    return "older servers insert rows without it: make it nullable or give it a server default"


def _retyped(done: PostgresqlColumnType) -> str:
    if done.existing_type is None:
        return "say the existing_type, so that it can be seen that the new one is wider"
    wider = _holds(done.type_, done.existing_type)
    return "" if wider else "what older servers write may not fit any more"


def _holds(new: TypeEngine[Any], old: TypeEngine[Any]) -> bool:
    """Whether the new type takes every value of the old one, and reads it back as the same."""
    if isinstance(old, String) and not isinstance(old, Text) and isinstance(new, String):
        return new.length is None or (old.length is not None and new.length >= old.length)
    return isinstance(old, Integer) and isinstance(new, BigInteger)


def _defaulted(done: ColumnDefault) -> str:
    return "" if done.default else "older servers may count on the default"


_RULES: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (AddColumn, _added),
    (PostgresqlColumnType, _retyped),
    (ColumnDefault, _defaulted),
    (Insert, lambda _: ""),
)


def steps(migration: ModuleType, judge: Judge | None = None) -> Iterator[Step]:
    """What its ``upgrade()`` does on PostgreSQL, without a database."""
    done: list[Any] = []
    engine = create_mock_engine("postgresql+psycopg://", lambda each, *_, **__: done.append(each))
    context = MigrationContext.configure(connection=engine)  # type: ignore[arg-type]
    context.autocommit_block = nullcontext  # type: ignore[method-assign] # of no transaction
    with Operations.context(context):
        migration.upgrade()
    yield from map((judge or Judge()).step, done)


def _table(done: Any) -> str:
    return str(done.element.table.name if isinstance(done, AddConstraint) else done.table_name)
