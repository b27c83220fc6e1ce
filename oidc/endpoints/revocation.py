"""POST /revoke: any token of a grant ends the grant (RFC 7009)."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from flask import Response

from oidc.authentication.server import AUTH_METHODS, error_response, token_server
from oidc.clients.client import Client
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider, current_provider, current_request
from oidc.tokens import grants
from oidc.tokens.grants import Grant


class TokenOfAnyKind:
    """The parameters of the endpoints that take a token, as Authlib asks about them. A token tells
    its own kind: a wrong hint influences nothing (RFC 7009 2.2, RFC 7662 2.1)."""

    def check_params(self, request: Any, client: object) -> None:  # noqa: ARG002
        if "token" not in request.form:
            raise InvalidRequestError


class RevocableToken:
    """A token that opened, with its grant."""

    def __init__(self, grant: Grant) -> None:
        self.grant = grant

    def check_client(self, client: Client) -> bool:
        return self.grant.client_id == client.client_id


class Revocation(TokenOfAnyKind, RevocationEndpoint):
    """Unknown tokens answer 200: there is nothing left to revoke (RFC 7009 2.2)."""

    CLIENT_AUTH_METHODS = list(AUTH_METHODS)
    server: Any

    def query_token(self, token_string: str, token_type_hint: str | None) -> RevocableToken | None:  # noqa: ARG002 - the prefix tells the kind, no hint is needed
        provider: Provider = self.server.provider
        opened = provider.open_grant(token_string, "access", "refresh")
        return RevocableToken(opened.grant) if opened else None

    def revoke_token(self, token: RevocableToken, request: object) -> None:  # noqa: ARG002
        provider: Provider = self.server.provider
        grants.revoke(provider.session, token.grant.id, provider.clock())


def revoke() -> Response:
    """The token, and all that came of its authorization, is dead from now on."""
    try:
        response: Response = token_server().create_endpoint_response(
            "revocation", current_request()
        )
    except OAuthError as error:
        response = error_response(error)
    current_provider().session.commit()
    return response
