"""Security events on their way to receivers: rows that outlive any process.

The schedule is the table, as of logout tokens (`oidc.logout.outbox`): an attempt is claimed by one
conditional UPDATE, so two nodes never send at once, and a node that dies in between loses its claim
after ``LEASE`` seconds. A row is gone once its receiver has it.
"""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, delete, func, insert, or_, select, update

from oidc.database.driver_statement import AnySession
from oidc.database.models import EventStreamRow, SecurityEventRow
from oidc.database.statements import rowcount
from oidc.protocol.security_events import ENABLED, PUSH, STREAM_UPDATED

MAX_ATTEMPTS = 12
"""The last one is made about a day and a half after the first."""
LEASE = 60
"""Seconds in which an attempt is over for certain; a push takes five at most."""
FIRST_DELAY = 10
LONGEST_DELAY = 6 * 3600
NEVER = 2**62
"""When a row is pushed that is not to be pushed."""
_EVENT: Table = SecurityEventRow.__table__  # type: ignore[assignment]
_STREAM: Table = EventStreamRow.__table__  # type: ignore[assignment]
_C, _S = _EVENT.c, _STREAM.c


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event for one stream, not yet written.

    :param claims: ``sub_id``, ``events`` and ``txn``.
    :param at_once: whether it is pushed as soon as may be.
    """

    stream_id: str
    kind: str
    subject: str | None
    claims: Mapping[str, Any]
    at_once: bool


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """An event that waits. ``attempts`` counts the one that was claimed."""

    id: str
    stream_id: str
    claims: Mapping[str, Any]
    attempts: int
    created_at: int

    @property
    def is_last(self) -> bool:
        return self.attempts >= MAX_ATTEMPTS


def post(session: AnySession, events: Sequence[Waiting], now: int) -> None:
    """Puts events into the outbox; they become true with the transaction."""
    rows = [
        {
            "id": secrets.token_urlsafe(16),
            "stream_id": event.stream_id,
            "kind": event.kind,
            "subject": event.subject,
            "claims": json.dumps(event.claims, ensure_ascii=False, separators=(",", ":")),
            "attempts": 0,
            "next_try_at": now if event.at_once else NEVER,
            "created_at": now,
        }
        for event in events
    ]
    if rows:
        session.execute(insert(_EVENT), rows)


def claim_due(session: AnySession, now: int, limit: int) -> list[SecurityEvent]:
    """Pushes that this caller alone may make now; commit before making them."""
    due = _found(
        select(_EVENT)
        .join(_STREAM, _S.id == _C.stream_id)
        .where(_C.next_try_at <= now, _S.method == PUSH, _may_leave())
        .order_by(_C.next_try_at, _C.id)
        .limit(limit)
    )
    found = [_parse(row) for row in session.execute(due)]
    return [claimed for event in found if (claimed := _claim(session, event, now)) is not None]


def settle(session: AnySession, event: SecurityEvent, *, done: bool, now: int) -> bool:
    """Writes how an attempt ended; False when the claim had passed to somebody else.

    :param done: it was taken or given up, and goes; else it is tried again.
    """
    mine = (_C.id == event.id, _C.attempts == event.attempts)
    if done:
        return rowcount(session, delete(_EVENT).where(*mine)) == 1
    again = now + delay_after(event.attempts)
    return rowcount(session, update(_EVENT).where(*mine).values(next_try_at=again)) == 1


def available(session: AnySession, stream_id: str, limit: int) -> list[SecurityEvent]:
    """What a stream by poll may fetch, the oldest first."""
    query = (
        select(_EVENT)
        .join(_STREAM, _S.id == _C.stream_id)
        .where(_C.stream_id == stream_id, _may_leave())
        .order_by(_C.created_at, _C.id)
        .limit(limit)
    )
    return [_parse(row) for row in session.execute(_found(query))]


def acknowledge(session: AnySession, stream_id: str, ids: Collection[str]) -> int:
    """Drops what the receiver has, or will not have; how many there were."""
    if not ids:
        return 0
    theirs = (_C.stream_id == stream_id, _C.id.in_(list(ids)))
    return rowcount(session, delete(_EVENT).where(*theirs))


def drop(session: AnySession, stream_id: str) -> None:
    """Drops what waits in a stream."""
    session.execute(delete(_EVENT).where(_C.stream_id == stream_id))


def reschedule(session: AnySession, stream_id: str, at: int) -> None:
    """Has what waits in a stream pushed then, and no sooner."""
    session.execute(update(_EVENT).where(_C.stream_id == stream_id).values(next_try_at=at))


def forget_person(session: AnySession, subject: str, kinds: Collection[str]) -> None:
    """Drops what still waits to be told of somebody, of these kinds."""
    session.execute(delete(_EVENT).where(_C.subject == subject, _C.kind.in_(list(kinds))))


def pending(session: AnySession) -> dict[str, int]:
    """How many events wait in each stream."""
    query = select(_C.stream_id, func.count()).group_by(_C.stream_id)
    return {row[0]: row[1] for row in session.execute(query)}


def delay_after(attempts: int) -> int:
    """Seconds until the next try: four times as long each time, with a little chance in it."""
    delay: int = min(FIRST_DELAY * 4 ** (attempts - 1), LONGEST_DELAY)
    return delay + secrets.randbelow(delay // 10 + 1)


def _may_leave() -> Any:
    """A stream that stops is told so all the same (SSF 8.1.5)."""
    return or_(_S.status == ENABLED, _C.kind == STREAM_UPDATED)


def _found(query: Select[Any]) -> Select[Any]:
    names = ("id", "stream_id", "claims", "attempts", "created_at")
    return query.with_only_columns(*(_C[name] for name in names))


def _claim(session: AnySession, seen: SecurityEvent, now: int) -> SecurityEvent | None:
    statement = (
        update(_EVENT)
        .where(_C.id == seen.id, _C.attempts == seen.attempts, _C.next_try_at <= now)
        .values(attempts=seen.attempts + 1, next_try_at=now + LEASE)
    )
    if rowcount(session, statement) != 1:
        return None
    return SecurityEvent(seen.id, seen.stream_id, seen.claims, seen.attempts + 1, seen.created_at)


def _parse(row: Any) -> SecurityEvent:
    return SecurityEvent(
        row.id, row.stream_id, json.loads(row.claims), row.attempts, row.created_at
    )
