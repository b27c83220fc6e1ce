"""How long a server waits for its database, and how it finds out that a connection is dead.

A database that was stopped keeps no deadline of its own: ours is kept by the drivers, on every way
to it. It holds for servers alone; what a command does may take as long as it takes.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from app.database_budget import BUDGET, PATIENCE
from app.database_pool import has_ended
from oidc.aside import SHARER
from oidc.database.driver_statement import is_autocommit

log = logging.getLogger(__name__)

CONNECTING = 2
"""Seconds for a new connection; the drivers take whole ones."""
ON_SERVER = 3
"""Seconds after which the database itself gives a statement up, where it still can."""
PAUSE = 1.0
"""Seconds for which a database that did not answer is not asked for connections."""
ENOUGH = 1.0
"""Seconds of silence that say something of the database, and not of a request that was late."""

_POSTGRESQL = f"-c statement_timeout={ON_SERVER}s"
# Statements that each stand for themselves look for rows by their keys. PostgreSQL takes a page of
# an index for four times as dear as the next one of a table, as on a disk that turns, and would
# rather read a small table through than look into it: most of what reading a grant took.
_BY_KEY = "-c random_page_cost=1.1"
# What begins with M! MariaDB alone reads, and what begins with 507 MySQL alone.
_MARIADB = (
    f"SET SESSION innodb_lock_wait_timeout={ON_SERVER}"
    f" /*M!100100 , max_statement_time={ON_SERVER} */"
    f" /*!50708 , max_execution_time={ON_SERVER * 1000} */"
)


class Unanswered(psycopg.OperationalError):
    """The database said nothing for as long as we wait."""


class PatientConnection(psycopg.Connection[Any]):
    """Gives up by itself; a connection that it has given up is closed."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        budget, sharer = BUDGET.get(), SHARER.get()
        seconds = PATIENCE if timeout is None else timeout
        if budget is not None:
            before, begun = budget.waited, time.monotonic()
            seconds = min(seconds, budget.grant())
        try:
            if seconds <= 0:
                raise TimeoutError
            if sharer is not None:
                return sharer.wait(gen, self.pgconn, seconds)
            return super().wait(gen, interval, seconds)
        except (errors._WaitTimeout, TimeoutError) as error:
            self.pgconn.finish()
            raise Unanswered("no answer within the time that we wait") from error
        finally:
            if budget is not None:
                budget.spend(before, begun)


class Gate:
    """Lets one caller at a time connect to a database that did not answer a moment ago."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def may_pass(self) -> bool:
        if not self._closed_until:
            return True
        with self._lock:
            if self._now() < self._closed_until:
                return False
            self._closed_until = self._now() + CONNECTING + PAUSE
            return True

    def close(self) -> None:
        self._closed_until = self._now() + PAUSE

    def open(self) -> None:
        self._closed_until = 0.0


def keep_patience(engine: Engine) -> None:
    """For engines of a server, before their first connection."""
    name = engine.dialect.name
    if name == "sqlite":
        event.listen(engine, "do_connect", _connect_sqlite)
        event.listen(engine, "connect", _limit_sqlite)
        return
    gate = Gate()
    open_ = _CONNECT[name]
    if name == "postgresql" and is_autocommit(engine):
        open_ = partial(_connect_postgresql, more=_BY_KEY)

    def connect(
        dialect: Dialect, _: ConnectionPoolEntry, positional: Any, named: dict[str, Any]
    ) -> Any:
        driver: Any = dialect.loaded_dbapi
        if not gate.may_pass():
            raise driver.OperationalError("the database did not answer a moment ago")
        try:
            opened = open_(positional, named)
        except driver.OperationalError as error:
            if _is_late(error):
                gate.close()
            else:
                gate.open()
            raise
        gate.open()
        return opened

    def failed(context: Any) -> None:
        if not _is_late(context.original_exception):
            return
        budget = BUDGET.get()
        seconds = PATIENCE if budget is None else budget.granted
        if seconds < ENOUGH:
            log.error("the database was too slow for a request, which has waited long enough")
        else:
            log.error("the database has not answered for %.1f s", seconds)
            gate.close()

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "handle_error", failed)


def discard_dead(engine: Engine) -> None:
    """Lets no request meet a connection that the server has ended, such as by a restart."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "checkout", _discard_dead)


def _discard_dead(connection: Any, _: ConnectionPoolEntry, __: Any) -> None:
    if has_ended(connection):
        raise DisconnectionError("the server has ended it")


def _connect_sqlite(_: Dialect, __: ConnectionPoolEntry, ___: Any, named: dict[str, Any]) -> None:
    from app.database_sqlite import PatientSQLite  # and SQLite itself, which is in use then

    named["factory"] = PatientSQLite


def _limit_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    from app.database_sqlite import wait

    cursor = connection.cursor()
    wait(cursor.execute, PATIENCE)
    cursor.close()


def _connect_postgresql(positional: Any, named: dict[str, Any], more: str = "") -> Any:
    patient = {**named, "connect_timeout": CONNECTING}
    options = " ".join(f"{more} {named.get('options', '')} {_POSTGRESQL}".split())
    try:
        return PatientConnection.connect(*positional, **{**patient, "options": options})
    except psycopg.OperationalError as error:
        if "startup parameter" not in str(error):
            raise
        # A pooler in between, which passes no options on.
        return PatientConnection.connect(*positional, **patient)


def _connect_mariadb(positional: Any, named: dict[str, Any]) -> Any:
    from app.database_mariadb import PatientMariaDB  # and the driver, which is in use then

    waits = {"connect_timeout": CONNECTING, "read_timeout": PATIENCE, "write_timeout": PATIENCE}
    return PatientMariaDB(*positional, **{"init_command": _MARIADB, **named, **waits})


_CONNECT: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "postgresql": _connect_postgresql,
    "mysql": _connect_mariadb,
    "mariadb": _connect_mariadb,
}


def _is_late(error: BaseException) -> bool:
    """Whether nobody answered, rather than somebody refusing or going away."""
    if isinstance(error, Unanswered | errors.ConnectionTimeout):
        return True
    return "timed out" in str(error)
