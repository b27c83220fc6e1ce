"""The client credentials grant: a token for the application itself (RFC 6749 4.4)."""

import json
from typing import Any

from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.hooks import hooked

from oidc.apis.access import Access, own_access
from oidc.authentication.server import AUTH_METHODS
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider
from oidc.tokens import grants
from oidc.tokens.grants import Grant, new_id
from oidc.tokens.sealed import bound_to

OF_PEOPLE = (
    "openid, profile and the like speak of a person; an application that acts for itself asks for "
    "the scopes of APIs that it has registered, or for none."
)


class ClientCredentials(ClientCredentialsGrant):
    """Issues an access token without a person: no ID token, no refresh token."""

    TOKEN_ENDPOINT_AUTH_METHODS = [method for method in AUTH_METHODS if method != "none"]
    request: Any
    _access: Access

    @property
    def provider(self) -> Provider:
        provider: Provider = self.server.provider
        return provider

    def validate_requested_scope(self) -> None:
        """Scopes that the client registered, and where; never those that speak of a person."""
        provider, form = self.provider, self.request.form
        asked = form.scope()
        if not provider.settings.scopes.keys().isdisjoint(asked):
            raise OAuthError("invalid_scope", OF_PEOPLE)
        registered = (self.client.metadata.scope or "").split()
        self._access = own_access(
            self.client,
            provider.apis.current(provider.session),
            [name for name in registered if name not in provider.settings.scopes],
            provider.settings.issuer,
            asked,
            form.lists.get("resource", ()),
        )

    @hooked
    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        provider, client = self.provider, self.client
        now = provider.clock()
        access = self._access
        token_form = provider.token_issuer.form(provider.session, client, access.resources)
        grant = Grant(
            id=new_id(),
            kind="client",
            client_id=client.client_id,
            subject=None,
            scope=" ".join(access.scope),
            created_at=now,
            expires_at=now + token_form.lifetime,
            resources=json.dumps(access.resources) if access.resources else None,
        )
        if token_form.is_jwt:
            # A first key is made in a transaction of its own, so before ours holds any lock.
            provider.keys.active(provider.session, client.metadata.id_token_signed_response_alg)
        grants.save(provider.session, grant)
        tokens = provider.token_issuer.tokens(
            provider.session,
            grant,
            client,
            generation=0,
            downscoped=bound_to(self.request.dpop_jkt),
        )
        return 200, tokens, self.TOKEN_RESPONSE_HEADER
