"""What rests on one way into an account, and ends with it."""

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from app.sessions import browser
from app.tables.people import BROWSER_SESSION
from oidc.logout.session_end import end_sessions
from oidc.provider import Provider
from oidc.tokens import revoking


def end_what_rests_on(
    provider: Provider,
    session: Session,
    account_id: str,
    identity: str | None,
    *,
    but: str | None = None,
    initiator: str = "user",
) -> tuple[int, int]:
    """Ends sessions and grants that rest on it, offline access too, and tells the applications.

    Those that do not say what they rest on end as well. How many sessions, and how many grants.
    Joins the caller's transaction.

    :param identity: the digest of an identity's key; None for the password.
    :param but: the ``sid`` of the session to keep, with what was granted in it.
    :param initiator: as of `end_sessions`.
    """
    ended = browser.end_where(session, _sessions(account_id, identity, but))
    revoked = end_sessions(provider, ended, initiator).revoked
    revoked += revoking.revoke_resting_on(
        session, account_id, identity, provider.clock(), but_session=but
    )
    return len(ended), revoked


def end_what_was_opened_by(
    provider: Provider, session: Session, account_id: str, acr: str, *, but: str | None
) -> None:
    """Ends sessions of the account that began in this way, and what was granted in them, offline
    access too. Joins the caller's transaction.

    :param acr: the authentication context, as of a passkey; sessions do not say by which one.
    :param but: the ``sid`` of the session to keep; None to keep none.
    """
    column = BROWSER_SESSION.c
    theirs = and_(column.account_id == account_id, column.acr == acr)
    if but is not None:
        theirs = and_(theirs, column.sid != but)
    end_sessions(provider, browser.end_where(session, theirs))
    opened = revoking.GrantFilter(subject=account_id, acr=acr, but_session=but)
    revoking.revoke_all(session, opened, provider.clock())


def _sessions(account_id: str, identity: str | None, but: str | None) -> ColumnElement[bool]:
    column = BROWSER_SESSION.c
    rests: ColumnElement[bool] = column.connection_id.is_(None)
    if identity is not None:
        rests = or_(column.identity == identity, and_(column.identity.is_(None), ~rests))
    theirs = and_(column.account_id == account_id, rests)
    return theirs if but is None else and_(theirs, column.sid != but)
