"""Registered applications, read once and kept parsed."""

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from authlib.oauth2.rfc6749 import ClientMixin
from sqlalchemy import Table, bindparam, insert, select, update

from oidc.clients.metadata import ClientMetadata
from oidc.clients.secrets import (
    ClientSecret,
    dump_secrets,
    needs_plain_secret,
    needs_secret,
    new_secret,
)
from oidc.clock import Clock, ages_of
from oidc.crypto.keyring import Keyring, digest_of
from oidc.database.driver_statement import AnySession, DriverStatement
from oidc.database.models import ClientRow
from oidc.database.statements import rowcount
from oidc.protocol import redirect_uris
from oidc.protocol.signing_algorithms import ALGORITHMS

RECHECK_SECONDS = 1
"""How long another node may act on what it knew before a client was changed."""
_CLIENT: Table = ClientRow.__table__  # type: ignore[assignment]
_C = _CLIENT.c
_VERSION = DriverStatement(select(_C.version).where(_C.client_id == bindparam("client_id")))
PURPOSE = "client secret"
PLAIN_SECRET = ("client_secret_basic", "client_secret_post")


def is_address(client_id: str | None) -> bool:
    """Whether a ``client_id`` may be the address of a client ID metadata document."""
    return client_id is not None and client_id.startswith("https://") and "\x00" not in client_id


@dataclass(frozen=True)
class Client(ClientMixin):
    """An application. The ``check_`` methods are the questions that Authlib asks."""

    client_id: str
    metadata: ClientMetadata
    secrets: tuple[ClientSecret, ...]
    disabled: bool
    dynamic: bool
    version: int
    created_at: int
    updated_at: int
    registration_token_digest: str | None
    now: Clock
    dropped: frozenset[str] = frozenset()
    """Algorithms that it has registered and that are substituted, as we sign with them no more."""

    @property
    def is_first_party(self) -> bool:
        return self.metadata.first_party

    @property
    def is_vouched_for(self) -> bool:
        """Whether an administrator has made it, or made it one of ours: not just anybody."""
        return not self.dynamic or self.is_first_party

    @property
    def is_described(self) -> bool:
        """Whether its id is the address of its metadata (oidc.clients.metadata_documents)."""
        return self.dynamic and self.registration_token_digest is None

    @property
    def is_public(self) -> bool:
        return self.metadata.is_public

    def get_client_id(self) -> str:
        return self.client_id

    def check_client_secret(self, client_secret: str) -> bool:
        digest = digest_of(client_secret)
        return any(hmac.compare_digest(known.digest, digest) for known in self.live_secrets())

    def live_secrets(self) -> list[ClientSecret]:
        now = self.now()
        return [known for known in self.secrets if not known.expires_at or known.expires_at > now]

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        return method in self.auth_methods

    @property
    def auth_methods(self) -> tuple[str, ...]:
        """How it may authenticate: with a plain secret in either of the two ways (RFC 6749 2.3.1),
        unless somebody chose that it must be the registered one."""
        own = self.metadata
        registered = own.token_endpoint_auth_method
        strict = own.require_registered_auth_method or own.is_fapi2
        return (registered,) if strict or registered not in PLAIN_SECRET else PLAIN_SECRET

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.metadata.grant_types

    def check_response_type(self, response_type: str) -> bool:
        return response_type in self.metadata.response_types

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        registered = self.metadata.redirect_uris
        return redirect_uri in registered or redirect_uris.matches(
            registered, redirect_uri, self.metadata.application_type
        )

    def get_default_redirect_uri(self) -> None:
        """None: OpenID Connect Core 3.1.2.1 wants the redirect URI said."""

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(name for name in scope.split() if self.allows_scope(name))

    def allows_scope(self, name: str) -> bool:
        return self.metadata.scope is None or name in self.metadata.scope.split()

    def may_have(self, name: str) -> bool:
        """Whether a person can give it this scope; ``offline_access`` is of use with refreshes."""
        refreshes = name != "offline_access" or self.check_grant_type("refresh_token")
        return refreshes and self.allows_scope(name)


class _Known(NamedTuple):
    """A client as it was when it was last compared with what is stored."""

    checked_at: int
    client: Client


