"""Taking a connection down: nobody signs in by it any more, and what happens to those who have."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.audit.trail import Event, record
from app.sessions import browser
from federation import Connection, ConnectionFields, Federation
from oidc import grant_store
from oidc.grant_store import Whose
from oidc.logout.ended import end_sessions
from oidc.provider import Provider

BATCH = 500
"""Sessions that are ended, and announced to their applications, in one go."""


@dataclass(frozen=True, slots=True)
class TakenDown:
    """How much ended with the connection."""

    sessions: int = 0
    grants: int = 0


def take_down(
    session: Session,
    provider: Provider,
    federation: Federation,
    connection: Connection,
    *,
    revoke: bool,
    actor: str,
) -> TakenDown:
    """Switches the connection off. Joins the caller's transaction.

    :param revoke: also ends every session and grant that began by it, and tells the
        applications; else they live on until they are over by themselves.
    :raises federation.errors.EditedMeanwhile: somebody else saved the connection first.
    """
    wanted = replace(ConnectionFields.of(connection), enabled=False)
    federation.connections.update(session, connection.id, wanted, connection.version)
    ended = _revoke(session, provider, connection.id) if revoke else TakenDown()
    detail = {"existing": "revoked" if revoke else "kept"}
    if revoke:
        detail |= {"sessions": str(ended.sessions), "grants": str(ended.grants)}
    event = Event(
        "connection.changed",
        actor,
        connection_id=connection.id,
        outcome="disabled",
        detail=detail,
    )
    record(session, provider.clock, event)
    return ended


def _revoke(session: Session, provider: Provider, connection_id: str) -> TakenDown:
    sessions = grants = 0
    while ended := browser.end_all_of_connection(session, connection_id, limit=BATCH):
        sessions += len(ended)
        grants += end_sessions(provider, ended).revoked
    whose = Whose(connection=connection_id)
    grants += grant_store.revoke_all(session, whose, provider.clock())
    return TakenDown(sessions, grants)
