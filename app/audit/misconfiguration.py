"""Tells the admin which credential has to be mended; the person is told "not available" alone."""

from sqlalchemy.orm import Session

from app.audit.trail import Clock, Event, record
from federation.connections import Connection
from federation.errors import Misconfigured


def note(session: Session, clock: Clock, connection: Connection, error: Misconfigured) -> None:
    """Adds an event naming the credential and the source's error number."""
    detail = {
        "source": connection.source.id,
        "app_id": error.credential_id,
        "errcode": error.errcode,
        "what": error.detail,
    }
    event = Event(
        "connection.misconfigured",
        connection_id=connection.id,
        outcome="failed",
        detail={name: value for name, value in detail.items() if value not in (None, "")},
    )
    record(session, clock, event)
