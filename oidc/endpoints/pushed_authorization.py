"""POST /par: an authorization request through the back channel (RFC 9126)."""

from flask import Response, request

from oidc.authentication.server import (
    AUTH_METHODS,
    TokenRequest,
    error_response,
    json_response,
    token_server,
)
from oidc.authorization.request import read_request, reply_address
from oidc.authorization.request_source import PUSHED, Whole, incoming_of, whole_request
from oidc.clients.client import Client
from oidc.database.statements import each_statement_for_itself
from oidc.protocol.errors import Refused
from oidc.provider import Provider, current_provider


def push() -> Response:
    """Validates the request as the authorization endpoint would, and keeps it under a name."""
    provider = current_provider()
    each_statement_for_itself(provider.session)
    try:
        response = _pushed(provider)
    except Refused as error:
        response = error_response(error)
    provider.session.commit()
    return response


def _pushed(provider: Provider) -> Response:
    sent = TokenRequest(request, provider.settings.issuer)
    client: Client = token_server().authenticate_client(
        sent, list(AUTH_METHODS), "pushed_authorization_request"
    )
    if "request_uri" in sent.form:
        raise Refused("invalid_request", "A pushed request cannot carry a request_uri.")
    sent.form.setdefault("client_id", client.client_id)
    whole = whole_request(provider, sent.form, client)
    request_uri = keep(provider, whole, client, sent.dpop_jkt)
    lifetime = provider.settings.pushed_request_lifetime
    return json_response({"request_uri": request_uri, "expires_in": lifetime}, 201)


def keep(provider: Provider, whole: Whole, client: Client, dpop_jkt: str | None = None) -> str:
    """The ``request_uri`` that a request is kept under until a browser brings it.

    :param client: who has proved to be the client, or whom the host speaks for.
    :raises oidc.protocol.errors.Refused: the request cannot be answered.
    """
    reply_to = reply_address(whole.parameters, client)
    asked = read_request(incoming_of(provider, whole, client, pushed=True), reply_to)
    lifetime = provider.settings.pushed_request_lifetime
    parked = provider.interactions.park(
        provider.session, asked.bound_to(dpop_jkt), lifetime=lifetime, kind="pushed"
    )
    return PUSHED + parked.id
