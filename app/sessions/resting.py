"""What rests on one way into an account, and ends with it."""

from sqlalchemy.orm import Session

from app.sessions import browser
from oidc.logout.session_end import end_sessions
from oidc.provider import Provider
from oidc.tokens import grants


def end_what_rests_on(
    provider: Provider,
    session: Session,
    account_id: str,
    identity: str | None,
    *,
    but: str | None = None,
) -> tuple[int, int]:
    """Ends sessions and grants that rest on it, offline access too, and tells the applications.

    Those that do not say what they rest on end as well. How many sessions, and how many grants.
    Joins the caller's transaction.

    :param identity: the digest of a WeChat's key; None for the password.
    :param but: the ``sid`` of the session to keep, with what was granted in it.
    """
    ended = browser.end_resting_on(session, account_id, identity, but=but)
    revoked = end_sessions(provider, ended).revoked
    revoked += grants.revoke_resting_on(
        session, account_id, identity, provider.clock(), but_session=but
    )
    return len(ended), revoked
