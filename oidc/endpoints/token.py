"""POST /token (RFC 6749 3.2, OpenID Connect Core 3.1.3)."""

from flask import Response

from oidc.authentication.server import error_response, token_server
from oidc.database.driver_statement import use_autocommit
from oidc.protocol.errors import OAuthError
from oidc.provider import current_provider, current_request


def token() -> Response:
    """Tokens for a code, a refresh token, or the client itself.

    It commits whatever the answer: a refused replay must record the revocation.
    """
    session = current_provider().session
    use_autocommit(session)
    try:
        response: Response = token_server().create_token_response(current_request())
    except OAuthError as error:
        response = error_response(error)
    session.commit()
    return response
