"""Statements of what every sign-in does, run by the driver itself.

SQLAlchemy writes the text once for each database and lends the connection, with its pool and its
transaction. What it does around each execution besides would cost more than the statement.
"""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Connection, Dialect, Engine, Executable, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from oidc.database.prepared import PreparedConnection

AUTOCOMMIT = "autocommit"
"""Marks a session, and the engine that it then uses: see :func:`use_autocommit`."""

AnySession = Session | scoped_session[Any]
Row = Sequence[Any]
_Values = Mapping[str, Any]
_Outcome = tuple[list[Any], int]
"""Rows, and how many rows were matched."""
PREPARED = "prepared"
"""The kind of text that is prepared; and where a connection keeps what it has prepared."""


MOST_LATE = 120
"""Seconds; more is a clock that is wrong."""
_NOW = {
    "postgresql": "CAST(floor(extract(epoch FROM clock_timestamp())) AS BIGINT)",
    "mysql": "UNIX_TIMESTAMP(SYSDATE())",
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER)",
}


class Lateness(FunctionElement[int]):
    """Whole seconds between `asked_at` and the moment at which the database runs the statement: a
    database that had stopped runs what it was asked when it goes on.

    By the clocks of two machines, which differ: never less than 0, nor more than `MOST_LATE`.
    """

    inherit_cache = True
    type = BigInteger()

    def __init__(self) -> None:
        super().__init__(bindparam("sent", type_=BigInteger))


@compiles(Lateness)
def _lateness(element: Lateness, compiler: Any, **named: Any) -> str:
    name = compiler.dialect.name
    sent = compiler.process(element.clauses, **named)
    late = f"{_NOW.get(name, _NOW['mysql'])} - {sent} - 1"  # a second may just have begun
    least, most = ("min", "max") if name == "sqlite" else ("least", "greatest")
    return f"{least}({most}({late}, 0), {MOST_LATE})"


def asked_at() -> dict[str, int]:
    """The parameter that a statement with `Lateness` takes."""
    return {"sent": int(time.time())}


def use_autocommit(session: AnySession) -> None:
    """Lets every statement of this request stand alone, without BEGIN and COMMIT around them.

    For requests whose outcome is decided by their one last write. It marks the session; a host
    whose sessions heed the mark gives them an engine that commits each statement, where that
    saves round trips (PostgreSQL). Elsewhere an ordinary transaction does the same.
    """
    session.info[AUTOCOMMIT] = True


def is_autocommit(bind: Engine | Connection) -> bool:
    """Whether this engine commits each statement by itself."""
    return bool(bind.get_execution_options().get(AUTOCOMMIT))


def can_read_what_it_writes(session: AnySession) -> bool:
    """Whether one statement can change rows, commit that and read other tables beside them."""
    return _is_short(session.connection())


def _is_short(connection: Connection) -> bool:
    """Whether a statement takes PostgreSQL's short way on this connection."""
    return connection.dialect.driver == "psycopg" and is_autocommit(connection.engine)


class DriverStatement:
    """One statement with named parameters, known when the program starts.

    For text and numbers alone: values pass as the driver takes and gives them, so a BOOLEAN is 0
    or 1 on SQLite and MariaDB, and nothing is converted.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def rows(self, session: AnySession, values: _Values) -> list[Row]:
        """Every row that the statement finds.

        :raises sqlalchemy.exc.DBAPIError: as SQLAlchemy itself would.
        """
        return self._run(session, values)[0]

    def row(self, session: AnySession, values: _Values) -> Row | None:
        """The first row, or None."""
        found = self._run(session, values)[0]
        return found[0] if found else None

    def changed(self, session: AnySession, values: _Values) -> int:
        """How many rows an INSERT, UPDATE or DELETE matched. This number decides single use."""
        return self._run(session, values)[1]

    def _run(self, session: AnySession, values: _Values) -> _Outcome:
        connection = session.connection()
        dialect, engine = connection.dialect, connection.engine
        short = _is_short(connection)
        run, kind = (_prepared, PREPARED) if short else (_by_cursor, dialect.name)
        text = self._texts.get(kind)
        if text is None:
            text = self._texts[kind] = _Text(self._statement, dialect, kind)
        parameters = text.parameters(values)
        try:
            if before := engine.dispatch.before_cursor_execute:  # cheaper to ask than to go through
                for told in before:
                    told(connection, None, text.sql, parameters, None, False)
            outcome = run(connection, text.sql, parameters)
            if after := engine.dispatch.after_cursor_execute:
                for told in after:
                    told(connection, None, text.sql, parameters, None, False)
            return outcome
        except dialect.loaded_dbapi.Error as error:
            # SQLAlchemy's own translation; it also empties the pool when the server is gone.
            connection._handle_dbapi_exception(error, text.sql, None, None, None)


def _by_cursor(connection: Connection, sql: str, parameters: Any) -> _Outcome:
    """The long way, of every driver."""
    driver = connection.connection.dbapi_connection
    assert driver is not None
    cursor = driver.cursor()
    try:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall()) if cursor.description else [], cursor.rowcount
    finally:
        cursor.close()


def _prepared(connection: Connection, sql: str, parameters: list[Any]) -> _Outcome:
    """PostgreSQL's short way; what is prepared is forgotten with the connection."""
    known: PreparedConnection = connection.info.get(PREPARED) or _first(connection)
    return known.run(sql, parameters)


def _first(connection: Connection) -> "PreparedConnection":
    from oidc.database.prepared import PreparedConnection  # and psycopg, which is in use then

    driver: Any = connection.connection.dbapi_connection
    connection.info[PREPARED] = known = PreparedConnection(driver)
    return known


class _Text:
    """A statement's SQL for one database, and how its parameters are handed over there."""

    def __init__(self, statement: Executable, dialect: Dialect, kind: str) -> None:
        if kind == PREPARED:
            dialect = type(dialect)(paramstyle="numeric_dollar")  # type: ignore[call-arg]
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self._constants = {k: v for k, v in compiled.params.items() if v is not None}
        self._order = tuple(compiled.positiontup) if compiled.positional else None

    def parameters(self, values: _Values) -> Any:
        given = {**self._constants, **values} if self._constants else values
        return given if self._order is None else [given[name] for name in self._order]
