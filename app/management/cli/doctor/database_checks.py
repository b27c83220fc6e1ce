"""The database: reachable, migrated, speaking the right character set, and on time."""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from app.health.readiness import revisions
from app.management.cli.deployment import clock, session
from app.management.cli.doctor.finding import Finding, fail, ok, warn

SKEW = 5
"""Seconds between our clock and the database's beyond which something is wrong with one."""

UPGRADE = "Run qiao db upgrade."


def check_database() -> Iterator[Finding]:
    """Whether it answers; nothing else about it is asked when it does not."""
    dialect = session().get_bind().dialect.name
    try:
        session().execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        session().rollback()
        cause = type(getattr(error, "orig", error)).__name__
        yield fail(
            "database",
            f"The database does not answer ({cause}).",
            "Compare QIAO_DATABASE_URL with the server's address, name and password.",
        )
        return
    yield ok("database", f"The database ({dialect}) answers.")
    yield from _check_migrations()
    if dialect in ("mysql", "mariadb"):
        yield from _check_mysql()
    elif dialect == "postgresql":
        yield from _check_postgresql()
    yield from _check_time(dialect)


def _check_migrations() -> Iterator[Finding]:
    newest = revisions(current_app)[-1]
    current = _revision()
    if current == newest:
        yield ok("migrations", f"The tables are up to date ({newest}).")
    elif current is None:
        yield fail("migrations", "There are no tables.", UPGRADE)
    else:
        yield fail("migrations", f"The tables are at {current}, the code at {newest}.", UPGRADE)


def _revision() -> str | None:
    """What ``flask db upgrade`` has noted; None for a database without tables."""
    if not inspect(session().connection()).has_table("alembic_version"):
        return None
    return session().execute(text("SELECT version_num FROM alembic_version")).scalar()


def _check_mysql() -> Iterator[Finding]:
    level = "@@tx_isolation" if _is_mariadb() else "@@transaction_isolation"
    variables = f"@@character_set_connection, @@character_set_database, {level}"
    answer = session().execute(text(f"SELECT {variables}"))
    encoding, database, isolation = answer.one()
    if (encoding, database) == ("utf8mb4", "utf8mb4"):
        yield ok("encoding", "The database stores any character (utf8mb4).")
    else:
        yield fail(
            "encoding",
            f"The connection is {encoding}, the database {database}: emoji names would be lost.",
            "Run ALTER DATABASE <name> CHARACTER SET utf8mb4 COLLATE utf8mb4_bin.",
        )
    yield _isolation(isolation)


def _check_postgresql() -> Iterator[Finding]:
    encoding = session().execute(text("SHOW server_encoding")).scalar_one()
    if encoding == "UTF8":
        yield ok("encoding", "The database stores any character (UTF8).")
    else:
        yield fail(
            "encoding",
            f"The database is {encoding}: Chinese names would be lost.",
            "Make a database with ENCODING 'UTF8' and move there.",
        )
    yield _isolation(session().execute(text("SHOW transaction_isolation")).scalar_one())
    yield from _check_pooler()


def _check_pooler() -> Iterator[Finding]:
    """A pooler tells a process number of its own when a connection begins."""
    driver: Any = session().connection().connection.dbapi_connection
    asked = session().execute(text("SELECT pg_backend_pid()")).scalar_one()
    if driver.info.backend_pid != asked:
        yield ok(
            "pooler",
            "A pooler stands before the database. Qiao works through one in transaction mode, and"
            " the database plans each statement anew: a direct connection costs it less.",
        )


def _isolation(level: str) -> Finding:
    if level.replace("-", " ").upper() == "READ COMMITTED":
        return ok("isolation", "Transactions are READ COMMITTED.")
    return fail(
        "isolation",
        f"Transactions are {level}: one that lost a race could not see to whom.",
        "Remove the isolation level from QIAO_DATABASE_URL.",
    )


def _check_time(dialect: str) -> Iterator[Finding]:
    seconds = {
        "sqlite": "SELECT CAST(strftime('%s', 'now') AS INTEGER)",
        "postgresql": "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)",
    }.get(dialect, "SELECT UNIX_TIMESTAMP()")
    apart = abs(int(session().execute(text(seconds)).scalar_one()) - clock()())
    if apart <= SKEW:
        yield ok("clock", "This machine and the database agree on the time.")
    else:
        yield warn(
            "clock",
            f"This machine and the database are {apart} seconds apart.",
            "Let both take the time from NTP: tokens are judged by this machine's clock.",
        )


def _is_mariadb() -> bool:
    return bool(getattr(session().get_bind().dialect, "is_mariadb", False))
