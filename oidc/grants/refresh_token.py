"""The refresh token grant: each token works once, and a stolen one is noticed (RFC 9700 4.14)."""

from collections.abc import Sequence
from typing import Any

from authlib.oauth2.rfc6749.grants import RefreshTokenGrant
from authlib.oauth2.rfc6749.hooks import hooked

from oidc.authentication.dpop_binding import check_bound_key
from oidc.authentication.server import AUTH_METHODS
from oidc.clients.client import Client
from oidc.grants.downscoping import downscoped
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider
from oidc.tokens import grants
from oidc.tokens.grants import Grant
from oidc.tokens.issuer import TokenLifetimes
from oidc.tokens.refresh_life import ends_at, kept_until, note_use
from oidc.tokens.sealed import SealedToken


class PresentedRefreshToken:
    """A refresh token that opened, with its grant.

    :param is_rotated: whether this request has moved the grant on already.
    """

    def __init__(self, token: SealedToken, grant: Grant, *, is_rotated: bool = False) -> None:
        self.token = token
        self.grant = grant
        self.is_rotated = is_rotated

    def check_client(self, client: Client) -> bool:
        return self.grant.client_id == client.client_id

    def get_scope(self) -> str:
        return self.grant.scope


class RefreshToken(RefreshTokenGrant):
    """Trades a refresh token for the next generation.

    The token before the current one is forgiven for a few seconds: a client on a bad network that
    lost our answer gets a sibling of what it lost. Anything older is theft, and ends the grant.
    Where the client authenticates nothing need be rotated (RFC 9700 4.14.2), and nothing is under
    the FAPI 2.0 profile (5.3.2.1): the token is of use only together with the client's secret or
    key, and a client that loses an answer would lose the person. Such a token is told again.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = list(AUTH_METHODS)
    request: Any

    @property
    def provider(self) -> Provider:
        provider: Provider = self.server.provider
        return provider

    def authenticate_refresh_token(self, refresh_token: str) -> PresentedRefreshToken | None:
        provider = self.provider
        token = provider.open_token(refresh_token, "refresh")
        if token is None:
            return None
        rotated = self._rotated_as_asked(token)
        grant = rotated or provider.peoples_grants.get(provider.session, token.grant_id)
        if grant is None:
            return None
        return PresentedRefreshToken(token, grant, is_rotated=rotated is not None)

    def _rotated_as_asked(self, token: SealedToken) -> Grant | None:
        """The grant, where one statement could move it on and read it: see `PeoplesGrants`.
        What is judged besides holds for it, too."""
        provider, client, form = self.provider, self.request.client, self.request.form
        now, rotates = provider.clock(), client.metadata.refresh_tokens_rotate
        if not rotates or token.expires_at <= now or "scope" in form or "resource" in form:
            return None
        if not provider.can_sign_at_once(client):
            return None
        return provider.peoples_grants.rotate(
            provider.session,
            grant_id=token.grant_id,
            generation=token.generation,
            client=client.client_id,
            jkt=self.request.dpop_jkt,
            now=now,
            born_after=now - TokenLifetimes.of(client, provider.settings).grant,
            ends=self._kept_until(client, (), now),
        )

    def _kept_until(self, client: Client, audience: Sequence[str], now: int) -> int:
        """How long the grant's row is kept for the tokens that it gets now."""
        provider = self.provider
        refresh = TokenLifetimes.of(client, provider.settings).refresh
        access = provider.token_issuer.form(provider.session, client, audience)
        return kept_until(now, max(refresh, access.lifetime))

    def _validate_token_scope(self, token: PresentedRefreshToken) -> None:
        """Names that nobody knows here are passed over, as they were when the person signed in; of
        those that there are, none may be asked for that was not granted (RFC 6749 6)."""
        more = set(self.request.form.scope()).difference(token.grant.scope.split())
        if more and any(self._is_known(name) for name in more):
            hint = "The scope is more than was granted; leave it out to have all of that."
            raise OAuthError("invalid_scope", hint)

    def _is_known(self, name: str) -> bool:
        provider, registered = self.provider, self.client.metadata.scope or ""
        if name in provider.settings.scopes or name in registered.split():
            return True
        return bool(provider.apis.current(provider.session).with_scope(name))

    def validate_token_request(self) -> None:
        super().validate_token_request()
        presented: PresentedRefreshToken = self.request.refresh_token
        if presented.grant.revoked_at is not None:
            raise OAuthError("invalid_grant", "The refresh token was revoked.")
        if self._ends_at(presented) <= self.provider.clock():
            raise OAuthError("invalid_grant", "The refresh token has expired.")
        if self.client.is_public:
            # Others prove who they are by other means, and may change keys (RFC 9449 5).
            check_bound_key(presented.grant.dpop_jkt, self.request.dpop_jkt, "invalid_grant")

    def _ends_at(self, presented: PresentedRefreshToken) -> int:
        settings = self.provider.settings
        return ends_at(presented.token, presented.grant, self.client, settings)

    @hooked
    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        provider = self.provider
        presented: PresentedRefreshToken = self.request.refresh_token
        grant = presented.grant
        form, jkt = self.request.form, self.request.dpop_jkt
        less = downscoped(provider, self.client, grant, form, jkt)
        # Everything is read before the one statement that decides, or by it, and minted after.
        released = provider.claims_for(grant, self.client)
        generation = self._next_generation(presented)
        tokens = provider.token_issuer.tokens(
            provider.session,
            grant if self.client.metadata.keep_nonce else grant._replace(nonce=None),
            self.client,
            generation=generation,
            downscoped=less,
            released=released,
        )
        if generation is None and not self.client.metadata.is_fapi2:
            tokens["refresh_token"] = self.request.form["refresh_token"]
            tokens["refresh_token_expires_in"] = self._ends_at(presented) - provider.clock()
        return 200, tokens, self.TOKEN_RESPONSE_HEADER

    def _next_generation(self, presented: PresentedRefreshToken) -> int | None:
        """Moves the grant on, decided by one statement; the generation of the new token."""
        provider, grant = self.provider, presented.grant
        if presented.is_rotated:
            return grant.refresh_generation
        now = provider.clock()
        if presented.token.generation == grant.refresh_generation:
            if not self.client.metadata.refresh_tokens_rotate:
                note_use(provider.session, grant, self.client, provider.settings, now)
                return None
            # Never sooner than before: the row also says who hears that the session ended.
            expires_at = max(grant.expires_at, self._kept_until(self.client, grant.audience, now))
            if grants.rotate_refresh(provider.session, grant, expires_at, now):
                return grant.refresh_generation + 1
            fresh = grants.get(provider.session, grant.id)
            grant = fresh if fresh is not None else grant
        return self._sibling_generation(presented.token, grant, now)

    def _grace(self) -> int:
        return 0 if self.client.metadata.is_fapi2 else self.provider.settings.refresh_grace

    def _is_by_its_key(self, grant: Grant) -> bool:
        """Whether only whom the tokens are for can have asked: then the answer before got lost, and
        a phone may learn so after hours. Of public clients the key is checked above."""
        return self.client.is_public and grant.dpop_jkt is not None

    def _sibling_generation(self, token: SealedToken, grant: Grant, now: int) -> int:
        provider = self.provider
        just_rotated = token.generation == grant.refresh_generation - 1
        forgiven = just_rotated and (
            self._is_by_its_key(grant) or now - (grant.refreshed_at or 0) < self._grace()
        )
        facts = {"client_id": grant.client_id, "subject": grant.subject}
        if forgiven and grant.revoked_at is None:
            provider.host.audit.note("refresh_repeated", **facts, outcome="sibling")
            return grant.refresh_generation
        grants.revoke(provider.session, grant.id, now)
        provider.host.audit.note("refresh_replayed", **facts, outcome="revoked")
        raise OAuthError(
            "invalid_grant", "The refresh token was used before; its tokens are revoked."
        )
