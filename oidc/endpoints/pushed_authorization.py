"""POST /par: an authorization request through the back channel (RFC 9126)."""

from flask import Response, request

from oidc.authentication.server import (
    AUTH_METHODS,
    TokenRequest,
    error_response,
    json_response,
    token_server,
)
from oidc.authorization.endpoint import PUSHED
from oidc.authorization.request import (
    ResolvedRequest,
    read_request,
    unvalidated_request,
)
from oidc.authorization.request_source import resolve_request
from oidc.authorization.response import read_response_target
from oidc.clients.client import Client
from oidc.database.driver_statement import use_autocommit
from oidc.protocol.errors import Busy, OAuthError
from oidc.provider import Provider, current_provider


def push() -> Response:
    """Validates the request as the authorization endpoint would, and keeps it under a name."""
    provider = current_provider()
    use_autocommit(provider.session)
    try:
        response = _pushed(provider)
    except OAuthError as error:
        response = error_response(error)
    provider.session.commit()
    return response


def _pushed(provider: Provider) -> Response:
    sent = TokenRequest(request, provider.settings.issuer)
    client: Client = token_server().authenticate_client(
        sent, list(AUTH_METHODS), "pushed_authorization_request"
    )
    if "request_uri" in sent.form:
        raise OAuthError("invalid_request", "A pushed request cannot carry a request_uri.")
    if client.is_public and not provider.host.limits.may_park():
        raise Busy("Too many requests came from this address; wait a minute.", 60)
    sent.form.setdefault("client_id", client.client_id)
    resolved = resolve_request(provider, sent.form, client)
    request_uri = keep(provider, resolved, client, sent.dpop_jkt)
    lifetime = provider.settings.pushed_request_lifetime
    return json_response({"request_uri": request_uri, "expires_in": lifetime}, 201)


def keep(
    provider: Provider, resolved: ResolvedRequest, client: Client, dpop_jkt: str | None = None
) -> str:
    """The ``request_uri`` that a request is kept under until a browser brings it.

    :param client: who has proved to be the client, or whom the host speaks for.
    :raises oidc.protocol.errors.OAuthError: the request cannot be answered.
    """
    response_target = read_response_target(resolved.parameters, client)
    request = read_request(
        unvalidated_request(provider, resolved, client, pushed=True), response_target
    )
    lifetime = provider.settings.pushed_request_lifetime
    parked = provider.interactions.park(
        provider.session, request.bound_to(dpop_jkt), lifetime=lifetime, kind="pushed"
    )
    return PUSHED + parked.id
