"""A way in that is taken away takes along what was made by it: whoever came by it may have left a
passkey of their own behind, which would let them in for ever (docs/adr/0044)."""

from sqlalchemy.orm import Session

from app.accounts import passkeys
from app.sessions.browser import BrowserSession
from app.sessions.resting import end_what_was_opened_by
from app.sign_in.contexts import PASSKEY_ACR
from oidc.provider import Provider


def way_of(session: BrowserSession) -> str | None:
    """By which way in somebody has come; None for a passkey, and for sessions that do not say."""
    if session.acr == PASSKEY_ACR:
        return None
    if session.identity is None and session.connection_id is None:
        return passkeys.BY_PASSWORD
    return session.identity


def remove_planted(
    provider: Provider,
    session: Session,
    account_id: str,
    identity: str | None,
    *,
    actor: str,
    but: str = "",
) -> int:
    """Removes the passkeys that were made by it, with what passkeys opened; how many.

    :param identity: the digest of an identity's key; None for the password.
    :param but: the ``sid`` of the session to keep.
    """
    way = identity or passkeys.BY_PASSWORD
    removed = passkeys.remove_made_by(session, provider.clock, account_id, way, actor=actor)
    if removed:
        end_what_was_opened_by(provider, session, account_id, PASSKEY_ACR, but=but)
    return removed
