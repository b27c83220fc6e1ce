"""Access tokens in the form of a JWT (RFC 9068), for clients that register for it.

They name a grant as the sealed ones do, so they die with it at our own endpoints; they also carry
what a resource server needs to decide by itself.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from oidc.clients.client import Client
from oidc.crypto.jwt import Unverifiable, verify
from oidc.crypto.published_keys import published_keys
from oidc.database.driver_statement import AnySession
from oidc.keys.store import KeyStore
from oidc.protocol.signing_algorithms import ALGORITHMS
from oidc.settings import ProviderSettings
from oidc.tokens.grants import Grant
from oidc.tokens.sealed import SealedToken

TYPE = "at+jwt"


class JwtAccessTokens:
    """Writes and reads them."""

    def __init__(
        self,
        settings: ProviderSettings,
        keys: KeyStore,
        subject_for: Callable[[Client, str, str], str],
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._subject_for = subject_for

    def write(self, session: AnySession, grant: Grant, client: Client, token: SealedToken) -> str:
        alg = client.metadata.id_token_signed_response_alg
        claims = self._claims(grant, client, token)
        return self._keys.active(session, alg).sign(claims, TYPE)

    def read(self, session: AnySession, text: str) -> SealedToken | None:
        """The token, if we wrote it; expired ones are read too."""
        if text.count(".") != 2:
            return None
        try:
            claims = verify(
                text, published_keys(self._keys.jwks(session)), ALGORITHMS, (TYPE,)
            ).claims
        except Unverifiable:
            return None
        return _token(claims) if claims.get("iss") == self._settings.issuer else None

    def _claims(self, grant: Grant, client: Client, token: SealedToken) -> dict[str, Any]:
        """RFC 9068 2.2; a client's own token has its client_id as subject."""
        subject = grant.subject and self._subject_for(client, grant.subject, grant.visit)
        audience = list(token.downscoped.get("aud") or grant.audience) or [self._settings.issuer]
        claims: dict[str, Any] = {
            "iss": self._settings.issuer,
            "sub": subject or grant.client_id,
            "aud": audience[0] if len(audience) == 1 else audience,
            "client_id": client.client_id,
            "iat": token.issued_at,
            "exp": token.expires_at,
            "jti": f"{grant.id}.{secrets.token_urlsafe(8)}",
        }
        if scope := token.downscoped.get("scope", grant.scope):
            claims["scope"] = scope
        if grant.subject is not None:
            optional = {"auth_time": grant.auth_time, "acr": grant.acr}
            claims.update({name: value for name, value in optional.items() if value is not None})
        if "act" in token.downscoped:
            claims["act"] = token.downscoped["act"]
        if "jkt" in token.downscoped:
            claims["cnf"] = {"jkt": token.downscoped["jkt"]}
        return claims


def _token(claims: Mapping[str, Any]) -> SealedToken | None:
    grant_id = str(claims.get("jti", "")).partition(".")[0]
    audience = claims.get("aud", [])
    downscoped: dict[str, Any] = {
        "scope": claims.get("scope", ""),
        "aud": [audience] if isinstance(audience, str) else audience,
    }
    downscoped |= {name: claims[name] for name in ("client_id", "act") if name in claims}
    if "cnf" in claims:
        downscoped["jkt"] = claims["cnf"]["jkt"]
    return SealedToken("access", grant_id, 0, claims["iat"], claims["exp"], downscoped)
