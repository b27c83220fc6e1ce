"""The databases that tests run on: SQLite always, PostgreSQL and MariaDB where they are found."""

import os
import platform
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import Engine, MetaData, Table, create_engine, exists, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from app.database import configure, engine_options
from tests import services

# `make test-fast` asks for SQLite alone: TEST_DATABASES=sqlite.
DIALECTS = tuple(os.environ.get("TEST_DATABASES", "sqlite,postgresql,mariadb").split(","))
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}

_SERVERS = {
    "postgresql": os.environ.get(
        "TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/{name}"
    ),
    "mariadb": os.environ.get(
        "TEST_MARIADB_URL", "mysql+pymysql://root@127.0.0.1:3306/{name}?charset=utf8mb4"
    ),
}
_IN_MEMORY = Path("/dev/shm")
_MAINTENANCE = {"postgresql": "postgres", "mariadb": "mysql"}
_MACHINE = sha256(platform.node().encode()).hexdigest()[:6]
"""Process ids mean nothing on a server that several machines share."""
_LIST = {"postgresql": "SELECT datname FROM pg_database", "mariadb": "SHOW DATABASES"}


def all_metadata() -> list[MetaData]:
    """The tables of the three owners, in the order in which migrations name them."""
    from app.tables.people import Base as AppBase
    from federation.models import Base as FederationBase
    from oidc.database.models import Base as OidcBase

    return [OidcBase.metadata, FederationBase.metadata, AppBase.metadata]


def create_tables(engine: Engine) -> None:
    for metadata in all_metadata():
        metadata.create_all(engine)


def empty_tables(engine: Engine) -> None:
    """Removes every row, so that the next test finds an empty database.

    One question tells which tables have rows: most tests write to a few of them.
    """
    tables = _children_first()
    with engine.begin() as connection:
        filled = connection.execute(select(*(exists(select(1).select_from(t)) for t in tables)))
        for table, has_rows in zip(tables, filled.one(), strict=True):
            if has_rows:
                connection.execute(table.delete())


@cache
def _children_first() -> list[Table]:
    return [table for of in all_metadata() for table in reversed(of.sorted_tables)]


@dataclass
class Database:
    dialect: str
    url: str
    engine: Engine
    cleanup: list[tuple[str, str]] = field(default_factory=list)

    def empty(self) -> None:
        empty_tables(self.engine)

    def drop(self) -> None:
        self.engine.dispose()
        for url, statement in self.cleanup:
            _execute(url, statement)
        if self.dialect == "sqlite":
            path = Path(self.url.removeprefix("sqlite:///"))
            for leftover in path.parent.glob(path.name + "*"):
                leftover.unlink()
            path.parent.rmdir()


def server_address(dialect: str) -> URL:
    """The server that the tests use, as its administrator."""
    return make_url(_SERVERS[dialect].format(name=_MAINTENANCE[dialect]))


def those_of(*wanted: str) -> list[Any]:
    """The parameters of tests that are for some databases alone."""
    asked = [dialect for dialect in DIALECTS if dialect in wanted]
    return asked or [pytest.param("none", marks=pytest.mark.not_asked_for)]


def has_its_turn(item: pytest.Item) -> bool:
    """Whether this test is told on the database that it is parametrised with.

    Stories marked ``in_turn`` are told on one database each, chosen by their name, so that a module
    meets all of them: their statements are those that other tests run on every database. What
    decides a race or a single use is marked ``on_each`` among them.
    """
    dialect = _dialect_of(item)
    if dialect is None or not item.get_closest_marker("in_turn"):
        return True
    if item.get_closest_marker("on_each"):
        return True
    story = item.nodeid.replace(dialect, "")
    return dialect == DIALECTS[crc32(story.encode()) % len(DIALECTS)]


def _dialect_of(item: pytest.Item) -> str | None:
    called = getattr(item, "callspec", None)
    dialect: str | None = called.params.get("database") if called else None
    return dialect


_shared: dict[str, Database] = {}


def shared_database(dialect: str) -> Database:
    """The one of this process on that server, for tests that leave it empty."""
    if dialect not in _shared:
        _shared[dialect] = open_database(dialect)
    return _shared[dialect]


def drop_shared_databases() -> None:
    while _shared:
        _shared.popitem()[1].drop()


def open_database(dialect: str) -> Database:
    """A fresh database with every table; skips the test where its server does not answer."""
    database = empty_database(dialect)
    create_tables(database.engine)
    return database


def empty_database(dialect: str) -> Database:
    """A fresh database without tables; skips the test where its server does not answer."""
    if dialect == "sqlite":
        memory = _IN_MEMORY if _IN_MEMORY.exists() else None
        folder = Path(tempfile.mkdtemp(prefix="qiao-test-", dir=memory))
        url = f"sqlite:///{folder / 'qiao.sqlite3'}"
        return Database(dialect, url, _engine(url))
    # Machine and process id keep parallel test runs out of each other's way.
    name = f"qiao_test_{_MACHINE}_{os.getpid()}_{os.urandom(3).hex()}"
    maintenance = _SERVERS[dialect].format(name=_MAINTENANCE[dialect])
    create = f"CREATE DATABASE {name}"
    if dialect == "mariadb":
        create += " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    try:
        _drop_leftovers(dialect, maintenance)
        _execute(maintenance, create)
    except OperationalError as error:
        services.no_answer(NAMES[dialect], maintenance, error.orig)
    url = _SERVERS[dialect].format(name=name)
    return Database(dialect, url, _engine(url), [(maintenance, _drop(dialect, name))])


def _drop(dialect: str, name: str) -> str:
    forced = " WITH (FORCE)" if dialect == "postgresql" else ""
    return f"DROP DATABASE IF EXISTS {name}{forced}"


@cache
def _drop_leftovers(dialect: str, maintenance: str) -> None:
    """Drops what killed runs on this machine left: their process is no more."""
    for name in _query(maintenance, _LIST[dialect]):
        owner = re.fullmatch(rf"qiao_test_{_MACHINE}_(\d+)_[0-9a-f]{{6}}", name)
        if owner and not _is_running(int(owner[1])):
            with suppress(DBAPIError):  # another worker drops the same
                _execute(maintenance, _drop(dialect, name))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _engine(url: str) -> Engine:
    engine = create_engine(url, **engine_options(make_url(url)))  # type: ignore[arg-type]
    configure(engine)
    return engine


def _query(url: str, statement: str) -> list[str]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            return list(connection.scalars(text(statement)))
    finally:
        engine.dispose()


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
