"""Signing keys: kept encrypted in the database, built once per process, rotated without a gap.

A key is published as ``next`` before it signs, signs while ``active``, and stays published while
``retired`` until the last token that it signed is dead. Every node looks at the states again every
few seconds, which is far less than the time for which a key is published before it signs.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from oidc.aside import aside
from oidc.clock import Clock, ages_of
from oidc.crypto.jwt import SigningKey
from oidc.crypto.keyring import Keyring
from oidc.crypto.signing_key import from_private_json, generate, to_private_json
from oidc.database.driver_statement import AnySession
from oidc.database.models import SigningKeyRow
from oidc.database.statements import rowcount, transaction_of_its_own
from oidc.protocol.signing_algorithms import ALGORITHMS

RECHECK_SECONDS = 5
PURPOSE = "signing key"
_KEY: Table = SigningKeyRow.__table__  # type: ignore[assignment]
_C = _KEY.c


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key as an admin sees it. Times in seconds since the epoch."""

    kid: str
    alg: str
    state: str
    created_at: int
    activated_at: int | None
    retired_at: int | None


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What one process knows of the keys, and when it looked."""

    checked_at: int = -1
    states: frozenset[tuple[str, str]] = frozenset()
    signing: dict[str, SigningKey] = field(default_factory=dict)
    jwks: bytes = b'{"keys":[]}'


class KeyStore:
    """Gives the key that signs now and the set that relying parties may see."""

    def __init__(
        self, keyring: Keyring, clock: Clock, algorithms: Sequence[str] = ALGORITHMS
    ) -> None:
        """:param algorithms: a key is published for each."""
        self._keyring = keyring
        self._clock = clock
        self._ages = ages_of(clock)
        self._algorithms = algorithms
        self._loaded = _Loaded()

    def active(self, session: AnySession, alg: str) -> SigningKey:
        """The key that signs with ``alg``; made when there is none yet."""
        key = self._current(session).signing.get(alg)
        if key is None:
            # A transaction of its own: the very first token must not hold the request's.
            with transaction_of_its_own(session) as own:
                self.create(own, alg, "active")
                key = self._reload(own).signing[alg]
        return key

    def jwks(self, session: AnySession) -> bytes:
        """The JSON Web Key Set document (OpenID Connect Discovery 3, RFC 7517 5).

        RS256 comes first, as some programs use the first key for whatever they verify; then the
        other algorithms in the order of discovery, of each the key that signs before the others.
        From the first look on it has a key for each algorithm that discovery names: whoever keeps
        it need not come again when a client of another algorithm registers.
        """
        loaded = self._current(session)
        for alg in self._algorithms:
            if alg not in loaded.signing:
                self.active(session, alg)
                loaded = self._loaded
        return loaded.jwks

    def states(self, session: AnySession) -> list[KeyState]:
        columns = [_C[name] for name in KeyState.__slots__]
        rows = session.execute(select(*columns).order_by(_C.created_at, _C.kid))
        return [KeyState(**row._mapping) for row in rows]

    def create(self, session: AnySession, alg: str, state: str) -> str | None:
        """A new key in a state; its ``kid``, or None where another node was first."""
        key = aside(generate, secrets.token_urlsafe(8), alg)  # a while of nothing but arithmetic
        now = self._clock()
        row = {
            "kid": key.kid,
            "alg": alg,
            "state": state,
            "slot": f"{alg}:{state}",
            "public_jwk": json.dumps(key.public_jwk()),
            "private_sealed": self._keyring.seal(to_private_json(key), PURPOSE),
            "created_at": now,
            "activated_at": now if state == "active" else None,
            "retired_at": None,
        }
        try:
            with session.begin_nested():
                session.execute(insert(_KEY), row)
        except IntegrityError:
            return None
        self.forget()
        return key.kid

    def promote(self, session: AnySession, alg: str) -> bool:
        """The next key signs from now on, the one before it retires; whether there was one."""
        now = self._clock()
        retire = {"state": "retired", "slot": None, "retired_at": now}
        activate = {"state": "active", "slot": f"{alg}:active", "activated_at": now}
        waiting = session.execute(select(_C.kid).where(_C.slot == f"{alg}:next")).scalar()
        taken = update(_KEY).where(_C.kid == waiting, _C.slot == f"{alg}:next").values(slot=None)
        # Of two nodes that promote at once, the one that takes the key out of its slot goes on.
        if waiting is None or rowcount(session, taken) != 1:
            return False
        session.execute(update(_KEY).where(_C.slot == f"{alg}:active").values(retire))
        session.execute(update(_KEY).where(_C.kid == waiting).values(activate))
        self.forget()
        return True

    def retire(self, session: AnySession, alg: str) -> str | None:
        """The key of an algorithm signs no more and stays published; its ``kid``, if there is one.

        What waited to follow it has signed nothing, and goes.
        """
        kid: str | None = session.execute(select(_C.kid).where(_C.slot == f"{alg}:active")).scalar()
        session.execute(delete(_KEY).where(_C.slot == f"{alg}:next"))
        retire = {"state": "retired", "slot": None, "retired_at": self._clock()}
        done = update(_KEY).where(_C.kid == kid, _C.slot == f"{alg}:active").values(retire)
        retired = kid is not None and rowcount(session, done) == 1
        self.forget()
        return kid if retired else None

    def remove_retired(self, session: AnySession, before: int) -> int:
        """Deletes keys that retired before a time, when the last token they signed is dead."""
        doomed = delete(_KEY).where(_C.state == "retired", _C.retired_at < before)
        gone = rowcount(session, doomed)
        self.forget()
        return gone

    def forget(self) -> None:
        """Looks at the database again at the next use."""
        self._loaded = _Loaded(-1, self._loaded.states, self._loaded.signing, self._loaded.jwks)

    @property
    def published(self) -> bytes | None:
        """The document as it was last seen; None before it has a key for each algorithm."""
        loaded = self._loaded
        return loaded.jwks if loaded.signing.keys() >= set(self._algorithms) else None

    @property
    def is_fresh(self) -> bool:
        """Whether the database need not be looked at again."""
        checked_at = self._loaded.checked_at
        return checked_at >= 0 and self._ages() - checked_at < RECHECK_SECONDS

    @property
    def is_forgotten(self) -> bool:
        """Whether something is known to have changed."""
        return self._loaded.checked_at < 0

    def refresh(self, session: AnySession) -> None:
        """Looks at the database now."""
        self._reload(session)

    def put_off(self) -> None:
        """Looks at the database again a little later, and not with each request."""
        loaded = self._loaded
        self._loaded = _Loaded(self._ages(), loaded.states, loaded.signing, loaded.jwks)

    def _current(self, session: AnySession) -> _Loaded:
        return self._loaded if self.is_fresh else self._reload(session)

    def _reload(self, session: AnySession) -> _Loaded:
        """Looks at the states and, only where one has changed, opens the keys again."""
        states = frozenset(
            (kid, state) for kid, state in session.execute(select(_C.kid, _C.state)).all()
        )
        if states == self._loaded.states:
            loaded = self._loaded
            self._loaded = _Loaded(self._ages(), states, loaded.signing, loaded.jwks)
        else:
            self._loaded = self._open(session, states)
        return self._loaded

    def _open(self, session: AnySession, states: frozenset[tuple[str, str]]) -> _Loaded:
        rows = session.execute(select(_KEY).order_by(_C.created_at.desc(), _C.kid)).all()
        known = {key.kid: key for key in self._loaded.signing.values()}
        signing = {
            row.alg: known.get(row.kid)
            or from_private_json(
                row.kid, row.alg, self._keyring.unseal(row.private_sealed, PURPOSE)
            )
            for row in rows
            if row.state == "active" and row.alg in ALGORITHMS
        }
        published = [json.loads(row.public_jwk) for row in sorted(rows, key=_place)]
        jwks = json.dumps({"keys": published}, separators=(",", ":")).encode()
        return _Loaded(self._ages(), states, signing, jwks)


def _place(row: Any) -> tuple[int, int]:
    """Where a key stands among the published ones."""
    known = row.alg in ALGORITHMS
    return (
        ALGORITHMS.index(row.alg) if known else len(ALGORITHMS),
        ("active", "next", "retired").index(row.state),
    )
