"""The authorization code grant: consume the code first, mint afterwards (RFC 6749 4.1.3)."""

from collections.abc import Mapping
from typing import Any

from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.hooks import hooked

from oidc.authentication.dpop_binding import check_bound_key
from oidc.authentication.server import AUTH_METHODS
from oidc.clients.client import Client
from oidc.database.statements import use_transaction
from oidc.grants.downscoping import downscoped
from oidc.host import ReleasedClaims
from oidc.protocol import pkce
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider
from oidc.shared_signals import acquaintances
from oidc.tokens import grants
from oidc.tokens.grants import Grant
from oidc.tokens.sealed import SealedToken, bound_to
from oidc.tokens.signed_responses import id_token_protection


class RedeemableCode:
    """A code that opened, with its grant: what Authlib calls the authorization code.

    :param is_redeemed: whether this request has redeemed it already.
    """

    def __init__(self, grant: Grant, *, is_redeemed: bool = False) -> None:
        self.grant = grant
        self.is_redeemed = is_redeemed

    def get_redirect_uri(self) -> str | None:
        return self.grant.redirect_uri

    def get_scope(self) -> str:
        return self.grant.scope


class AuthorizationCode(AuthorizationCodeGrant):
    """Redeems a code exactly once; a second try revokes all that came of the first."""

    TOKEN_ENDPOINT_AUTH_METHODS = list(AUTH_METHODS)
    request: Any

    @property
    def provider(self) -> Provider:
        provider: Provider = self.server.provider
        return provider

    def query_authorization_code(self, code: str, client: Client) -> RedeemableCode:
        """The code, if this client may still redeem it.

        :raises OAuthError: ``invalid_grant``; a code that was used before revokes its grant.
        """
        provider = self.provider
        token = provider.open_token(code, "code")
        redeemed = grant = None
        if token is not None:
            redeemed = self._redeemed_as_asked(token, client)
            grant = redeemed or provider.peoples_grants.get(provider.session, token.grant_id)
        if token is None or grant is None or grant.client_id != client.client_id:
            raise OAuthError(
                "invalid_grant", "The code is unknown or was issued to another client."
            )
        if grant.code_used_at is not None and redeemed is None:
            self._replayed(grant)
        if grant.revoked_at is not None or token.expires_at <= provider.clock():
            raise OAuthError("invalid_grant", "The code has expired or was withdrawn.")
        sent = self.request.payload.redirect_uri
        if grant.redirect_uri and sent != grant.redirect_uri:
            hint = "Send the redirect_uri that the code was asked for with, letter by letter."
            raise OAuthError("invalid_grant", hint, sent or "")
        return RedeemableCode(grant, is_redeemed=redeemed is not None)

    def _redeemed_as_asked(self, token: SealedToken, client: Client) -> Grant | None:
        """The grant, where one statement could redeem the code and read it: see `PeoplesGrants`.
        What is judged below holds for it, too."""
        provider, form, now = self.provider, self.request.form, self.provider.clock()
        if token.expires_at <= now or "resource" in form or not provider.can_sign_at_once(client):
            return None
        verifier = form.get("code_verifier")
        if verifier is not None and not pkce.is_verifier(verifier):
            return None
        return provider.peoples_grants.redeem(
            provider.session,
            grant_id=token.grant_id,
            client=client.client_id,
            sent_to=form.get("redirect_uri"),
            challenge=None if verifier is None else pkce.challenge_of(verifier),
            jkt=self.request.dpop_jkt,
            now=now,
        )

    @hooked
    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        provider = self.provider
        code: RedeemableCode = self.request.authorization_code
        grant = code.grant
        jkt = self.request.dpop_jkt
        if grant.dpop_jkt is not None:
            check_bound_key(grant.dpop_jkt, jkt, "invalid_grant")
        less = self._downscoped(grant, jkt)
        if grant.pending is None:
            released = self._read_and_redeem(code, jkt)
        else:
            released = self._redeem_and_carry_out(grant, grant.pending, jkt)
        if self.client.metadata.receives_events:
            acquaintances.note(provider.session, self.client, grant, provider.clock())
        tokens = provider.token_issuer.tokens(
            provider.session, grant, self.client, generation=0, downscoped=less, released=released
        )
        return 200, tokens, self.TOKEN_RESPONSE_HEADER

    def _read_and_redeem(self, code: RedeemableCode, jkt: str | None) -> ReleasedClaims:
        """Everything is read before the one statement that decides, or by it, and minted after."""
        provider, grant = self.provider, code.grant
        try:
            released = provider.claims_for(grant, self.client)
        except OAuthError:
            if code.is_redeemed:
                grants.leave_unredeemed(provider.session, grant.id)
            raise
        if not code.is_redeemed:
            self._redeem(grant, jkt)
        return released

    def _redeem(self, grant: Grant, jkt: str | None) -> None:
        provider = self.provider
        if not grants.redeem_code(provider.session, grant.id, provider.clock(), jkt):
            self._replayed(grant)

    def _redeem_and_carry_out(self, grant: Grant, pending: str, jkt: str | None) -> ReleasedClaims:
        """What waited for the app that began is done with the redemption, or neither is.

        Whoever answered on a page may have been sent there; the app has shown its verifier, and
        its key, before this.
        """
        provider = self.provider
        use_transaction(provider.session)
        # A first key is made in a transaction of its own, so before ours holds any lock.
        provider.keys.active(provider.session, id_token_protection(self.client).alg)
        self._redeem(grant, jkt)
        if not provider.host.people.carry_out(pending):
            grants.revoke(provider.session, grant.id, provider.clock())
            raise OAuthError("invalid_grant", "The person's answer no longer holds; begin again.")
        return provider.claims_for(grant._replace(person=None), self.client)  # as they are now

    def _downscoped(self, grant: Grant, jkt: str | None) -> Mapping[str, Any]:
        """What its resources leave; no ``scope`` is named with a code (RFC 6749 4.1.3)."""
        resources = self.request.form.lists.get("resource", ())
        if not resources and not grant.audience:
            return bound_to(jkt)
        form = Parameters()
        form.lists = {"resource": resources}
        return downscoped(self.provider, self.client, grant, form, jkt)

    def _replayed(self, grant: Grant) -> None:
        provider = self.provider
        grants.revoke(provider.session, grant.id, provider.clock())
        provider.host.audit.note(
            "code_replayed", client_id=grant.client_id, subject=grant.subject, outcome="revoked"
        )
        raise OAuthError("invalid_grant", "The code was used before; its tokens are revoked.")


class RequireS256:
    """Checks the code verifier against the challenge that came with the request (RFC 7636 4.6).

    A verifier where no challenge was sent is refused too: somebody has stripped the challenge
    (RFC 9700 4.8.2).
    """

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_validate_token_request", self.check_verifier)

    def check_verifier(self, grant: Any, _result: object) -> None:
        challenge = grant.request.authorization_code.grant.code_challenge
        verifier = grant.request.form.get("code_verifier")
        if challenge is None and verifier is None:
            return
        if verifier is None:
            raise OAuthError("invalid_grant", "The code_verifier parameter is missing.")
        if challenge is None or not pkce.verify(verifier, challenge):
            raise OAuthError("invalid_grant", "The code_verifier does not fit the code_challenge.")