class ClientStore:
    """Reads and writes clients; parsed ones are kept and re-read only when they have changed."""

    def __init__(self, keyring: Keyring, clock: Clock, algs: Sequence[str] = ALGORITHMS) -> None:
        """:param algs: that we sign with; what else is registered is substituted."""
        self._keyring = keyring
        self._algs = algs
        self._clock = clock
        self._ages = ages_of(clock)
        self._known: dict[str, _Known] = {}

    def get(self, session: AnySession, client_id: str | None) -> Client | None:
        """The client, or None when it is unknown or disabled."""
        if not client_id or len(client_id) > 128 or "\x00" in client_id:
            return None
        client = self._lookup(session, client_id)
        return client if client is not None and not client.disabled else None

    def stored(self, session: AnySession, client_id: str) -> Client | None:
        """The client as stored now, disabled or not: for administration."""
        row = session.execute(select(_CLIENT).where(_C.client_id == client_id)).one_or_none()
        return self._parse(row) if row is not None else None

    def page(self, session: AnySession, after: str = "", limit: int = 100, *q: Any) -> list[Client]:
        """Clients by id, from the one after ``after``; those of which all conditions hold."""
        wanted = select(_CLIENT).where(_C.client_id > after, *q).order_by(_C.client_id)
        return [self._parse(row) for row in session.execute(wanted.limit(limit))]

    def pairwise_of_host(self, session: AnySession, host: str) -> list[Client]:
        """Those with pairwise subjects whose metadata name this host somewhere."""
        statement = select(_CLIENT).where(
            _C.document.contains('"pairwise"', autoescape=True),
            _C.document.contains(host, autoescape=True),
        )
        return [self._parse(row) for row in session.execute(statement)]

    def add(
        self,
        session: AnySession,
        metadata: ClientMetadata,
        *,
        client_id: str | None = None,
        secret: str | None = None,
        dynamic: bool = False,
        registration_token: str | None = None,
    ) -> tuple[Client, str | None]:
        """Registers a client; it and its secret, which is shown this once.

        :param secret: a secret to use instead of a fresh one (for imports).
        """
        now = self._clock()
        if needs_secret(metadata) and secret is None:
            secret = new_secret()
        kept = [self._keep(secret, metadata, now)] if secret and needs_secret(metadata) else []
        client_id = client_id or secrets.token_hex(16)  # no hyphen: it is typed after commands
        row = {
            "client_id": client_id,
            "document": metadata.dump(),
            "secrets": dump_secrets(kept),
            "registration_token_digest": registration_token and digest_of(registration_token),
            "dynamic": dynamic,
            "disabled": False,
            "created_at": now,
            "updated_at": now,
            # Not 1: others may remember a client of the same id that was deleted.
            "version": secrets.randbelow(2**30),
        }
        session.execute(insert(_CLIENT), row)
        client = self.stored(session, client_id)
        assert client is not None
        return client, secret if kept else None

    def change(self, session: AnySession, client: Client, **values: Any) -> bool:
        """Writes columns of a client; False when somebody else has changed it meanwhile."""
        statement = (
            update(_CLIENT)
            .where(_C.client_id == client.client_id, _C.version == client.version)
            .values(**values, version=client.version + 1, updated_at=self._clock())
        )
        self._known.pop(client.client_id, None)
        return rowcount(session, statement) == 1

    def set_metadata(self, session: AnySession, client: Client, metadata: ClientMetadata) -> bool:
        return self.change(session, client, document=metadata.dump())

    def reregister(
        self, session: AnySession, client: Client, metadata: ClientMetadata
    ) -> tuple[bool, str | None]:
        """Replaces the metadata: whether nobody else did meanwhile, and a secret if it needs one
        that it does not have."""
        secret = None
        kept = client.live_secrets() if needs_secret(metadata) else []
        usable = any(known.sealed for known in kept) or not needs_plain_secret(metadata)
        if needs_secret(metadata) and not (kept and usable):
            secret = new_secret()
            kept = [self._keep(secret, metadata, self._clock())]
        changed = self.change(session, client, document=metadata.dump(), secrets=dump_secrets(kept))
        return changed, secret if changed else None

    def rotate_secret(self, session: AnySession, client: Client, overlap: int) -> str | None:
        """A new secret; the old ones live on for ``overlap`` seconds. None: changed meanwhile."""
        now = self._clock()
        secret = new_secret()
        old = [
            replace(known, expires_at=min(known.expires_at or now + overlap, now + overlap))
            for known in client.live_secrets()
        ]
        kept = [self._keep(secret, client.metadata, now), *(old if overlap else [])]
        changed = self.change(session, client, secrets=dump_secrets(kept))
        return secret if changed else None

    def plain_secrets(self, client: Client) -> list[str]:
        """The secrets themselves, where the client signs or encrypts with them."""
        return [
            self._keyring.unseal(known.sealed, PURPOSE).decode()
            for known in client.live_secrets()
            if known.sealed
        ]

    def delete(self, session: AnySession, client_id: str) -> None:
        self._known.pop(client_id, None)
        session.execute(_CLIENT.delete().where(_C.client_id == client_id))

    def forget(self, client_id: str) -> None:
        """Reads the client again at its next use."""
        self._known.pop(client_id, None)

    def _lookup(self, session: AnySession, client_id: str) -> Client | None:
        now = self._ages()
        known = self._known.get(client_id)
        if known is not None and now - known.checked_at < RECHECK_SECONDS:
            return known.client
        if known is not None:
            (version,) = _VERSION.row(session, {"client_id": client_id}) or (None,)
            if version == known.client.version:
                self._known[client_id] = _Known(now, known.client)
                return known.client
        client = self.stored(session, client_id)
        if client is None:
            self._known.pop(client_id, None)
        else:
            self._known[client_id] = _Known(now, client)
        return client

    def _parse(self, row: Any) -> Client:
        registered = ClientMetadata.from_document(json.loads(row.document))
        metadata = registered.signed_by(self._algs)
        return Client(
            client_id=row.client_id,
            metadata=metadata,
            secrets=tuple(ClientSecret(**known) for known in json.loads(row.secrets)),
            disabled=row.disabled,
            dynamic=row.dynamic,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            registration_token_digest=row.registration_token_digest,
            now=self._clock,
            dropped=registered.signed_with - metadata.signed_with,
        )

    def _keep(self, secret: str, metadata: ClientMetadata, now: int) -> ClientSecret:
        signs = needs_plain_secret(metadata)
        sealed = self._keyring.seal(secret.encode(), PURPOSE) if signs else None
        return ClientSecret(digest_of(secret), now, sealed=sealed)
