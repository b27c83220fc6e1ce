"""A connection to MariaDB or MySQL that waits no longer than its request may."""

from collections.abc import Callable
from typing import Any

from pymysql.connections import Connection
from pymysql.constants import CR
from pymysql.err import OperationalError

from app.database_budget import waiting


class PatientMariaDB(Connection):
    """The driver's deadlines are for each read: they are set anew for each thing that is asked."""

    def connect(self, sock: Any = None) -> None:
        self._in_time(super().connect, sock, most=self.connect_timeout)

    def query(self, sql: Any, unbuffered: bool = False) -> Any:
        return self._in_time(super().query, sql, unbuffered)

    def begin(self) -> None:
        self._in_time(super().begin)

    def commit(self) -> None:
        self._in_time(super().commit)

    def rollback(self) -> None:
        self._in_time(super().rollback)

    def _in_time(self, ask: Callable[..., Any], *arguments: Any, most: float | None = None) -> Any:
        """:raises OperationalError: and the connection is closed; so when no time is left."""
        with waiting() as seconds:
            if seconds <= 0:
                self._force_close()  # type: ignore[attr-defined]
                raise OperationalError(CR.CR_SERVER_LOST, "the request has waited long enough")
            given = seconds if most is None else min(most, seconds)
            self._read_timeout = self._write_timeout = given
            return ask(*arguments)
