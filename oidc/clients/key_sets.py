"""The public keys of clients, from their registration or from their ``jwks_uri``.

OpenID Connect Core 10.1.1 lets a client rotate its keys by publishing new ones: an unknown ``kid``
makes us look again. How often is limited for each URL, as anybody can send tokens with unknown
``kid`` values.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from joserfc.jwk import Key

from oidc.aside import aside
from oidc.clients.metadata import ClientMetadata
from oidc.clock import Clock, ages_of
from oidc.crypto.jwt import Unverifiable
from oidc.crypto.public_keys import PublicKey, UnusableKeys, read_key_set
from oidc.outbound.answer import FetchError

FRESH_SECONDS = 3600
"""How long fetched keys are used without looking again."""
STALE_SECONDS = 24 * 3600
"""How long they go on being used while the URL does not answer."""
MAX_FETCHES = 5
WINDOW_SECONDS = 60
"""One URL is fetched at most ``MAX_FETCHES`` times in so many seconds."""
PAUSE_SECONDS = 3
"""After a failure, whoever wants any key at all does not wait for the URL again so soon: the keys
of one answer are asked for several times."""
MAX_URLS = 1000
"""Remembered; the same number of registered key sets is."""

Fetch = Callable[[str], Any]
"""Gives the JSON at a URL or raises ``FetchError``: :meth:`Outbound.get_json`."""


@dataclass
class _Entry:
    """What one URL gave; the lock lets one thread fetch while others wait for it."""

    keys: tuple[PublicKey, ...] = ()
    fetched_at: int | None = None
    tries: list[int] = field(default_factory=list)
    attempts: int = 0
    failed_at: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Registered(NamedTuple):
    """A key set that came with a registration, and the keys that were built from it."""

    jwks: Mapping[str, Any]
    keys: tuple[PublicKey, ...]


class RemoteKeys:
    """Keys of clients, cached in this process; safe for threads."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._ages = ages_of(clock)
        # With the set itself, so that its id is not given to another one.
        self._registered: OrderedDict[int, _Registered] = OrderedDict()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def source(self, client: ClientMetadata) -> Callable[[str | None], Sequence[Key]]:
        """A key source for :func:`jwt.verify`: from a ``kid`` to the keys to choose from.

        :raises Unverifiable: (when called) the keys cannot be had.
        """
        return lambda kid: self.find(client, kid)

    def must_ask(self, client: ClientMetadata, kid: str | None) -> bool:
        """Whether finding this key may take as long as the client's server likes."""
        url = client.jwks_uri
        if client.jwks is not None or url is None:
            return False
        entry = self._entry(url)
        return not self._is_answer(entry, kid) and not self._is_pausing(entry, kid)

    def find(self, client: ClientMetadata, kid: str | None = None) -> Sequence[PublicKey]:
        """All keys of the client, fetched again if none has this ``kid``.

        :raises Unverifiable: the client has no keys, or its ``jwks_uri`` gives none.
        """
        if client.jwks is not None:
            return self._read_registered(client.jwks)
        if client.jwks_uri is None:
            raise Unverifiable("The client has registered no keys.")
        return aside(self._find_remote, client.jwks_uri, kid)

    def _read_registered(self, jwks: Mapping[str, Any]) -> Sequence[PublicKey]:
        """Building a key takes longer than a signature: each registered set is built once."""
        known = self._registered.get(id(jwks))
        if known is None or known.jwks is not jwks:
            try:
                known = _Registered(jwks, read_key_set(jwks, lenient=True))
            except UnusableKeys as error:
                raise Unverifiable("The client has registered no usable keys.") from error
            with self._lock:
                self._registered[id(jwks)] = known
                while len(self._registered) > MAX_URLS:
                    self._registered.popitem(last=False)
        return known.keys

    def _find_remote(self, url: str, kid: str | None) -> Sequence[PublicKey]:
        entry = self._entry(url)
        if self._is_answer(entry, kid):
            return entry.keys
        attempts = entry.attempts
        with entry.lock:
            # Another thread may have tried while this one waited: its answer serves both.
            if entry.attempts == attempts and self._may_fetch(entry, kid):
                self._refresh(entry, url)
        if entry.fetched_at is None or self._ages() - entry.fetched_at >= STALE_SECONDS:
            raise Unverifiable("The client's jwks_uri gives no usable keys.")
        return entry.keys

    def _entry(self, url: str) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(url, _Entry())
            self._entries.move_to_end(url)
            while len(self._entries) > MAX_URLS:
                self._entries.popitem(last=False)
            return entry

    def _is_answer(self, entry: _Entry, kid: str | None) -> bool:
        """Whether the cached keys are fresh and have the one that is asked for."""
        if entry.fetched_at is None or self._ages() - entry.fetched_at >= FRESH_SECONDS:
            return False
        return kid is None or any(key.kid == kid for key in entry.keys)

    def _is_pausing(self, entry: _Entry, kid: str | None) -> bool:
        failed_at = entry.failed_at
        return kid is None and failed_at is not None and self._ages() - failed_at < PAUSE_SECONDS

    def _may_fetch(self, entry: _Entry, kid: str | None) -> bool:
        if self._is_pausing(entry, kid):
            return False
        since = self._ages() - WINDOW_SECONDS
        entry.tries = [tried_at for tried_at in entry.tries if tried_at > since]
        return len(entry.tries) < MAX_FETCHES

    def _refresh(self, entry: _Entry, url: str) -> None:
        """Keeps the old keys where new ones cannot be had: a client's bad minute is no outage."""
        now = self._ages()
        entry.tries.append(now)
        try:
            keys = read_key_set(self._fetch(url), lenient=True)
        except (FetchError, UnusableKeys):
            entry.failed_at = self._ages()
            return
        finally:
            entry.attempts += 1
        entry.keys, entry.fetched_at, entry.failed_at = keys, now, None
