"""How we show a token endpoint who we are (RFC 6749 2.3.1, OpenID Connect Core 9, RFC 7523)."""

import base64
import secrets
from typing import Any
from urllib.parse import quote_plus

from federation.errors import Misconfigured
from federation.oauth.agreement import Agreement
from federation.oauth.signatures import algorithm_of, private_key, secret_key, sign

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE = 120
"""Seconds that an assertion is good for."""
Shown = tuple[dict[str, str], dict[str, str]]
"""Parameters of the form, and headers."""


def client_authentication(agreed: Agreement, now: int) -> Shown:
    """What a request to the token endpoint carries.

    :raises Misconfigured: the private key cannot be used.
    """
    method = agreed.authentication
    if method == "client_secret_basic":
        return {}, {"Authorization": f"Basic {_basic(agreed.client_id, agreed.client_secret)}"}
    named = {"client_id": agreed.client_id}
    if method == "client_secret_post":
        return {**named, "client_secret": agreed.client_secret}, {}
    if method in ("private_key_jwt", "client_secret_jwt"):
        assertion = _assertion(agreed, method, now)
        return {
            **named,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }, {}
    return named, {}


def _basic(client_id: str, secret: str) -> str:
    """Both form-encoded first (RFC 6749 2.3.1 and appendix B)."""
    return base64.b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


def _assertion(agreed: Agreement, method: str, now: int) -> str:
    issuer, at_token = agreed.server.issuer, agreed.server.token_endpoint
    meant = at_token if agreed.said("assertion_audience") == "token_endpoint" else issuer
    claims = {
        "iss": agreed.client_id,
        "sub": agreed.client_id,
        "aud": meant or at_token,
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + LIFE,
    }
    if method == "client_secret_jwt":
        return sign(claims, secret_key(agreed.client_secret), "HS256", {})
    key: Any = private_key(agreed.credential["private_key"])
    if key is None:
        raise Misconfigured(
            "the private key cannot be read",
            credential_id=agreed.credential.id,
            errcode="bad_private_key",
        )
    kid = agreed.credential["key_id"] or key.get("kid") or ""
    alg = agreed.said("assertion_alg") or key.get("alg") or algorithm_of(key)
    return sign(claims, key, alg, {"kid": kid} if kid else {})
