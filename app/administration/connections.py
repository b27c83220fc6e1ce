"""A connection as a form would send it, and its end with all that came through it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.trail import Event, record
from app.enablement import sources
from app.sessions import browser
from federation import Connection, ConnectionFields, Federation
from oidc import grant_store
from oidc.grant_store import Whose
from oidc.logout.ended import end_sessions
from oidc.provider import Provider


@dataclass(frozen=True, slots=True)
class Gone:
    """What ended with the connection."""

    grants: int
    sessions: int


def fields_of(connection: Connection) -> ConnectionFields:
    """What a form with the connection's values would send."""
    return ConnectionFields(
        id=connection.id,
        mode=connection.mode,
        display_name=connection.display_name,
        app_id="" if connection.uses_default_app else connection.app.app_id,
        login_only=connection.login_only,
        phone=connection.phone,
        association=connection.association,
        env_version=connection.env_version,
        enabled=connection.enabled,
        position=connection.position,
    )


def delete(
    provider: Provider, federation: Federation, session: Session, connection_id: str, *, actor: str
) -> Gone:
    """Removes the connection, the sessions and tokens that came from it, and its enablements.

    Accounts and their WeChat identities stay.
    """
    revoked = grant_store.revoke_all(session, Whose(connection=connection_id), provider.clock())
    ended = 0
    while batch := browser.end_all_of_connection(session, connection_id):
        end_sessions(provider, batch)
        ended += len(batch)
    sources.forget_connection(session, connection_id)
    federation.connections.delete(session, connection_id)
    detail = {"grants_revoked": revoked, "sessions_ended": ended}
    event = Event("connection.deleted", actor, connection_id=connection_id, detail=detail)
    record(session, provider.clock, event)
    return Gone(revoked, ended)
