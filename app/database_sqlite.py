"""A connection to SQLite that waits for who is writing no longer than its request may."""

import sqlite3
from collections.abc import Callable
from typing import Any

from app.database_budget import BUDGET, PATIENCE, waiting

NOTICEABLE = 0.1
"""Seconds that a request has waited before its next statement is given less time."""


class PatientSQLite(sqlite3.Connection):
    is_hurried = False
    """Whether its time for the next statement is another than the whole."""

    def cursor(self, *_: Any) -> "PatientCursor":  # type: ignore[override]
        return super().cursor(PatientCursor)


class PatientCursor(sqlite3.Cursor):
    connection: PatientSQLite

    def execute(self, sql: str, parameters: Any = ()) -> "PatientCursor":
        return self._in_time(super().execute, sql, parameters)

    def executemany(self, sql: str, parameters: Any) -> "PatientCursor":
        return self._in_time(super().executemany, sql, parameters)

    def _in_time(self, run: Callable[..., Any], *arguments: Any) -> "PatientCursor":
        if BUDGET.get() is None and not self.connection.is_hurried:
            run(*arguments)
            return self
        with waiting() as seconds:
            is_hurried = PATIENCE - seconds > NOTICEABLE
            if is_hurried or self.connection.is_hurried:
                wait(super().execute, seconds)
                self.connection.is_hurried = is_hurried
            run(*arguments)
        return self


def wait(execute: Any, seconds: float) -> None:
    """Says how long statements of this connection wait for who is writing."""
    execute(f"PRAGMA busy_timeout={max(0, int(seconds * 1000))}")
