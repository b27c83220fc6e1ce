"""Logout tokens on their way to applications: rows that outlive any process.

The schedule is the table: a row says when it is tried next, so that a restart, or another node,
goes on where one stopped. A retry library keeps its schedule in the memory of one call and would
lose it. An attempt is claimed by one conditional UPDATE, so two nodes never send at once; a node
that dies in between loses its claim after ``LEASE`` seconds.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from oidc.database.driver_statement import AnySession
from oidc.database.models import LogoutDeliveryRow
from oidc.database.statements import rowcount

MAX_ATTEMPTS = 8
"""The last one is made about ten hours after the first."""
LEASE = 60
"""Seconds in which an attempt is over for certain; a fetch takes five at most."""
FIRST_DELAY = 10
LONGEST_DELAY = 6 * 3600
_AT_ONCE = 500

_DELIVERY: Table = LogoutDeliveryRow.__table__  # type: ignore[assignment]
_C = _DELIVERY.c


@dataclass(frozen=True, slots=True)
class Address:
    """Who is told about the end of which session."""

    sid: str
    client_id: str
    subject: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed attempt. ``attempts`` counts it already."""

    id: str
    sid: str
    client_id: str
    subject: str
    attempts: int

    @property
    def is_last(self) -> bool:
        return self.attempts >= MAX_ATTEMPTS


def post(session: AnySession, addresses: Sequence[Address], now: int) -> None:
    """Puts logout tokens into the outbox. One that waits already stays as it is; one that was
    delivered is due again, as the application was let in anew meanwhile."""
    rows = [
        {
            **asdict(address),
            "id": secrets.token_urlsafe(16),
            "state": "pending",
            "attempts": 0,
            "next_try_at": now,
            "created_at": now,
        }
        for address in addresses
    ]
    if not rows:
        return
    try:
        with session.begin_nested():
            session.execute(insert(_DELIVERY), rows)
    except IntegrityError:
        for row in rows:
            _post_one(session, row)


def claim_due(session: AnySession, now: int, limit: int) -> list[Delivery]:
    """Attempts that this caller alone may make now; commit before making them."""
    due = (
        select(_C.id, _C.sid, _C.client_id, _C.subject, _C.attempts)
        .where(_C.state == "pending", _C.next_try_at <= now)
        .order_by(_C.next_try_at, _C.id)
        .limit(limit)
    )
    found = [Delivery(**row._mapping) for row in session.execute(due)]
    return [
        Delivery(each.id, each.sid, each.client_id, each.subject, each.attempts + 1)
        for each in found
        if _claim(session, each, now)
    ]


def settle(session: AnySession, delivery: Delivery, state: str, now: int) -> bool:
    """Writes how an attempt ended; False when the claim had passed to somebody else.

    :param state: ``delivered``, ``unwanted``, ``abandoned``, or ``pending`` for another try.
    """
    statement = (
        update(_DELIVERY)
        .where(_C.id == delivery.id, _C.state == "pending", _C.attempts == delivery.attempts)
        .values(state=state, next_try_at=now + delay_after(delivery.attempts))
    )
    return rowcount(session, statement) == 1


def clear(session: AnySession, client_id: str | None = None) -> int:
    """Drops what still waits, for one client or for all; how many. Who is told no more, is never
    told. What is on its way at this moment may still arrive."""
    waiting = select(_C.id).where(_C.state == "pending")
    if client_id is not None:
        waiting = waiting.where(_C.client_id == client_id)
    return _drop(session, waiting)


def forget_client(session: AnySession, client_id: str) -> None:
    """Drops every delivery to a client that is deleted: another of its name must not get them."""
    _drop(session, select(_C.id).where(_C.client_id == client_id))


def delay_after(attempts: int) -> int:
    """Seconds until the next try: four times as long each time, with a little chance in it."""
    delay: int = min(FIRST_DELAY * 4 ** (attempts - 1), LONGEST_DELAY)
    return delay + secrets.randbelow(delay // 10 + 1)


def _drop(session: AnySession, found: Select[tuple[str]]) -> int:
    """By key, as pruning does it: a search that deletes would lock every row it looks at."""
    keys = session.execute(found).scalars().all()
    steps = (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
    return sum(rowcount(session, delete(_DELIVERY).where(_C.id.in_(step))) for step in steps)


def _claim(session: AnySession, seen: Delivery, now: int) -> bool:
    statement = (
        update(_DELIVERY)
        .where(_C.id == seen.id, _C.state == "pending", _C.attempts == seen.attempts)
        .where(_C.next_try_at <= now)
        .values(attempts=seen.attempts + 1, next_try_at=now + LEASE)
    )
    return rowcount(session, statement) == 1


def _post_one(session: AnySession, row: dict[str, Any]) -> None:
    try:
        with session.begin_nested():
            session.execute(insert(_DELIVERY), row)
    except IntegrityError:
        # Whoever ended the session at the same moment has posted it, or it is an older one.
        again = {name: row[name] for name in ("state", "attempts", "next_try_at", "created_at")}
        rowcount(
            session,
            update(_DELIVERY)
            .where(_C.sid == row["sid"], _C.client_id == row["client_id"])
            .where(_C.state != "pending")
            .values(**again),
        )
