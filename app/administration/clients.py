"""Ending an application, with all that rests on it."""

from sqlalchemy.orm import Session

from app.audit.trail import Event, record
from app.enablement import sources
from oidc import grant_store
from oidc.authorization.consents import forget_client
from oidc.clients import Client
from oidc.grant_store import Whose
from oidc.provider import Provider


def delete(provider: Provider, session: Session, client: Client, *, actor: str) -> int:
    """Removes the client with its consents and everything it was granted; how many grants."""
    client_id = client.client_id
    revoked = grant_store.revoke_all(session, Whose(client_id=client_id), provider.clock())
    forget_client(session, client_id)
    sources.forget_client(session, client_id)
    provider.clients.delete(session, client_id)
    detail = {"name": client.metadata.client_name or client_id, "grants_revoked": revoked}
    event = Event("client.deleted", actor, client_id=client_id, detail=detail)
    record(session, provider.clock, event)
    return revoked
