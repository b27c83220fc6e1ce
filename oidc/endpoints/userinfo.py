"""GET and POST /userinfo (OpenID Connect Core 5.3)."""

from collections.abc import Mapping
from typing import Any

from flask import Request, Response

from oidc.authentication.bearer import INVALID, bearer_error, live_grant, presented_token
from oidc.authentication.dpop_binding import check_dpop_binding
from oidc.authentication.server import NO_STORE, json_response
from oidc.clients.client import Client
from oidc.crypto.jwt import Unverifiable
from oidc.database.driver_statement import use_autocommit
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider, current_provider, current_request
from oidc.tokens.signed_responses import ResponseProtection, userinfo_protection


def userinfo() -> Response:
    """The claims of the person who signed in, as far as they were granted: one statement."""
    provider, asked = current_provider(), current_request()
    use_autocommit(provider.session)
    try:
        token = presented_token(asked)
    except OAuthError as error:
        return bearer_error(error, sent_token=error.code != "invalid_token")
    try:
        return _claims(provider, asked, token)
    except OAuthError as error:
        return bearer_error(error, sent_token=True)


def _claims(provider: Provider, request: Request, text: str) -> Response:
    token, grant = live_grant(provider, text, asks_claims=True)
    client = provider.clients.get(provider.session, grant.client_id)
    if client is None:
        raise OAuthError("invalid_token", INVALID)
    check_dpop_binding(provider, client, request, text, token)
    scopes = frozenset(token.downscoped.get("scope", grant.scope).split())
    if "openid" not in scopes or grant.subject is None:
        raise OAuthError("insufficient_scope", "The access token was not granted the scope openid.")
    audience = token.downscoped.get("aud") or grant.audience
    if audience and provider.settings.issuer not in audience:
        raise OAuthError("invalid_token", "The access token is meant for another resource.")
    released = provider.ask_claims(grant, client, scopes)
    if released is None:
        raise OAuthError("invalid_token", INVALID)
    subject = provider.subjects.subject_for(client, grant.subject, grant.visit)
    claims = {"sub": subject, **released.userinfo}
    protection = userinfo_protection(client)
    return (
        json_response(claims)
        if protection is None
        else _as_jwt(provider, client, claims, protection)
    )


def _as_jwt(
    provider: Provider, client: Client, claims: Mapping[str, Any], protection: ResponseProtection
) -> Response:
    """Signed, or signed and encrypted (OpenID Connect Core 5.3.2)."""
    provider.fetch_keys(client, protection)
    signed = {**claims, "iss": provider.settings.issuer, "aud": client.client_id}
    try:
        answer = provider.response_signer.seal(provider.session, client, signed, protection)
    except Unverifiable as error:
        hint = "The application's encryption key cannot be had."
        raise OAuthError("invalid_request", hint, str(error)) from error
    return Response(answer, headers=NO_STORE, mimetype="application/jwt")
