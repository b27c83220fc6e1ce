"""POST /device_authorization: a device without a browser asks to be approved (RFC 8628 3.1)."""

from urllib.parse import urlencode

from flask import Response, request

from oidc.authentication.server import (
    AUTH_METHODS,
    TokenRequest,
    error_response,
    json_response,
    token_server,
)
from oidc.authorization.device_request import read_device_request
from oidc.authorization.request import ResolvedRequest, unvalidated_request
from oidc.clients.client import Client
from oidc.database.driver_statement import use_autocommit
from oidc.grants.device_code import GRANT_TYPE
from oidc.interactions.device_codes import INTERVAL, spelled
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.protocol.errors import Busy, OAuthError
from oidc.provider import Provider, current_provider
from oidc.tokens.sealed import SealedToken


def authorize_device() -> Response:
    """A device code to poll with, and the code that the person types elsewhere."""
    provider = current_provider()
    use_autocommit(provider.session)
    try:
        response = _begun(provider, _asked(provider))
    except OAuthError as error:
        response = error_response(error)
    provider.session.commit()
    return response


def _asked(provider: Provider) -> AuthorizationRequest:
    sent = TokenRequest(request, provider.settings.issuer)
    client: Client = token_server().authenticate_client(
        sent, list(AUTH_METHODS), "device_authorization"
    )
    if not client.check_grant_type(GRANT_TYPE):
        raise OAuthError(
            "unauthorized_client", "The application has not registered the device grant."
        )
    if client.is_public and not provider.host.limits.may_park():
        raise Busy("Too many requests came from this address; wait a minute.", 60)
    return read_device_request(unvalidated_request(provider, ResolvedRequest(sent.form), client))


def _begun(provider: Provider, asked: AuthorizationRequest) -> Response:
    lifetime = provider.settings.device_code_lifetime
    device_id, user_code = provider.device_codes.begin(provider.session, asked, lifetime)
    now = provider.clock()
    shown = spelled(user_code)
    address = provider.settings.issuer + provider.host.pages.page("device", "")
    return json_response(
        {
            "device_code": provider.sealer.seal(
                SealedToken("device", device_id, 0, now, now + lifetime)
            ),
            "user_code": shown,
            "verification_uri": address,
            "verification_uri_complete": f"{address}?{urlencode({'user_code': shown})}",
            "expires_in": lifetime,
            "interval": INTERVAL,
        }
    )
