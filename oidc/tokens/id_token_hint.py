"""ID tokens that come back to us as hints."""

from oidc.crypto.jwt import Unverifiable, verify
from oidc.crypto.published_keys import published_keys
from oidc.protocol.signing_algorithms import ALGORITHMS


def claims_of_hint(jwks: bytes, issuer: str, token: str) -> dict[str, object] | None:
    """The claims of an ID token that we have signed, expired or not; None when it is not ours.

    OpenID Connect Core 3.1.2.1 wants expired hints accepted.
    """
    try:
        claims = verify(token, published_keys(jwks), ALGORITHMS, ("jwt", None)).claims
    except Unverifiable:
        return None
    return dict(claims) if claims.get("iss") == issuer else None


def subject_of_hint(jwks: bytes, issuer: str, token: str) -> str | None:
    """The ``sub`` of an ID token of ours, or None."""
    subject = (claims_of_hint(jwks, issuer, token) or {}).get("sub")
    return subject if isinstance(subject, str) else None
