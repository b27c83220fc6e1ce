"""What every store needs of SQLAlchemy."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from oidc.database.driver_statement import AUTOCOMMIT, AnySession, DriverStatement, is_autocommit

log = logging.getLogger(__name__)


def rowcount(
    session: AnySession, statement: Executable, values: Mapping[str, Any] | None = None
) -> int:
    """Runs an UPDATE or DELETE; how many rows it matched. This number decides single use."""
    result: Any = session.execute(statement, values)
    assert isinstance(result, CursorResult)
    return result.rowcount


def try_insert(
    session: AnySession, statement: Executable | DriverStatement, values: Mapping[str, Any]
) -> bool:
    """Runs one INSERT; False when a key in it is taken, and then none of its rows is there.

    The transaction goes on either way. PostgreSQL alone needs a savepoint for that, and not where
    each statement stands for itself.
    """
    try:
        if _outlives_failure(session):
            _insert(session, statement, values)
        else:
            with session.begin_nested():
                _insert(session, statement, values)
    except IntegrityError:
        return False
    return True


def _insert(
    session: AnySession, statement: Executable | DriverStatement, values: Mapping[str, Any]
) -> None:
    if isinstance(statement, DriverStatement):
        statement.changed(session, values)
    else:
        session.execute(statement, values)


def _outlives_failure(session: AnySession) -> bool:
    """Whether what was done before a failed statement can still be committed."""
    bind = session.get_bind()
    return bind.dialect.name != "postgresql" or is_autocommit(bind)


@contextmanager
def connection_released(session: AnySession) -> Iterator[None]:
    """Gives the database connection back while somebody else's server is waited for.

    For the time before anything is written: what was, would be rolled back.
    """
    session.rollback()
    yield


@contextmanager
def connection_handed_back(session: AnySession) -> Iterator[None]:
    """The same where something may have been noted that stands whatever comes, such as an assertion
    that was presented. Commits."""
    session.commit()
    yield


@contextmanager
def answered_already(session: AnySession) -> Iterator[None]:
    """For what is read or noted once the answer is there: a database that fails now takes nothing
    of it away."""
    try:
        yield
    except SQLAlchemyError as error:
        log.warning("nothing could be looked up after an answer: %s", type(error).__name__)
        session.rollback()


def use_transaction(session: AnySession) -> None:
    """Takes :func:`use_autocommit` back, for a request whose writes are true together or not at
    all. What was written before it stands.
    """
    if is_autocommit(session.get_bind()):
        session.rollback()  # each statement stands already; its connection is given back
    session.info.pop(AUTOCOMMIT, None)


@contextmanager
def transaction_of_its_own(session: AnySession) -> Iterator[Session]:
    """A session on the same database, apart from the request's, committed at the end."""
    bind = session.get_bind().engine
    if is_autocommit(bind):
        session.rollback()  # no connection is held while another is waited for
        apart = {"isolation_level": "READ COMMITTED", AUTOCOMMIT: False}
        bind = bind.execution_options(**apart)
    with Session(bind) as own:
        yield own
        own.commit()
