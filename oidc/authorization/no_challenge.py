"""Whether a request may come without PKCE (RFC 9700 2.1.1)."""

from oidc.clients.client import Client
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters

_PKCE = "Send a code_challenge with method S256 (PKCE)"


def check_no_challenge(client: Client, sent: Parameters) -> None:
    """That nobody demands a challenge of this client, nor a nonce instead.

    :raises OAuthError: with the switch that an administrator would turn, where there is one.
    """
    own = client.metadata
    if client.is_public or own.is_fapi2:
        raise OAuthError("invalid_request", f"{_PKCE}.")
    if own.require_pkce:
        raise OAuthError("invalid_request", f"{_PKCE}, or {_switch('require_pkce')}.")
    if own.require_nonce_or_pkce and not _has_nonce(sent):
        raise OAuthError(
            "invalid_request",
            f"{_PKCE}, or a nonce with scope openid, or {_switch('require_nonce_or_pkce')}.",
        )


def _switch(name: str) -> str:
    return f"an administrator turns off {name} for this application"


def _has_nonce(sent: Parameters) -> bool:
    """Whether an ID token will tell a stolen code from the client's own (RFC 9700 4.5.3.2)."""
    return "openid" in sent.words("scope") and bool(sent.get("nonce"))
