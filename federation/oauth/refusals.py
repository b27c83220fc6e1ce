"""What the errors of a provider mean for a sign-in (RFC 6749 4.1.2.1 and 5.2)."""

import re
from collections.abc import Mapping

from federation.credentials import ErrorCode
from federation.errors import CodeRejected, Denied, FederationError, Misconfigured, Unavailable
from federation.translation import N_

SAID_NO = frozenset(
    (
        *("access_denied", "consent_required", "login_required"),
        *("user_cancelled", "user_cancelled_authorize", "user_cancelled_login"),
    )
)
"""Of an authorization answer: the person did not go through with it."""
BUSY = frozenset({"temporarily_unavailable", "server_error"})
WANT_NEW_CODE = frozenset({"invalid_grant", "bad_verification_code", "authorization_pending"})
_NAME = re.compile(r"[\w .:/-]{1,64}", re.ASCII)

REFUSALS: Mapping[ErrorCode, str] = {
    "invalid_client": N_(
        "It does not know this client, or the secret is wrong. Copy both from its console again."
    ),
    "unauthorized_client": N_("This client may not sign people in there; allow it in its console."),
    "invalid_request": N_("It found our request wrong. Compare the redirect address and options."),
    "invalid_scope": N_("It does not give what is asked for. Correct the scope of the connection."),
    "unsupported_response_type": N_("It must allow the authorization code flow for this client."),
    "unsupported_grant_type": N_("It must allow the authorization code grant for this client."),
    "invalid_target": N_("It does not know the resource that is asked for."),
    "redirect_uri_mismatch": N_("The redirect address must be entered in its console, exactly."),
    "issuer_mismatch": N_("Its metadata name another issuer. Enter the issuer that stands there."),
    "no_metadata": N_("There are no metadata at the issuer's address. Correct the issuer."),
    "bad_metadata": N_("Its metadata lack what a sign-in needs, or lead to an unsafe address."),
    "bad_keys": N_("Its keys cannot be read."),
    "bad_private_key": N_("The private key cannot be used. Enter it again, in PEM."),
    "no_id": N_("Its answer names nobody. Correct the pointer to the person's ID."),
    "userinfo_refused": N_("It does not let this client ask who somebody is."),
}
KNOWN = frozenset(REFUSALS) | BUSY | WANT_NEW_CODE
"""Names of errors that mean something here."""
REFUSED = N_("The provider refused the credential.")
REFUSED_UNKNOWN = N_("The provider refused us; its name of the error stands beside this.")


def named(error: object) -> str:
    """The name of an error as it may stand in a log."""
    text = str(error)
    return text if _NAME.fullmatch(text) else "unknown"


def refusal(error: object, credential_id: str, said: object = "") -> FederationError:
    """What is raised for an error that a token endpoint named.

    :param said: the provider's own name of it, for our log.
    """
    name = named(error)
    detail = f"{name} ({named(said)})" if said else name
    if name in WANT_NEW_CODE:
        return CodeRejected(detail)
    if name in SAID_NO:
        return Denied(detail)
    if name in BUSY:
        return Unavailable(detail)
    return Misconfigured(detail, credential_id=credential_id, errcode=name)
