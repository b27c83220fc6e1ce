"""POST /introspect: is this token alive, and what is it good for (RFC 7662)."""

from typing import Any

from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import Response

from oidc.authentication.server import (
    AUTH_METHODS,
    NO_STORE,
    TokenRequest,
    error_response,
    token_server,
)
from oidc.clients.client import Client
from oidc.crypto.jwt import Unverifiable
from oidc.database.driver_statement import use_autocommit
from oidc.endpoints.revocation import TokenOfAnyKind
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider, current_provider, current_request
from oidc.tokens.grants import Grant
from oidc.tokens.refresh_life import ends_at
from oidc.tokens.sealed import SealedToken
from oidc.tokens.signed_responses import introspection_protection

JWT_ANSWER = "application/token-introspection+jwt"


class IntrospectedToken:
    """A token that opened, with its grant, when it ends, and the time."""

    def __init__(self, token: SealedToken, grant: Grant, ends_at: int, now: int) -> None:
        self.token = token
        self.grant = grant
        self.ends_at = ends_at
        self._now = now

    def is_expired(self) -> bool:
        return self.ends_at <= self._now

    def is_revoked(self) -> bool:
        """A refresh token that was rotated away is as dead as a revoked one."""
        superseded = (
            self.token.kind == "refresh" and self.token.generation != self.grant.refresh_generation
        )
        return self.grant.revoked_at is not None or superseded


class Introspection(TokenOfAnyKind, IntrospectionEndpoint):
    """For confidential clients: those that got the token, and those that it is meant for."""

    CLIENT_AUTH_METHODS = [method for method in AUTH_METHODS if method != "none"]
    server: Any

    def query_token(
        self,
        token_string: str,
        token_type_hint: str | None,  # noqa: ARG002 - the prefix tells the kind
    ) -> IntrospectedToken | None:
        provider: Provider = self.server.provider
        opened = provider.open_grant(token_string, "access", "refresh")
        if opened is None:
            return None
        token, grant = opened
        return IntrospectedToken(token, grant, _ends_at(provider, token, grant), provider.clock())

    def check_permission(self, token: IntrospectedToken, client: Client, request: object) -> bool:  # noqa: ARG002
        """Its own tokens, those with it in the audience, those for an API that it may ask for, or
        any for a trusted resource server."""
        audience = token.token.downscoped.get("aud") or token.grant.audience
        holders = (token.grant.client_id, _holder(token), *audience)
        if client.client_id in holders or client.metadata.introspects_any:
            return True
        provider: Provider = self.server.provider
        apis = provider.apis.current(provider.session).at(audience) if audience else []
        # Only what was issued for the API: a refresh token is its application's alone.
        of_api = token.token.kind == "access"
        return of_api and any(api.is_introspected_by(client.client_id) for api in apis)

    def introspect_token(self, token: IntrospectedToken) -> dict[str, Any]:
        provider: Provider = self.server.provider
        grant, sealed = token.grant, token.token
        answer: dict[str, Any] = {
            "active": True,
            "iss": provider.settings.issuer,
            "client_id": _holder(token),
            "token_type": _type_of(sealed),
            "iat": sealed.issued_at,
            "exp": token.ends_at,
            "sub": _holder(token),
        }
        client = provider.clients.get(provider.session, _holder(token))
        if client is None:
            return {"active": False}
        if scope := sealed.downscoped.get("scope", grant.scope):
            answer["scope"] = scope
        audience = sealed.downscoped.get("aud") or grant.audience
        if audience:
            answer["aud"] = list(audience)
        if "act" in sealed.downscoped:
            answer["act"] = sealed.downscoped["act"]
        if "jkt" in sealed.downscoped:
            answer["cnf"] = {"jkt": sealed.downscoped["jkt"]}
        if grant.subject is not None:
            answer |= authentication(grant)
            answer["sub"] = provider.subjects.subject_for(client, grant.subject, grant.visit)
        return answer


def authentication(grant: Grant) -> dict[str, Any]:
    """How and when the person signed in, for a resource that may want more (RFC 9470 6.2)."""
    known = {"acr": grant.acr, "auth_time": grant.auth_time}
    return {name: value for name, value in known.items() if value is not None}


def _ends_at(provider: Provider, token: SealedToken, grant: Grant) -> int:
    if token.kind != "refresh":
        return token.expires_at
    client = provider.clients.get(provider.session, grant.client_id)
    return ends_at(token, grant, client, provider.settings)


def _holder(token: IntrospectedToken) -> str:
    """Whom the token was issued to: not its grant's application once it was exchanged."""
    holder: str = token.token.downscoped.get("client_id", token.grant.client_id)
    return holder


def _type_of(token: SealedToken) -> str:
    """RFC 7662 2.2; RFC 9449 6.2 for a token that is bound to a key."""
    if token.kind != "access":
        return "refresh_token"
    return "DPoP" if "jkt" in token.downscoped else "Bearer"


def introspect() -> Response:
    """Whether a token is alive and what it is good for, to whoever may know."""
    provider, asked = current_provider(), current_request()
    use_autocommit(provider.session)
    try:
        sent = TokenRequest(asked, provider.settings.issuer)
        response: Response = token_server().create_endpoint_response("introspection", sent)
        if sent.one_time_values:
            provider.session.commit()  # what was presented once stays so
    except OAuthError as error:
        return error_response(error)
    if response.status_code == 200 and asked.accept_mimetypes.best == JWT_ANSWER:
        return _as_jwt(provider, sent.client, response.get_json())
    return response


def _as_jwt(provider: Provider, client: Client, answer: dict[str, Any]) -> Response:
    """The answer signed, for a resource server that must prove it later (RFC 9701 5)."""
    claims = {
        "iss": provider.settings.issuer,
        "aud": client.client_id,
        "iat": provider.clock(),
        "token_introspection": answer,
    }
    protection = introspection_protection(client)
    provider.fetch_keys(client, protection)
    try:
        signed = provider.response_signer.seal(
            provider.session, client, claims, protection, "token-introspection+jwt"
        )
    except Unverifiable as error:
        hint = "The application's encryption key cannot be had."
        return error_response(OAuthError("invalid_request", hint, str(error)))
    return Response(signed, headers=NO_STORE, mimetype=JWT_ANSWER)
