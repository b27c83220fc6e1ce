"""A database of the benchmark's own, on PostgreSQL or a file: made fresh, gone at the end."""

import os
import secrets
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

DEFAULT_SERVER = os.environ.get(
    "TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/{name}"
).replace("{name}", "postgres")
"""The one that the tests use."""


def address(url: str) -> str:
    """What libpq reads and Node too, of a URL as ``QIAO_DATABASE_URL`` has it."""
    scheme, separator, rest = url.partition("://")
    return scheme.partition("+")[0] + separator + rest


class NoServer(Exception):
    """No PostgreSQL where one was looked for, or none that lets us in."""


class Database(Protocol):
    """What a target is measured on."""

    @property
    def url(self) -> str:
        """As a setting of Qiao."""

    def drop(self) -> None: ...

    def backends(self) -> list[int]:
        """Processes that work for this database alone; none where it is in the server's own."""

    def version(self) -> str: ...


@dataclass(frozen=True)
class PostgresDatabase:
    """One database on a server; ``server`` is the URL of an administrator."""

    server: str
    name: str

    @property
    def url(self) -> str:
        return self.server.rpartition("/")[0] + "/" + self.name

    def drop(self) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(statement.format(sql.Identifier(self.name)))

    def backends(self) -> list[int]:
        """Process ids of the PostgreSQL backends that serve this database now."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s AND client_port IS NOT NULL",
                (self.name,),
            )
            return [row[0] for row in rows]

    def version(self) -> str:
        with psycopg.connect(self.server) as connection:
            row = connection.execute("SHOW server_version").fetchone()
            return f"PostgreSQL {row[0]}" if row else "unknown"


@dataclass(frozen=True)
class SqliteDatabase:
    """A file in a folder of its own. What it costs is part of the server's time."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'bench.sqlite3'}"

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def backends(self) -> list[int]:
        return []

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"


def create_file(label: str) -> SqliteDatabase:
    """A new SQLite database."""
    return SqliteDatabase(Path(tempfile.mkdtemp(prefix=f"bench-{label}-")))


def create(server: str, label: str) -> PostgresDatabase:
    """A new empty database on this server, with a name that nothing else has.

    :raises NoServer: it cannot be had.
    """
    name = f"bench_{label}_{secrets.token_hex(4)}".replace("-", "_")
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.OperationalError as error:
        where = urlsplit(server)
        said = str(error).strip().partition("\n")[0]
        raise NoServer(f"PostgreSQL at {where.hostname}:{where.port or 5432}: {said}") from error
    return PostgresDatabase(server, name)


def fresh(is_file: bool, server: str, label: str) -> Database:
    """A new empty database, as a file or on this server."""
    return create_file(label) if is_file else create(server, label)
