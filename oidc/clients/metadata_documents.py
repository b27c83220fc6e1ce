"""Applications whose ``client_id`` is the address of a document that describes them.

draft-ietf-oauth-client-id-metadata-document. What such a document says is kept as a client like
any other, so that only a first or an expired look costs a fetch; other clients never come here. A
stranger chooses the address, so the fetches are few: one at a time for each address, a pause after
each failure (no answer is kept from a failure, as the draft demands), a limit for each caller,
which the host counts, and one for the process.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from oidc.aside import aside
from oidc.clients.client import Client, ClientStore
from oidc.clients.metadata_document_rules import metadata_of_document
from oidc.clients.metadata_parsing import ClientMetadata, InvalidMetadata
from oidc.clock import Clock, ages_of
from oidc.database.driver_statement import AnySession
from oidc.database.models import ClientRow
from oidc.database.statements import connection_released, transaction_of_its_own
from oidc.host import Host
from oidc.outbound.answer import Answer, FetchError
from oidc.outbound.http_client import Outbound
from oidc.protocol import redirect_uris
from oidc.protocol.errors import Busy, OAuthError
from oidc.settings import ProviderSettings

MAX_ADDRESS = 128
"""Characters: the length of a ``client_id`` in our tables."""
MAX_DOCUMENT = 16 * 1024
FRESH_SECONDS = 3600
"""How long a document is believed that does not say so itself, and the bounds where it does."""
LEAST_FRESH, MOST_FRESH = 300, 86400
STALE_SECONDS = 86400
"""How long the application goes on while its document cannot be had."""
PAUSE_SECONDS = 30
"""After a failure, before the same address is tried again."""
MAX_CLIENTS = 10_000
MAX_ADDRESSES = 1000
"""Remembered by a process, with when to look again."""
MAX_FETCHES = 8
"""Under way at once: each can hold a thread for as long as the outbound client allows."""
LOOK_AGAIN, PRUNED_AGAIN = 60, 3600
"""Seconds after which there may be room: to look, and for one more that is known."""


@dataclass
class _Entry:
    """What a process knows of one address: when to look again, and why it failed last."""

    look_at: int = 0
    """On a clock that is never set back."""
    failure: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class ClientDocuments:
    """Finds clients by the address of their document; safe for threads."""

    def __init__(
        self,
        settings: ProviderSettings,
        clients: ClientStore,
        open_scopes: Callable[[AnySession], Collection[str]],
        outbound: Outbound,
        host: Host,
        clock: Clock,
    ) -> None:
        """:param open_scopes: gives the scopes of APIs that a stranger may ask for."""
        self._settings = settings
        self._clients = clients
        self._open_scopes = open_scopes
        self._outbound = outbound
        self._host = host
        self._clock = clock
        self._ages = ages_of(clock)
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._fetches = threading.BoundedSemaphore(MAX_FETCHES)

    def get(self, session: AnySession, address: str) -> Client | None:
        """The client, looked at again where it is time; None when there is none or it is disabled.

        An administrator may have registered an address as the id of an ordinary client, which is
        then taken as it was registered.

        :raises OAuthError: ``invalid_client`` with what is wrong with the document, or
            ``temporarily_unavailable``.
        """
        if not self._settings.client_id_documents:
            found = self._clients.get(session, address)
            return None if found is not None and found.is_described else found
        entry = self._entry(address)
        if self._ages() < entry.look_at:
            return self._fresh(session, address, entry)
        return aside(self._looked_at, session, address, entry)

    def _looked_at(self, session: AnySession, address: str, entry: _Entry) -> Client | None:
        known = self._clients.stored(session, address) if len(address) <= MAX_ADDRESS else None
        if known is not None and (not known.is_described or known.disabled):
            return self._clients.get(session, address)
        # Whoever is known need not wait while somebody else looks.
        if not entry.lock.acquire(blocking=known is None):
            return known
        try:
            if self._ages() >= entry.look_at:
                self._look(session, address, entry, known)
        finally:
            entry.lock.release()
        return self._fresh(session, address, entry)

    def _fresh(self, session: AnySession, address: str, entry: _Entry) -> Client | None:
        if entry.failure:
            raise OAuthError("invalid_client", entry.failure)
        return self._clients.get(session, address)

    def _look(self, session: AnySession, address: str, entry: _Entry, known: Client | None) -> None:
        """Fetches the document and keeps what it says; an old one serves while it cannot be had."""
        check_address(address)
        now = self._clock()
        scopes = frozenset((*self._settings.scopes, *self._open_scopes(session)))
        try:
            with connection_released(session):
                answer, metadata = self._fetched(address, known, scopes)
        except (FetchError, InvalidMetadata, OAuthError) as error:
            usable = known is not None and now - known.updated_at < STALE_SECONDS
            if isinstance(error, OAuthError) and not usable:
                raise
            entry.look_at = self._ages() + PAUSE_SECONDS
            entry.failure = "" if usable else f"The client metadata document: {_reason(error)}"
            return
        lifetime = FRESH_SECONDS if answer.max_age is None else answer.max_age
        self._keep(session, address, metadata, known)
        entry.look_at = self._ages() + min(max(lifetime, LEAST_FRESH), MOST_FRESH)
        entry.failure = ""

    def _fetched(
        self, address: str, known: Client | None, scopes: frozenset[str]
    ) -> tuple[Answer, ClientMetadata]:
        if not self._host.limits.may_fetch() or not self._fetches.acquire(blocking=False):
            raise Busy("Too many applications are being looked up; try again.", LOOK_AGAIN)
        try:
            answer = self._outbound.get(address, accept="application/json")
            before = known.metadata if known else None
            metadata = metadata_of_document(
                self._settings, address, _document(answer), self._outbound.get_json, scopes
            )
        finally:
            self._fetches.release()
        return answer, metadata if before is None else _with_switches(metadata, before)

    def _keep(
        self, session: AnySession, address: str, metadata: ClientMetadata, known: Client | None
    ) -> None:
        """Written apart from the request, which may well be refused."""
        if known is not None:
            old = self._clock() - known.updated_at >= STALE_SECONDS // 4
            if old or metadata != known.metadata:
                with transaction_of_its_own(session) as own:
                    self._clients.change(own, known, document=metadata.dump())
            return
        with suppress(IntegrityError), transaction_of_its_own(session) as own:
            if _how_many(own) >= MAX_CLIENTS:
                raise Busy("Too many applications are known here.", PRUNED_AGAIN)
            self._clients.add(own, metadata, client_id=address, dynamic=True)
            self._host.audit.client_registered(own, address)
        self._host.audit.note("client.registered", client_id=address)

    def _entry(self, address: str) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(address[: MAX_ADDRESS + 1], _Entry())
            self._entries.move_to_end(address[: MAX_ADDRESS + 1])
            while len(self._entries) > MAX_ADDRESSES:
                self._entries.popitem(last=False)
            return entry


def _how_many(session: AnySession) -> int:
    """How many clients have described themselves."""
    client = ClientRow.__table__.c
    described = client.dynamic.is_(True) & client.registration_token_digest.is_(None)
    return session.execute(select(func.count()).where(described)).scalar_one()


def check_address(address: str) -> None:
    """The draft's rules for a Client Identifier URL, section 2.

    :raises OAuthError: ``invalid_client``.
    """
    problems = redirect_uris.problems(address, "web", response_parameters=True)
    path = address.removeprefix("https://").partition("/")
    if problems or not path[1] or len(address) > MAX_ADDRESS:
        raise OAuthError(
            "invalid_client",
            f"The client_id must be an https URL of at most {MAX_ADDRESS} plain characters with a "
            "path, without a fragment, dot segments or user information.",
        )


def _document(answer: Answer) -> Any:
    kind = answer.content_type
    if kind != "application/json" and not (
        kind.startswith("application/") and kind.endswith("+json")
    ):
        raise InvalidMetadata([("the document", "must be served as application/json")])
    if len(answer.body) > MAX_DOCUMENT:
        raise InvalidMetadata([("the document", f"must have at most {MAX_DOCUMENT} bytes")])
    return answer.json()


def _with_switches(metadata: ClientMetadata, before: ClientMetadata) -> ClientMetadata:
    """What an administrator has set for the application stays (``SERVER_MEMBERS``)."""
    switches: Mapping[str, Any] = before.switches()
    return replace(metadata, **switches)


def _reason(error: FetchError | InvalidMetadata | OAuthError) -> str:
    return str(error) if isinstance(error, FetchError) else error.hint
