"""Token exchange (RFC 8693): a source's one-time code for tokens, our own for a lesser one, or ours
for the person's own token at a source.

``subject_token_type`` says whether it is a code, ``audience`` whether a source is meant. What comes
of our own token can do no more than it: an exchanged access token has a part of the scope and of
the audience, ends no later, and dies with the grant of the token that it was made from.
"""

from typing import Any

from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin
from authlib.oauth2.rfc6749.hooks import hooked

from oidc.aside import aside
from oidc.authentication.server import AUTH_METHODS
from oidc.authorization.kept_out import check_let_in
from oidc.authorization.new_grant import new_grant
from oidc.authorization.request import (
    ResolvedRequest,
    read_access,
    read_texts,
    unvalidated_request,
)
from oidc.clients.client import Client
from oidc.database.statements import use_transaction
from oidc.grants.delegation import exchanged_token
from oidc.grants.source_token import source_token, wants_source_token
from oidc.host import ChallengeStep, Login
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider
from oidc.tokens import grants
from oidc.tokens.sealed import bound_to

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


class TokenExchange(BaseGrant, TokenEndpointMixin):
    """All kinds; refresh tokens and ID tokens come of a sign-in alone.

    The types of codes are the host's: those that an application gets from a source's own SDK.
    """

    GRANT_TYPE: Any = GRANT_TYPE
    TOKEN_ENDPOINT_AUTH_METHODS = list(AUTH_METHODS)
    request: Any

    @property
    def provider(self) -> Provider:
        provider: Provider = self.server.provider
        return provider

    @property
    def _code_types(self) -> tuple[str, ...]:
        return self.provider.settings.code_token_types

    def validate_token_request(self) -> None:
        """The parameters of RFC 8693 2.1."""
        client: Client = self.authenticate_token_endpoint_client()
        self.request.client = client
        if not client.check_grant_type(GRANT_TYPE):
            raise OAuthError("unauthorized_client", "The application may not use this grant type.")
        form = self.request.form
        if "subject_token" not in form or "subject_token_type" not in form:
            raise OAuthError("invalid_request", "Send subject_token and subject_token_type.")
        if ("actor_token" in form) != ("actor_token_type" in form):
            raise OAuthError("invalid_request", "actor_token and actor_token_type go together.")
        if form.get("subject_token_type") not in (ACCESS_TOKEN, *self._code_types):
            raise OAuthError("invalid_request", "The subject_token_type is not supported.")
        if form.get("actor_token_type", ACCESS_TOKEN) != ACCESS_TOKEN:
            raise OAuthError("invalid_request", "The actor_token_type is not supported.")
        if form.get("requested_token_type", ACCESS_TOKEN) != ACCESS_TOKEN:
            raise OAuthError("invalid_request", "Only access tokens are issued in exchange.")

    @hooked
    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        form = self.request.form
        if form["subject_token_type"] in self._code_types:
            tokens = self._signed_in()
        else:
            make = source_token if wants_source_token(form) else exchanged_token
            tokens = make(self.provider, self.request.client, form, self.request.dpop_jkt)
        return 200, {**tokens, "issued_token_type": ACCESS_TOKEN}, self.TOKEN_RESPONSE_HEADER

    def _signed_in(self) -> dict[str, Any]:
        """Tokens for whoever the code names; the host asks, once and with nothing held."""
        provider, client = self.provider, self.request.client
        asked = self._asked(client)
        # Who signs in for the first time becomes known by several writes.
        use_transaction(provider.session)
        # A first key is made in a transaction of its own, so before ours holds any lock.
        provider.keys.active(provider.session, client.metadata.id_token_signed_response_alg)
        login = self._login(client, asked)
        check_let_in(provider, client, login)
        jkt = self.request.dpop_jkt
        grant = new_grant(provider, client, asked, login, "exchange")._replace(
            code_used_at=provider.clock(), dpop_jkt=jkt
        )
        released = provider.claims_for(grant, client)
        grants.save(provider.session, grant)
        return provider.token_issuer.tokens(
            provider.session,
            grant,
            client,
            generation=0,
            downscoped=bound_to(jkt),
            released=released,
        )

    def _asked(self, client: Client) -> AuthorizationRequest:
        form = self.request.form
        if not client.is_first_party or client.metadata.is_fapi2:
            raise OAuthError(
                "unauthorized_client", "The application may not sign people in itself."
            )
        if "actor_token" in form or "audience" in form:
            raise OAuthError("invalid_request", "A one-time code takes neither actor nor audience.")
        sent = ResolvedRequest(form)
        incoming = unvalidated_request(self.provider, sent, client, in_app=True)
        fields = {**read_access(incoming), **read_texts(incoming)}
        return AuthorizationRequest(client_id=client.client_id, **fields)

    def _login(self, client: Client, asked: AuthorizationRequest) -> Login:
        answer = aside(  # the source is asked
            self.provider.host.people.trade,
            ChallengeStep(
                binding="exchange",
                client_id=client.client_id,
                client_name=client.metadata.client_name or client.client_id,
                connection=asked.connection,
                state={},
                parameters=dict(self.request.form),
            ),
        )
        if answer.login is not None:
            return answer.login
        if answer.to_web:
            raise OAuthError(
                "invalid_grant", "The person must choose an account in a browser first."
            )
        raise OAuthError("invalid_request", "Send connection: several are enabled.")
