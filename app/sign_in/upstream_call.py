"""Asking a source while somebody waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.audit import misconfiguration
from app.database import db
from app.elements import current_federation
from app.web.slots import slot_released
from federation.connections import Connection
from federation.credential_store import CredentialStore
from federation.errors import Misconfigured
from oidc.provider import current_provider

Value = TypeVar("Value")


def call_upstream(connection: Connection, step: Callable[[], Value]) -> Value:
    """Runs a step that asks the source, with the database let go of: it may take seconds.

    Where the credential works again, the refusal is forgotten with the caller's transaction. Every
    error is passed on. What was noted before stands: a proof or an assertion that was used up must
    not come again.
    """
    value = ask_upstream(connection, step)
    if connection.credential.is_faulty:
        _store(connection).clear_fault(db.session(), connection.credential.id)
    return value


def ask_upstream(connection: Connection, step: Callable[[], Value]) -> Value:
    """The same for a step that says nothing of the credential."""
    db.session.commit()
    with misconfiguration_noted(connection), slot_released():
        return step()


def _store(connection: Connection) -> CredentialStore:
    return current_federation().credentials.of(connection.source.id)


@contextmanager
def misconfiguration_noted(connection: Connection) -> Iterator[None]:
    """Where the credential cannot be used, the admin is told which and why, at once.

    What the request had begun is taken back then.
    """
    try:
        yield
    except Misconfigured as error:
        db.session.rollback()
        misconfiguration.note(db.session(), current_provider().clock, connection, error)
        if error.credential_id and error.errcode is not None:
            _store(connection).note_fault(db.session(), error.credential_id, error.errcode)
        db.session.commit()
        raise
