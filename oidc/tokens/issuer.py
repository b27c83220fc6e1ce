"""Mints what a grant entitles to: codes, access tokens, refresh tokens, ID tokens."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from oidc.apis.store import ApiStore
from oidc.clients.client import Client
from oidc.clock import Clock
from oidc.crypto.jwt import left_half_hash
from oidc.database.driver_statement import AnySession
from oidc.host import ClaimsQuestion, ReleasedClaims
from oidc.outbound.addresses import is_loopback
from oidc.protocol.claim_wishes import NO_WISHES, ClaimWishes
from oidc.protocol.pairwise import (
    ephemeral_subject,
    pairwise_subject,
    sector_identifier,
    subject_types,
)
from oidc.settings import ProviderSettings
from oidc.tokens.access_tokens import JwtAccessTokens
from oidc.tokens.grants import Grant
from oidc.tokens.sealed import SealedToken, TokenSealer
from oidc.tokens.signed_responses import ResponseSigner, id_token_protection

MAXIMUM_CODE_LIFETIME = 60
"""Seconds; the FAPI 2.0 profile (5.3.2.1) allows no more, whatever the settings say."""


class TokenLifetimes(NamedTuple):
    """How long what this client gets lives, in seconds."""

    code: int
    access: int
    refresh: int
    grant: int
    """Since it was given: no refresh token lives longer, however often it is used."""
    id_token: int

    @classmethod
    def of(cls, client: Client, settings: ProviderSettings) -> "TokenLifetimes":
        own = client.metadata
        code = own.code_lifetime or settings.code_lifetime
        return cls(
            code=min(code, MAXIMUM_CODE_LIFETIME) if own.is_fapi2 else code,
            access=own.access_token_lifetime or settings.access_token_lifetime,
            refresh=own.refresh_token_lifetime or settings.refresh_token_lifetime,
            grant=own.refresh_token_absolute_lifetime or settings.refresh_token_absolute_lifetime,
            id_token=own.id_token_lifetime or settings.id_token_lifetime,
        )


class AccessTokenForm(NamedTuple):
    """How long an access token lives, in seconds, and whether it is a JWT."""

    lifetime: int
    is_jwt: bool


def claims_question(
    grant: Grant, scopes: frozenset[str] | None = None, wishes: ClaimWishes = NO_WISHES
) -> ClaimsQuestion:
    """Whom and what the host is asked about; ``scopes`` where a token has fewer than its grant."""
    assert grant.subject is not None
    asked = grant.scopes if scopes is None else scopes
    return ClaimsQuestion(
        grant.subject,
        grant.client_id,
        grant.connection,
        asked,
        grant.requested_claims,
        grant.identity,
        wishes,
        grant.person,
    )


def is_local(host: str) -> bool:
    """Whether a host is whatever computer the browser runs on."""
    return host == "localhost" or is_loopback(host)


class SubjectPolicy:
    """Gives every ``sub`` that leaves: what a client sees of a person (OpenID Connect Core 8).

    :param salt: secret of pairwise and ephemeral subjects; without it clients cannot register
        for them.
    """

    def __init__(self, salt: str | None) -> None:
        self.types = list(subject_types(salt))
        self._salt = salt.encode() if salt else None
        self._pairwise = lru_cache(maxsize=4096)(pairwise_subject)

    def subject_for(self, client: Client, subject: str, visit: str) -> str:
        """:param visit: the session, or the grant where there is none; of ephemeral ones alone."""
        metadata = client.metadata
        if metadata.subject_type not in ("pairwise", "ephemeral"):
            return subject
        if self._salt is None:
            raise ValueError(f"a client has {metadata.subject_type} subjects, and there is no salt")
        if metadata.subject_type == "ephemeral":
            return ephemeral_subject(client.client_id, subject, visit, self._salt)
        sector = sector_identifier(metadata.redirect_uris, metadata.sector_identifier_uri)
        if is_local(sector):
            # Every program on every computer answers there: no two of them are one party.
            sector = f"{sector} {client.client_id}"
        return self._pairwise(sector, subject, self._salt)


def _scope_member(grant: Grant, downscoped: Mapping[str, Any]) -> dict[str, str]:
    """Nothing for a token without scopes: RFC 6749 3.3 knows no empty value."""
    scope = downscoped.get("scope", grant.scope)
    return {"scope": scope} if scope else {}


class TokenIssuer:
    """Makes tokens. Nothing here decides whether a token may be made."""

    def __init__(
        self,
        settings: ProviderSettings,
        sealer: TokenSealer,
        jwt_access_tokens: JwtAccessTokens,
        response_signer: ResponseSigner,
        subjects: SubjectPolicy,
        apis: ApiStore,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._sealer = sealer
        self._jwt_access_tokens = jwt_access_tokens
        self._response_signer = response_signer
        self._subjects = subjects
        self._apis = apis
        self._clock = clock

    def code(self, grant: Grant, client: Client) -> str:
        """The grant's code; a second copy of it ends when the first one does."""
        begins, lifetime = grant.created_at, TokenLifetimes.of(client, self._settings).code
        return self._sealer.seal(SealedToken("code", grant.id, 0, begins, begins + lifetime))

    def tokens(
        self,
        session: AnySession,
        grant: Grant,
        client: Client,
        *,
        generation: int | None,
        downscoped: Mapping[str, Any],
        released: ReleasedClaims | None = None,
    ) -> dict[str, Any]:
        """The token response (RFC 6749 5.1; OpenID Connect Core 3.1.3.3 and 12.2).

        :param generation: of the refresh token; None leaves it out, as the client keeps its own.
        :param downscoped: what the access token may do less than the grant.
        :param released: what an ID token tells, where ``openid`` was granted; None for no ID token.
        """
        now = self._clock()
        lifetimes = TokenLifetimes.of(client, self._settings)
        response = self.access_token(session, grant, client, downscoped)
        refreshes = grant.subject is not None and client.check_grant_type("refresh_token")
        if refreshes and generation is not None:
            expires_at = min(now + lifetimes.refresh, grant.created_at + lifetimes.grant)
            refresh = SealedToken("refresh", grant.id, generation, now, expires_at)
            response["refresh_token"] = self._sealer.seal(refresh)
            response["refresh_token_expires_in"] = expires_at - now
        if released is not None and "openid" in grant.scopes:
            token = response["access_token"]
            response["id_token"] = self.id_token(session, grant, client, released, token)
        return response

    def access_token(
        self,
        session: AnySession,
        grant: Grant,
        client: Client,
        downscoped: Mapping[str, Any],
        not_after: int | None = None,
    ) -> dict[str, Any]:
        """A token response with an access token alone, for ``client`` and a part of the grant.

        :param not_after: when the token that it is made from ends; None for one from the grant.
        """
        now = self._clock()
        form = self.form(session, client, downscoped.get("aud") or grant.audience)
        lifetime = form.lifetime if not_after is None else min(form.lifetime, not_after - now)
        token = SealedToken("access", grant.id, 0, now, now + lifetime, downscoped)
        return {
            "access_token": self._jwt_access_tokens.write(session, grant, client, token)
            if form.is_jwt
            else self._sealer.seal(token),
            "token_type": "DPoP" if "jkt" in downscoped else "Bearer",
            "expires_in": lifetime,
            **_scope_member(grant, downscoped),
        }

    def id_token(
        self,
        session: AnySession,
        grant: Grant,
        client: Client,
        released: ReleasedClaims,
        access_token: str,
    ) -> str:
        """A signed ID token (OpenID Connect Core 2 and 3.1.3.6)."""
        assert grant.subject is not None
        now = self._clock()
        alg = client.metadata.id_token_signed_response_alg
        claims: dict[str, Any] = {
            **released.id_token,
            "iss": self._settings.issuer,
            "sub": self._subjects.subject_for(client, grant.subject, grant.visit),
            "aud": client.client_id,
            "iat": now,
            "exp": now + TokenLifetimes.of(client, self._settings).id_token,
            "at_hash": left_half_hash(access_token, alg),
        }
        optional = {
            "auth_time": grant.auth_time,
            "nonce": grant.nonce,
            "acr": grant.acr,
            "amr": grant.amr.split() or None,
            "sid": grant.sid if client.metadata.ends_sessions else None,
        }
        claims.update({name: value for name, value in optional.items() if value is not None})
        return self._response_signer.seal(session, client, claims, id_token_protection(client))

    def form(self, session: AnySession, client: Client, audience: Sequence[str]) -> AccessTokenForm:
        """The form of access tokens for this audience: its APIs', else the client's."""
        lifetime = TokenLifetimes.of(client, self._settings).access
        is_jwt = client.metadata.access_token_format == "jwt"
        apis = self._apis.current(session).at(audience) if audience else []
        if not apis:
            return AccessTokenForm(lifetime, is_jwt)
        lifetimes = (api.fields.token_lifetime or lifetime for api in apis)
        # Any API can ask what an opaque one is good for, and not every one wants to.
        return AccessTokenForm(min(lifetimes), any(a.fields.token_format == "jwt" for a in apis))

    def expiry(self, session: AnySession, client: Client, audience: Sequence[str]) -> int:
        """When the last token of a grant that begins now will be dead."""
        lifetimes = TokenLifetimes.of(client, self._settings)
        refresh = lifetimes.refresh if client.check_grant_type("refresh_token") else 0
        access = max(lifetimes.access, self.form(session, client, audience).lifetime)
        # A token can be refreshed at its last moment.
        return self._clock() + lifetimes.code + access + refresh
