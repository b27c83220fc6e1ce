"""What the developer of an application is told where an in-app sign-in does not go on."""

from collections.abc import Mapping

from app.web.rate_limits import SHORTLY
from federation import Connection
from federation.errors import (
    Denied,
    FederationError,
    Misconfigured,
    TicketError,
    TicketRefused,
    Unavailable,
)
from oidc.protocol import errors

_NO_ACCOUNT = "No account exists for this person, and no new one may be created."
HINTS: Mapping[str, str] = {
    "login_only": _NO_ACCOUNT,
    "sign_up_closed": _NO_ACCOUNT,
    "account_disabled": "The account is disabled.",
    "not_enabled": "The connection is not enabled for the application.",
}
"""For the application's developer: why somebody was not signed in."""


def told(connection: Connection, error: FederationError) -> errors.OAuthError:
    """The OAuth error for what went wrong at the source or the ticket; its detail stays with us."""
    source = connection.source.name
    if isinstance(error, (Denied, TicketRefused)):
        return errors.OAuthError("access_denied", f"The person or {source} refused the sign-in.")
    if isinstance(error, TicketError):
        return errors.OAuthError("invalid_session", "The sign-in took too long; start again.")
    if isinstance(error, Misconfigured):
        return errors.Busy("This way of signing in is not available.", SHORTLY, error.detail)
    wait = error.retry_after if isinstance(error, Unavailable) else SHORTLY
    hint = f"{source} did not answer; try again with the same auth_session."
    return errors.Busy(hint, wait, error.detail)
