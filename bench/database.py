"""A PostgreSQL database of the benchmark's own: made fresh, dropped at the end."""

import os
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

DEFAULT_SERVER = (
    os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/{name}")
    .replace("+psycopg", "")
    .replace("{name}", "postgres")
)
"""The one that the tests use."""


class NoServer(Exception):
    """No PostgreSQL where one was looked for, or none that lets us in."""


@dataclass(frozen=True)
class Database:
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
            return str(row[0]) if row else "unknown"


def create(server: str, label: str) -> Database:
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
    return Database(server, name)
