"""What may be presented once: the ``jti`` of client assertions and of DPoP proofs.

RFC 7523 3 and RFC 9449 11.1. Two memories: the database for whatever tokens are issued on, this
process for what is only read.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Table, select, text

from oidc.clock import Clock
from oidc.database.driver_statement import AnySession, DriverStatement
from oidc.database.models import ReplayRow
from oidc.database.statements import try_insert
from oidc.protocol.errors import OAuthError

MAX_RECENT = 100_000
"""Proofs that a process remembers: 800 a second for as long as one is accepted."""

SharedReplayCache = Callable[[str, int], bool | None]
"""Keeps a value until a time, for every process; whether it was not yet kept, or None."""

_REPLAY: Table = ReplayRow.__table__  # type: ignore[assignment]
# Written out: SQLAlchemy would compile an INSERT of several rows anew each time.
_INSERT: Mapping[int, DriverStatement] = {
    1: DriverStatement(
        text("INSERT INTO replay (digest, expires_at) VALUES (:digest_0, :expires_at_0)")
    ),
    2: DriverStatement(
        text(
            "INSERT INTO replay (digest, expires_at)"
            " VALUES (:digest_0, :expires_at_0), (:digest_1, :expires_at_1)"
        )
    ),
}
_REPLAYED = {
    "logout_token": (
        "invalid_request",
        "The logout token has been used before; each needs a new jti.",
    ),
    "client_assertion": (
        "invalid_client",
        "The assertion has been used before; each needs a new jti.",
    ),
    "dpop": (
        "invalid_dpop_proof",
        "The DPoP proof has been used before; each request needs a new one.",
    ),
}


class _Mark(NamedTuple):
    kind: str
    expires_at: int


class OneTimeValues:
    """All that one request presents, kept by one INSERT, which decides whether any is a replay."""

    def __init__(self) -> None:
        self._marks: dict[str, _Mark] = {}

    def __bool__(self) -> bool:
        return bool(self._marks)

    def remember(self, key: str, expires_at: int) -> bool:
        """Notes a value and lets it pass for now: :meth:`keep` decides.

        :param key: readable; its first word says what it is. Only its SHA-256 is stored.
        :param expires_at: seconds since the epoch, when the value would be refused as too old.
        """
        digest = sha256(key.encode()).hexdigest()
        self._marks[digest] = _Mark(key.partition(" ")[0], expires_at)
        return True

    def keep(self, session: AnySession) -> None:
        """:raises OAuthError: one of the values was presented before, here or at another node."""
        if not self._marks:
            return
        # In one order everywhere, so that two requests never wait for each other.
        values: dict[str, object] = {}
        for number, (digest, mark) in enumerate(sorted(self._marks.items())):
            values |= {f"digest_{number}": digest, f"expires_at_{number}": mark.expires_at}
        if not try_insert(session, _INSERT[len(self._marks)], values):
            raise self._refusal(session)

    def _refusal(self, session: AnySession) -> OAuthError:
        """Says which value it was: nothing of a failed INSERT is there, so what is, was before."""
        digest = _REPLAY.c.digest
        known = session.execute(select(digest).where(digest.in_(self._marks))).scalars()
        kinds = {self._marks[found].kind for found in known}
        return OAuthError(
            *next(_REPLAYED[kind] for kind in _REPLAYED if kind in kinds or not kinds)
        )


class DpopReplayCache:
    """The DPoP proofs that were seen at userinfo; safe for threads.

    In memory, as a row and a commit for each call would make the endpoint that is asked most the
    slowest; what the host shares between its processes (Redis), where it has something, decides
    for all of them. Without it a proof can be repeated at each of the others, once. Whoever can do
    so has read a whole request; the proof still is for this method and URL (``htm``, ``htu``), for
    this access token (``ath``) and for 60 seconds either way: all to gain is the answer to that
    request.

    :param shared: whether a value is new to all processes; None when that cannot be known now.
    """

    def __init__(
        self, clock: Clock, limit: int = MAX_RECENT, shared: SharedReplayCache | None = None
    ) -> None:
        self._clock = clock
        self._limit = limit
        self._shared = shared
        self._until: OrderedDict[bytes, int] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, key: str, expires_at: int) -> bool:
        """Whether the value is new."""
        if not self._is_new_here(key, expires_at):
            return False
        return self._shared is None or self._shared(key, expires_at) is not False

    def _is_new_here(self, key: str, expires_at: int) -> bool:
        digest = sha256(key.encode()).digest()[:16]
        with self._lock:
            self._forget(self._clock())
            if digest in self._until:
                return False
            self._until[digest] = expires_at
            return True

    def _forget(self, now: int) -> None:
        """Drops what has expired, and the oldest when there is no room: they come in order."""
        while self._until:
            oldest = next(iter(self._until))
            if self._until[oldest] > now and len(self._until) < self._limit:
                return
            del self._until[oldest]
