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

KEPT_LONGER = 30
"""What part of its lifetime a grant's row may outlive its last token by."""

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


def kept_until(now: int, lifetime: int) -> int:
    """When the row of a grant may go whose last token dies ``lifetime`` seconds from now, or a
    little later: a day where that is a month.

    An app refreshes every hour. A time that is the same all day leaves the index of it alone, and
    with it every other index of the row: PostgreSQL writes them all, or none (HOT).
    """
    step = max(lifetime // KEPT_LONGER, 1)
    return -(-(now + lifetime) // step) * step


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
