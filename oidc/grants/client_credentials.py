"""The client credentials grant: a token for the application itself (RFC 6749 4.4)."""

import json
from typing import Any

from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.hooks import hooked

from oidc.authentication.server import AUTH_METHODS
from oidc.grants.downscoping import audience_of, bound_to
from oidc.protocol.errors import OAuthError
from oidc.protocol.resource_indicators import check_resources
from oidc.provider import Provider
from oidc.tokens import grants
from oidc.tokens.grants import Grant, new_id
from oidc.tokens.issuer import TokenLifetimes


class ClientCredentials(ClientCredentialsGrant):
    """Issues an access token without a person: no ID token, no refresh token."""

    TOKEN_ENDPOINT_AUTH_METHODS = [method for method in AUTH_METHODS if method != "none"]
    request: Any

    @property
    def provider(self) -> Provider:
        provider: Provider = self.server.provider
        return provider

    def validate_requested_scope(self) -> str:
        """Scopes that the client registered; never those that speak of a person."""
        registered = (self.client.metadata.scope or "").split()
        usable = [name for name in registered if name not in self.provider.settings.scopes]
        asked = (self.request.form.get("scope") or " ".join(usable)).split()
        if not set(asked) <= set(usable):
            raise OAuthError(
                "invalid_scope", _why_not(set(asked) & set(self.provider.settings.scopes))
            )
        return " ".join(dict.fromkeys(asked))

    @hooked
    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        provider, client = self.provider, self.client
        now = provider.clock()
        audience = audience_of(self.request.form)
        check_resources(audience, provider.settings.resources)
        grant = Grant(
            id=new_id(),
            kind="client",
            client_id=client.client_id,
            subject=None,
            scope=self.validate_requested_scope(),
            created_at=now,
            expires_at=now + TokenLifetimes.of(client, provider.settings).access,
            resources=json.dumps(audience) if audience else None,
        )
        if client.metadata.access_token_format == "jwt":
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


def _why_not(of_people: set[str]) -> str:
    if of_people:
        return (
            "openid, profile and the like speak of a person; an application that acts for "
            "itself asks for the scopes of APIs that it has registered, or for none."
        )
    return "The application has not registered that scope; an administrator adds it to its scopes."
