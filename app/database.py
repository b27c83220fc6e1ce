"""The one database session of the product, and what each database needs to behave alike."""

import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from flask.globals import _cv_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, Table, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as PlainSession
from sqlalchemy.pool import ConnectionPoolEntry

from app.database_pool import AsidePool, AtHandPool
from oidc.database.driver_statement import AUTOCOMMIT

log = logging.getLogger(__name__)

AUTOCOMMIT_BIND = "alone"
"""The engine of requests whose statements each stand for themselves; on PostgreSQL only."""


class RequestSession(Session):
    """Uses the engine ``ALONE`` once the request was marked for it (``oidc.database.statements``).

    It then holds one connection of that engine until it is closed, and there is no transaction
    to begin or to end.

    The rest of a session, with its maps of objects, is made when something of it is wanted: a
    request of the protocol wants nothing but that connection.
    """

    _alone: Connection | None = None
    _pool: AtHandPool
    """Whose connection that is."""
    _is_made = False

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        self._db = db
        self._options = options

    def __getattr__(self, name: str) -> Any:
        """Whatever is not there before the rest is made."""
        if self._is_made:
            raise AttributeError(name)
        self._is_made = True
        super().__init__(self._db, **self._options)
        return getattr(self, name)

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        return self._connection_alone() or super().get_bind(*args, **kwargs)

    def connection(self, *args: Any, **kwargs: Any) -> Connection:
        return self._connection_alone() or super().connection(*args, **kwargs)

    def close(self) -> None:
        if self._is_made and (self.in_transaction() or len(self.identity_map)):
            self._take_back(super().close)
        self._give_back()

    def rollback(self) -> None:
        """Also gives the connection back, as it does where there are transactions."""
        if self._is_made and self.in_transaction():
            self._take_back(super().rollback)
        self._give_back()

    def commit(self) -> None:
        if self._is_made and self.in_transaction():
            super().commit()
        self._give_back()

    def _take_back(self, step: Callable[[], None]) -> None:
        """A database that does not answer takes everything back by itself, once it has lost the
        connection: whoever has an answer by then gets it."""
        try:
            step()
        except DBAPIError as error:
            log.warning("a transaction was left to the database: %s", error.orig)
            self.invalidate()

    def _connection_alone(self) -> Connection | None:
        if self._alone is None and AUTOCOMMIT in self.info:
            engine = self._db.engines.get(AUTOCOMMIT_BIND)
            if engine is not None:
                self._pool = engine.pool  # type: ignore[assignment]
                self._alone = self._pool.take(engine)
        return self._alone

    def _give_back(self) -> None:
        if self._alone is not None:
            given, self._alone = self._alone, None
            self._pool.give(given)


db = SQLAlchemy(session_options={"class_": RequestSession, "scopefunc": _cv_app.get})
"""With a session for each application context. A request asks for its own five times and more, and
Flask-SQLAlchemy's way to say which that is takes longer."""

# Names people write; the driver that we ship behind each.
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "sqlite": "sqlite",
}

_DISCREET = {"hide_parameters": True}
"""The text of a database error names no value: it goes to the log."""
_FOR_DRIVERS: dict[str, dict[str, object]] = {
    "postgresql": {
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15000,
        "prepare_threshold": None,  # behind a pooler names are forgotten (`oidc.database.prepared`)
    },
    "mysql": {"connect_timeout": 5, "write_timeout": 15},
}
"""How long each driver waits for a database that is gone without a word, and what it prepares."""


def database_url(text: str) -> URL:
    """The URL with our driver and character set filled in, from any usual spelling.

    :raises ValueError: when it is no URL of a database that is supported.
    """
    try:
        url = make_url(text)
    except Exception as error:
        raise ValueError("not a database URL") from error
    name = url.get_backend_name() if "+" in url.drivername else url.drivername
    driver = _DRIVERS.get(name)
    if driver is None:
        raise ValueError("use sqlite:///, postgresql:// or mysql://")
    url = url.set(drivername=driver)
    if driver == "mysql+pymysql":
        url = url.update_query_dict({"charset": "utf8mb4"})
    return url


def engine_options(url: URL, pool_size: int = 20) -> dict[str, object]:
    """Arguments of ``create_engine`` for this database.

    READ COMMITTED on MySQL and MariaDB, whose default shows a transaction its first read for
    ever: a lost race could then not see the row it lost to.
    """
    if url.get_backend_name() == "sqlite":
        if not url.database:  # in memory: there is the one connection and no pool
            return dict(_DISCREET)
        # Its connections cost a file handle; threads must not queue for one while others wait
        # for the single writer.
        return {
            **_DISCREET,
            "connect_args": {"timeout": 10},
            "pool_size": pool_size,
            "max_overflow": 100,
        }
    options: dict[str, object] = {
        **_DISCREET,
        "connect_args": _FOR_DRIVERS[url.get_backend_name()],
        "pool_size": pool_size,
        "max_overflow": pool_size,
        "pool_timeout": 3.0,
        "pool_pre_ping": False,
        "pool_recycle": 1800,
        "poolclass": AsidePool,
    }
    if url.get_backend_name() == "mysql":
        options["isolation_level"] = "READ COMMITTED"
    return options


def engine_binds(url: URL, pool_size: int = 20) -> dict[str, dict[str, object]]:
    """Further engines beside the main one, as Flask-SQLAlchemy's ``SQLALCHEMY_BINDS``.

    PostgreSQL gets one that sends no BEGIN and COMMIT. Changing a connection over for each
    request instead would cost as much as a statement does.
    """
    if url.get_backend_name() != "postgresql":
        return {}
    marks = {
        "isolation_level": "AUTOCOMMIT",
        "execution_options": {AUTOCOMMIT: True},
        "poolclass": AtHandPool,
        "pool_reset_on_return": None,  # there is no transaction to roll back
    }
    return {AUTOCOMMIT_BIND: {"url": url, **engine_options(url, pool_size), **marks}}


def configure(engine: Engine) -> None:
    """Makes SQLite a server's equal: readers beside a writer, waiting writers, true savepoints."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "savepoint", _begin_before_savepoint)


def _configure_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=10000",
        "foreign_keys=1",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_before_savepoint(connection: Connection, _name: str | None) -> None:
    """Python's driver opens no transaction for a SAVEPOINT, whose RELEASE would then commit."""
    raw = connection.connection.dbapi_connection
    if raw is not None and not raw.in_transaction:
        raw.execute("BEGIN IMMEDIATE")


def insert_or_touch(
    session: PlainSession, table: Table, row: Mapping[str, Any], touched: str
) -> None:
    """Adds the row; where its primary key exists, only the column ``touched`` takes the new value.

    Waits for whoever is writing the same row, and leaves it locked until the transaction ends.
    Unlike a caught ``IntegrityError`` this takes InnoDB's exclusive lock at once: losers of a
    race that share a lock and then want more would deadlock.
    """
    dialect = session.get_bind().dialect.name
    name = "mysql" if dialect == "mariadb" else dialect
    # That of the one database in use, which has loaded it.
    insert: Any = import_module(f"sqlalchemy.dialects.{name}").insert
    statement = insert(table)
    if name == "mysql":
        upsert: Any = statement.on_duplicate_key_update({touched: statement.inserted[touched]})
    else:
        upsert = statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={touched: statement.excluded[touched]},
        )
    session.execute(upsert, row)
