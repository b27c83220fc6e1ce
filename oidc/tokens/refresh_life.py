"""How long a refresh token lives that is not replaced when it is used."""

from sqlalchemy import or_, update

from oidc.clients.client import Client
from oidc.database.driver_statement import AnySession
from oidc.database.models import GrantRow
from oidc.database.statements import rowcount
from oidc.settings import ProviderSettings
from oidc.tokens.grants import Grant
from oidc.tokens.issuer import TokenLifetimes
from oidc.tokens.sealed import SealedToken

NOTED_AGAIN = 86400
"""Seconds after which another use is written down; sooner where tokens live for less than two."""

_C = GrantRow.__table__.c


def ends_at(
    token: SealedToken, grant: Grant, client: Client | None, settings: ProviderSettings
) -> int:
    """When the token is dead, in seconds since the epoch: a while after its last use, and in any
    case a while after it was granted.

    One that rotates says so itself, as the next one is another token.
    """
    if client is None:
        return token.expires_at
    lifetimes = TokenLifetimes.of(client, settings)
    last = grant.created_at + lifetimes.grant
    if client.metadata.refresh_tokens_rotate:
        return min(token.expires_at, last)
    used_at = grant.refreshed_at or token.issued_at
    return min(max(token.expires_at, used_at + lifetimes.refresh), last)


def note_use(
    session: AnySession, grant: Grant, client: Client, settings: ProviderSettings, now: int
) -> None:
    """Has the token live on from now: at most one statement a day."""
    lifetimes = TokenLifetimes.of(client, settings)
    step = min(NOTED_AGAIN, lifetimes.refresh // 2)
    if now - (grant.refreshed_at or grant.created_at) < step:
        return
    expires_at = max(grant.expires_at, now + lifetimes.refresh + lifetimes.access)
    rowcount(
        session,
        update(GrantRow.__table__)  # type: ignore[arg-type]
        .where(_C.id == grant.id, _C.revoked_at.is_(None))
        .where(or_(_C.refreshed_at.is_(None), _C.refreshed_at <= now - step))
        .values(refreshed_at=now, expires_at=expires_at),
    )
