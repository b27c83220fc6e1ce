"""A grant type that the product does not know: all of it is here."""

from typing import Any

from authlib.oauth2.rfc6749.hooks import hooked

from oidc.grants.client_credentials import ClientCredentials

GRANT_TYPE = "urn:example:params:oauth:grant-type:toy"


class ToyGrant(ClientCredentials):
    """A token for the application itself, with a word about it."""

    GRANT_TYPE: Any = GRANT_TYPE

    @hooked
    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        status, tokens, headers = super().create_token_response()
        return status, {**tokens, "toy": self.request.form["toy"]}, headers
