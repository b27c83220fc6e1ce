"""External keys: reading and claiming the rows that say who a source's name of a person is."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from app.database import insert_or_touch
from app.tables.people import ACCOUNT, EXTERNAL_KEY, PHONE_TURN
from federation.identity import is_shared


class Key(Protocol):
    """A namespace and a value in it: `federation.ExternalKey`."""

    @property
    def namespace(self) -> str: ...
    @property
    def value(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one identity: its own one, and the one it may share with other apps."""

    own: Key
    shared: Key | None

    @property
    def claim_order(self) -> tuple[Key, ...]:
        """The shared key first: whoever races for this person meets there, and nobody deadlocks."""
        return (self.own,) if self.shared is None else (self.shared, self.own)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A row of the table with what sign-in must know of its account."""

    namespace: str
    value: str
    account_id: str
    shared_namespace: str | None
    shared_value: str | None
    last_seen: int
    rival_seen: int | None
    """When another key of this namespace and account was last seen: claims tell the latest one."""
    account: Mapping[str, Any]


def keys_of(keys: Iterable[Key]) -> Keys:
    """Sorts an identity's keys into its own and the shared one.

    :raises ValueError: when there is no key of the identity's own.
    """
    own = shared = None
    for key in keys:
        if is_shared(key.namespace):
            shared = key
        else:
            own = own or key
    if own is None:
        raise ValueError("an identity without a key of its own")
    return Keys(own, shared)


ACCOUNT_COLUMNS = (
    ACCOUNT.c.name,
    ACCOUNT.c.picture,
    ACCOUNT.c.profile_provenance,
    ACCOUNT.c.phone,
    ACCOUNT.c.phone_verified_at,
    *(ACCOUNT.c.email, ACCOUNT.c.email_verified),
    ACCOUNT.c.disabled_at,
)


def find(session: Session, keys: Keys) -> dict[str, KnownKey]:
    """Those of the keys that somebody owns, by namespace, in one statement."""
    query = (
        select(EXTERNAL_KEY, _rival_seen().scalar_subquery().label("rival_seen"), *ACCOUNT_COLUMNS)
        .join(ACCOUNT, ACCOUNT.c.id == EXTERNAL_KEY.c.account_id)
        .where(or_(*(_is(key) for key in keys.claim_order)))
    )
    return {row["namespace"]: _known(row) for row in session.execute(query).mappings()}


def _rival_seen() -> Select[tuple[int]]:
    """When the account was last seen by another key of the same namespace."""
    other = EXTERNAL_KEY.alias()
    return select(func.max(other.c.last_seen)).where(
        other.c.account_id == EXTERNAL_KEY.c.account_id,
        other.c.namespace == EXTERNAL_KEY.c.namespace,
        other.c.value != EXTERNAL_KEY.c.value,
    )


def claim(
    session: Session, key: Key, account_id: str, now: int, *, connection_id: str | None
) -> str:
    """Makes the key this account's unless it is somebody's; says whose it is now.

    One statement that waits for whoever is claiming the same key, and leaves the row locked
    until the transaction ends, on every database.
    """
    row = {
        "namespace": key.namespace,
        "value": key.value,
        "account_id": account_id,
        "connection_id": connection_id,
        "first_seen": now,
        "last_seen": now,
    }
    insert_or_touch(session, EXTERNAL_KEY, row, "last_seen")
    owner = session.scalar(select(EXTERNAL_KEY.c.account_id).where(_is(key)))
    return str(owner)


def note_pair(session: Session, keys: Keys, shared_value: str | None) -> None:
    """Notes at the own key which shared name came with it, even where nobody said whose it is."""
    if shared_value is None:
        return
    namespace = keys.shared.namespace if keys.shared else None
    session.execute(
        update(EXTERNAL_KEY)
        .where(_is(keys.own))
        .values(shared_namespace=namespace or None, shared_value=shared_value)
    )


def lock(session: Session, account_id: str) -> bool:
    """Makes merging, deleting and learning of keys wait for one another, on every database.

    False when the account is gone or has been merged into another one.
    """
    locked = session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account_id, ACCOUNT.c.merged_into.is_(None))
        .values(version=ACCOUNT.c.version + 1)
    )
    return bool(locked.rowcount)  # type: ignore[attr-defined]


def take_turn(session: Session, phone: str, now: int) -> None:
    """Makes everybody else with this number wait until our transaction ends.

    A number is no key: several accounts may have it. So two apps that meet a person for the
    first time at once, without a shared name, have no row to meet at but this one.
    """
    digest = hashlib.sha256(phone.encode()).hexdigest()
    insert_or_touch(session, PHONE_TURN, {"phone_hash": digest, "taken_at": now}, "taken_at")


def prune_turns(session: Session, older_than: int, limit: int = 1000) -> int:
    """Removes turns from before the time given; how many. Call until it gives fewer."""
    old = PHONE_TURN.c.taken_at < older_than
    hashes = list(session.scalars(select(PHONE_TURN.c.phone_hash).where(old).limit(limit)))
    if hashes:
        session.execute(delete(PHONE_TURN).where(PHONE_TURN.c.phone_hash.in_(hashes), old))
    return len(hashes)


def touch(
    session: Session,
    key: Key,
    now: int,
    rival_seen: int | None,
    connection_id: str | None = None,
) -> None:
    """Notes that the key was seen just now, and after every other one of its namespace.

    An account can have two keys of one namespace, and both may be seen within one second.

    :param connection_id: by what; noted at a key that was imported.
    """
    seen = max(now, rival_seen + 1) if rival_seen is not None else now
    through = func.coalesce(EXTERNAL_KEY.c.connection_id, connection_id)
    values = {"last_seen": seen, "connection_id": through}
    session.execute(update(EXTERNAL_KEY).where(_is(key)).values(values))


def outlast_rivals(session: Session, key: Key, now: int) -> None:
    """Makes a key that was claimed just now the latest of its namespace and account."""
    query = select(_rival_seen().scalar_subquery()).where(_is(key))
    rival_seen = session.scalar(query)
    if rival_seen is not None:
        touch(session, key, now, rival_seen)


def _is(key: Key) -> ColumnElement[bool]:
    return and_(EXTERNAL_KEY.c.namespace == key.namespace, EXTERNAL_KEY.c.value == key.value)


def _known(row: Mapping[Any, Any]) -> KnownKey:
    return KnownKey(
        namespace=row["namespace"],
        value=row["value"],
        account_id=row["account_id"],
        shared_namespace=row["shared_namespace"],
        shared_value=row["shared_value"],
        last_seen=row["last_seen"],
        rival_seen=row["rival_seen"],
        account={column.name: row[column.name] for column in ACCOUNT_COLUMNS},
    )
