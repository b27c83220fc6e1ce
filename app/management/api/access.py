"""Who may call the API: clients, by tokens that were issued to themselves and for this.

A token of the client credentials grant with the operation's scope. Tokens that speak of a person
never open it, whatever their scopes: an application could have asked the person for them.
"""

from flask import Response, request

from app.management.api.resource_metadata import PATH
from app.management.services.own_api import ROOT
from oidc.authentication.bearer import INVALID, bearer_error, live_grant, presented_token
from oidc.authentication.dpop_binding import check_dpop_binding
from oidc.clients.client import Client
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider


class NoAccess(Exception):
    """:param response: 401, 403 or 400 with ``WWW-Authenticate`` (RFC 6750 3)."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def caller(provider: Provider, scope: str) -> Client:
    """The client that calls, allowed to.

    :raises NoAccess: no token, or not one for this.
    """
    request.get_data()  # kept, or a form would be read away before its type is refused
    try:
        text = presented_token(request)
    except OAuthError as error:
        sent = error.code != "invalid_token"
        raise NoAccess(_refusal(provider, error, scope, sent_token=sent)) from error
    try:
        return _bearer(provider, text, scope)
    except OAuthError as error:
        raise NoAccess(_refusal(provider, error, scope, sent_token=True)) from error


def _refusal(provider: Provider, error: OAuthError, scope: str, *, sent_token: bool) -> Response:
    """With where a client reads what it needs (RFC 9728 5.1)."""
    about = {"scope": scope, "resource_metadata": provider.url(PATH)}
    return bearer_error(error, sent_token, about)


def _bearer(provider: Provider, text: str, scope: str) -> Client:
    token, grant = live_grant(provider, text)
    client = provider.clients.get(provider.session, grant.client_id)
    if client is None:
        raise OAuthError("invalid_token", INVALID)
    check_dpop_binding(provider, client, request, text, token)
    if grant.kind != "client" or grant.subject is not None:
        hint = "Send a token of the client credentials grant; this one speaks of a person."
        raise OAuthError("insufficient_scope", hint)
    issuer = provider.settings.issuer
    audience = token.downscoped.get("aud") or grant.audience
    if audience and not {issuer, issuer + ROOT} & set(audience):
        raise OAuthError("invalid_token", "The access token is meant for another resource.")
    scopes = frozenset(token.downscoped.get("scope", grant.scope).split())
    # A scope that an administrator has taken away since is gone at once.
    if scope not in scopes or scope not in (client.metadata.scope or "").split():
        raise OAuthError("insufficient_scope", f"The access token needs the scope {scope}.")
    return client
