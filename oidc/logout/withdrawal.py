"""What a person has given applications, as they see it, and taking it back.

An application is listed when the person has consented to it, or when it holds a live grant:
first-party applications are never consented to, and know the person all the same.
"""

from dataclasses import dataclass

from oidc.clients.client import Client
from oidc.database.driver_statement import AnySession
from oidc.interactions import consents
from oidc.logout import outbox
from oidc.provider import Provider
from oidc.shared_signals import acquaintances, emission
from oidc.tokens import held_access, revoking
from oidc.tokens.revoking import GrantFilter


@dataclass(frozen=True, slots=True)
class Access:
    """What one application may do, with which APIs, and since when (seconds since the epoch)."""

    client_id: str
    scopes: frozenset[str]
    since: int
    resources: frozenset[str] = frozenset()


def accesses_of(session: AnySession, subject: str, now: int) -> list[Access]:
    """Every application that may know something of the person, newest first; two statements."""
    found = {
        held.client_id: Access(held.client_id, held.scopes, held.since, held.resources)
        for held in held_access.access_of_clients(session, subject, now)
    }
    for consent in consents.of_person(session, subject):
        held = found.get(consent.client_id)
        resources = consent.resources.union(held.resources if held else ())
        found[consent.client_id] = Access(
            consent.client_id, consent.scopes, consent.given_at, resources
        )
    return sorted(found.values(), key=lambda access: (-access.since, access.client_id))


def withdraw(provider: Provider, subject: str, client_id: str) -> int:
    """Forgets the consent, revokes the grants and tells the application; how many grants.

    The application gets a logout token for each browser session that it holds a grant of
    (OpenID Connect Back-Channel Logout 2.7). Everything joins the caller's transaction.
    """
    session, now = provider.session, provider.clock()
    client = provider.clients.get(session, client_id)
    if client is not None and _hears(client):
        sids = held_access.sessions_of_client(session, subject, client_id)
        pairs = [(sid, client_id) for sid in sids]
        emission.tell_of_sessions(provider, pairs, dict.fromkeys(sids, subject), "user")
    if client is not None and client.metadata.backchannel_logout_uri:
        outbox.post(session, [outbox.Address(sid, client_id, subject) for sid in sids], now)
        if sids:
            provider.delivery_wakeup.wake_after_commit(session)
    consents.withdraw(session, subject, client_id)
    acquaintances.forget(session, subject, client_id)
    return revoking.revoke_all(session, GrantFilter(subject=subject, client_id=client_id), now)


def _hears(client: Client) -> bool:
    """Whether it is told of sessions of which it lost what it held."""
    return bool(client.metadata.backchannel_logout_uri) or client.metadata.receives_events
