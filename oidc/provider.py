"""The provider: its parts, built once; and what endpoints reach it, and Flask, by."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app
from flask import request as request_here
from joserfc.jwk import Key
from werkzeug.datastructures import Headers

from oidc.apis.store import ApiStore
from oidc.clients.client import Client, ClientStore, is_address
from oidc.clients.key_sets import RemoteKeys
from oidc.clients.metadata_documents import ClientDocuments
from oidc.clock import Clock
from oidc.crypto.dpop_proof import Nonces
from oidc.crypto.jwt import Unverifiable
from oidc.crypto.keyring import Keyring
from oidc.database.driver_statement import AnySession
from oidc.database.replay import DpopReplayCache, SharedReplayCache
from oidc.database.statements import connection_handed_back
from oidc.database.wakeup import WakeUp
from oidc.host import Host, ReleasedClaims
from oidc.interactions.device_codes import DeviceCodes
from oidc.interactions.store import InteractionStore
from oidc.keys.maintenance import KeyMaintenance
from oidc.keys.store import KeyStore
from oidc.keys.watch import KeyWatch
from oidc.outbound.http_client import Outbound
from oidc.protocol.claim_wishes import NO_WISHES, ClaimWishes
from oidc.protocol.errors import OAuthError
from oidc.protocol.secret_prefixes import Kind
from oidc.settings import ProviderSettings
from oidc.tokens import grants
from oidc.tokens.access_tokens import JwtAccessTokens
from oidc.tokens.grants import Grant, PeoplesGrants
from oidc.tokens.issuer import SubjectPolicy, TokenIssuer, claims_question
from oidc.tokens.sealed import SealedToken, TokenSealer
from oidc.tokens.signed_responses import ResponseProtection, ResponseSigner, id_token_protection


class OpenedToken(NamedTuple):
    """A token of ours with its grant, dead or alive."""

    token: SealedToken
    grant: Grant


GrantTypes = tuple[tuple[type[Any], tuple[Any, ...]], ...]


@dataclass(frozen=True)
class Provider:
    """Everything that an endpoint needs; tests replace one part."""

    settings: ProviderSettings
    host: Host
    session: AnySession
    clock: Clock
    keyring: Keyring
    sealer: TokenSealer
    clients: ClientStore
    apis: ApiStore
    keys: KeyStore
    key_watch: KeyWatch
    subjects: SubjectPolicy
    interactions: InteractionStore
    device_codes: DeviceCodes
    token_issuer: TokenIssuer
    jwt_access_tokens: JwtAccessTokens
    response_signer: ResponseSigner
    outbound: Outbound
    documents: ClientDocuments
    remote_keys: RemoteKeys
    nonces: Nonces
    dpop_replay_cache: DpopReplayCache
    grant_types: GrantTypes = ()
    """The grant types that the token endpoint knows, with their extensions (`oidc.grants`)."""
    delivery_wakeup: WakeUp = field(default_factory=WakeUp)
    """Rings when logout tokens wait for the worker of this process."""
    event_wakeup: WakeUp = field(default_factory=WakeUp)
    """Rings when security events wait to be pushed by it."""

    @classmethod
    def build(
        cls,
        settings: ProviderSettings,
        host: Host,
        session: AnySession,
        keyring: Keyring,
        clock: Clock,
        shared_replay_cache: SharedReplayCache | None = None,
        *,
        keys: KeyStore | None = None,
        outbound: Outbound | None = None,
        grant_types: GrantTypes = (),
    ) -> "Provider":
        """:param session: the one database session; views commit it once a request.
        :param shared_replay_cache: remembers DPoP proofs for every process of the deployment.
        :param keys: signing keys that were opened before, with the same keyring and clock.
        :param outbound: how to reach other servers; as the settings say when left out.
        :param grant_types: those that there are.
        """
        known, outbound = settings.signing_algorithms, outbound or outbound_of(settings)
        keys = keys or KeyStore(keyring, clock, known)
        clients, apis = ClientStore(keyring, clock, known), ApiStore(clock, settings.resources)
        sealer, subjects = TokenSealer(keyring), SubjectPolicy(settings.pairwise_salt)
        remote_keys = RemoteKeys(outbound.get_json, clock)
        jwts = JwtAccessTokens(settings, keys, subjects.subject_for)
        signer = ResponseSigner(keys, remote_keys)
        return cls(
            settings=settings,
            host=host,
            session=session,
            clock=clock,
            keyring=keyring,
            sealer=sealer,
            clients=clients,
            apis=apis,
            keys=keys,
            key_watch=KeyWatch(keys, KeyMaintenance(settings, keys, clients, clock)),
            subjects=subjects,
            interactions=InteractionStore(clock),
            device_codes=DeviceCodes(keyring, clock),
            token_issuer=TokenIssuer(settings, sealer, jwts, signer, subjects, apis, clock),
            jwt_access_tokens=jwts,
            response_signer=signer,
            outbound=outbound,
            documents=ClientDocuments(settings, clients, apis.open_scopes, outbound, host, clock),
            remote_keys=remote_keys,
            nonces=Nonces(keyring, clock),
            dpop_replay_cache=DpopReplayCache(clock, shared=shared_replay_cache),
            grant_types=grant_types,
        )

    def client(self, client_id: str | None) -> Client | None:
        """The client that asks for something; None when it is unknown or disabled.

        :raises OAuthError: its ``client_id`` leads to a document that cannot be used.
        """
        if is_address(client_id):
            assert client_id is not None
            return self.documents.get(self.session, client_id)
        return self.clients.get(self.session, client_id)

    def open_grant(self, text: str, *kinds: Kind, asks_claims: bool = False) -> OpenedToken | None:
        """A token of one of these kinds with its grant, dead or alive: one statement.

        :param asks_claims: claims are asked for next; the host is then asked no more.
        """
        token = self.open_token(text, *kinds)
        if token is None:
            return None
        read = self.peoples_grants.get if asks_claims else grants.get
        grant = read(self.session, token.grant_id)
        return OpenedToken(token, grant) if grant is not None else None

    def open_token(self, text: str, *kinds: Kind) -> SealedToken | None:
        """A token of one of these kinds, its grant unread."""
        token = self.sealer.open_any(text)
        if token is None and "access" in kinds:
            token = self.jwt_access_tokens.read(self.session, text)
        return token if token is not None and token.kind in kinds else None

    @cached_property
    def peoples_grants(self) -> PeoplesGrants:
        return PeoplesGrants(self.host.people.beside_grants)

    def claim_wishes(self, client: Client, subject: str | None, visit: str) -> ClaimWishes:
        """What an administrator has allowed the client beyond its scopes.

        :param visit: as of `SubjectPolicy.subject_for`.
        """
        own = client.metadata
        if not own.claim_fallbacks:
            return ClaimWishes(own.claims_in_id_token) if own.claims_in_id_token else NO_WISHES
        return ClaimWishes(
            own.claims_in_id_token,
            own.claim_fallbacks,
            self.subjects.subject_for(client, subject or "", visit),
            own.email_fallback_domain or urlsplit(self.settings.issuer).hostname or "",
        )

    def ask_claims(
        self, grant: Grant, client: Client, scopes: frozenset[str] | None = None
    ) -> ReleasedClaims | None:
        """What may be told under the grant; None when its person or source may not be used.

        :param scopes: where a token has fewer than its grant.
        """
        wishes = self.claim_wishes(client, grant.subject, grant.visit)
        return self.host.people.claims(claims_question(grant, scopes, wishes))

    def keys_of(self, client: Client, kid: str | None = None) -> Sequence[Key]:
        """The client's public keys. Where its server is asked for them, no database connection is
        held meanwhile; what was noted before stands.

        :raises oidc.crypto.jwt.Unverifiable: they cannot be had.
        """
        if self.remote_keys.must_ask(client.metadata, kid):
            with connection_handed_back(self.session):
                return self.remote_keys.find(client.metadata, kid)
        return self.remote_keys.find(client.metadata, kid)

    def fetch_keys(self, client: Client, protection: ResponseProtection) -> None:
        """Has the keys at hand that an answer to the client will be encrypted with, before anything
        is written that belongs together: see :meth:`keys_of`. Whoever encrypts says what is
        missing."""
        if protection.key_alg is not None:
            with suppress(Unverifiable):
                self.keys_of(client)

    def claims_for(self, grant: Grant, client: Client) -> ReleasedClaims:
        """The claims for a grant that is about to be used; its signing key is ready after this.

        :raises OAuthError: ``invalid_grant`` when its person or source may no longer be used here,
            or the application no longer lets the person in; the grant is then revoked.
        """
        released = self.ask_claims(grant, client)
        if released is None:
            grants.revoke(self.session, grant.id, self.clock())
            facts = {"client_id": grant.client_id, "subject": grant.subject}
            self.host.audit.note("access.ended", **facts, outcome="revoked")
            raise OAuthError("invalid_grant", "The sign-in may no longer be used here.")
        protection = id_token_protection(client)
        if not self.response_signer.can_encrypt(client, protection):
            raise OAuthError(
                "invalid_client", "The application's encryption key cannot be had.", status=400
            )
        # A first key is made in a transaction of its own, so before ours holds any lock.
        self.keys.active(self.session, protection.alg)
        return released

    def can_sign_at_once(self, client: Client) -> bool:
        """Whether an ID token needs nothing but a key that is there after this."""
        protection = id_token_protection(client)
        if protection.key_alg is None:
            self.keys.active(self.session, protection.alg)
        return protection.key_alg is None

    def url(self, path: str) -> str:
        return self.settings.issuer + path


def current_provider() -> Provider:
    """The provider of the application that handles this request."""
    provider: Provider = current_application().extensions["oidc"]
    return provider


def current_application() -> Flask:
    """The application that handles this request, for what is asked often: each look through the
    name that Flask has for it costs as much as a step of the work."""
    application: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return application


def current_request() -> Request:
    """The request that is handled, in the same way."""
    request: Request = request_here._get_current_object()  # type: ignore[attr-defined]
    return request


def add_as_they_are(headers: Headers, more: Iterable[tuple[str, str]]) -> None:
    """Adds headers that are our own words, without Werkzeug's look at what each may be."""
    headers._list.extend(more)


class WholeResponse(Response):
    """As Werkzeug's, made without its look at what headers and body may be.

    :param headers: fit to be sent as they are; no ``Content-Length`` among them.
    """

    def __init__(self, body: bytes, status: int, headers: Iterable[tuple[str, str]]) -> None:
        self.headers = Headers()
        add_as_they_are(self.headers, headers)
        self._status, self._status_code = _status_of(status)
        self.response = [body]
        self.direct_passthrough = False
        self._on_close = []


@lru_cache
def _status_of(code: int) -> tuple[str, int]:
    known = Response(status=code)
    return known.status, known.status_code


def outbound_of(settings: ProviderSettings) -> Outbound:
    """The way to other servers that the settings allow."""
    return Outbound(
        allow_loopback_http=settings.allow_http_loopback,
        allowed_networks=settings.outbound_networks,
    )
