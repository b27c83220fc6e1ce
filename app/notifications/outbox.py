"""Notifications on their way: rows that outlive any process, and then tell what became of them.

As with logout tokens (`oidc.logout.outbox`), a row says when it is tried next, and an attempt is
claimed by one conditional UPDATE: two nodes never send at once, and a node that dies in between
loses its claim after ``LEASE`` seconds.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlalchemy import Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.notifications.events import Announcement
from app.tables.webhooks import NOTIFICATION
from oidc.database.statements import rowcount, try_insert

MAIL = "@mail"
"""The target of mail; no webhook's id begins like this."""
KEEP_TRYING = 3 * 86400
"""Seconds after which a notification is given up."""
LEASE = 90
"""Seconds in which an attempt is over for certain."""
FIRST_DELAY = 10
LONGEST_DELAY = 3600
KEPT = 30 * 86400
"""Seconds for which deliveries can be looked up."""
State = Literal["pending", "delivered", "abandoned"]
_C = NOTIFICATION.c


@dataclass(frozen=True, slots=True)
class Notification:
    """One event for one target; ``attempts`` counts a claimed one already."""

    id: str
    target: str
    type: str
    body: str
    state: str
    attempts: int
    next_try_at: int
    give_up_at: int
    created_at: int
    tried_at: int | None = None
    status: int | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended.

    :param status: of the answer; None where there was none.
    :param failure: why it was not taken, in a sentence; None where it was.
    :param wait: seconds for which the receiver wants to be left alone.
    :param gone: it will never take another one (410).
    """

    status: int | None = None
    failure: str | None = None
    wait: int = 0
    gone: bool = False

    @property
    def ok(self) -> bool:
        return self.failure is None


def post(session: Session, targets: Iterable[str], told: Announcement, now: int) -> None:
    """Puts the event into the outbox for each target, with the caller's work."""
    for target in targets:
        row = asdict(untold(target, told, now))
        if told.once is None:
            session.execute(insert(NOTIFICATION), row)
        else:
            try_insert(session, insert(NOTIFICATION), row)


def untold(target: str, told: Announcement, now: int) -> Notification:
    """The event for one target, of which nothing is written yet."""
    return Notification(
        id=_id(target, told),
        target=target,
        type=told.type,
        body=told.body,
        state="pending",
        attempts=0,
        next_try_at=now,
        give_up_at=now + KEEP_TRYING,
        created_at=now,
    )


def keep(session: Session, tried: Notification, outcome: Outcome, now: int) -> Notification:
    """Writes down what was tried once, and is not tried again."""
    kept = replace(
        tried,
        state="delivered" if outcome.ok else "abandoned",
        attempts=1,
        tried_at=now,
        **_told(outcome),
    )
    session.execute(insert(NOTIFICATION), asdict(kept))
    return kept


def due_targets(session: Session, now: int) -> list[str]:
    """Those that something is due for, in a random order."""
    query = select(_C.target).where(_C.state == "pending", _C.next_try_at <= now).distinct()
    found = list(session.scalars(query))
    secrets.SystemRandom().shuffle(found)
    return found


def claim_next(session: Session, target: str, now: int) -> Notification | None:
    """The oldest attempt that is due for a target, which this caller alone may make now; commit
    before making it."""
    due = (
        select(NOTIFICATION)
        .where(_C.state == "pending", _C.target == target, _C.next_try_at <= now)
        .order_by(_C.next_try_at, _C.id)
        .limit(5)
    )
    for row in session.execute(due).mappings().all():
        if claimed := _claim(session, _read(row), now):
            return claimed
    return None


def settle(session: Session, tried: Notification, outcome: Outcome, now: int) -> State:
    """Writes how a claimed attempt ended; the state that it is in now."""
    delay = max(delay_after(tried.attempts), outcome.wait)
    state: State = "delivered"
    if not outcome.ok:
        last = outcome.gone or now + delay > tried.give_up_at
        state = "abandoned" if last else "pending"
    values = {
        "state": state,
        "next_try_at": now + delay,
        "tried_at": now,
        **_told(outcome),
    }
    mine = and_(_C.id == tried.id, _C.state == "pending", _C.attempts == tried.attempts)
    session.execute(update(NOTIFICATION).where(mine).values(values))
    return state


def hurry(session: Session, target: str, now: int) -> None:
    """What waits for a target that answers again is due now; what is claimed stays so."""
    waits = and_(_C.state == "pending", _C.target == target, _C.next_try_at > now + LEASE)
    session.execute(update(NOTIFICATION).where(waits).values(next_try_at=now))


def give_up(session: Session, target: str, why: str) -> None:
    """What waits for a target is not sent; it can be sent again by hand."""
    waits = and_(_C.state == "pending", _C.target == target)
    values = {"state": "abandoned", "failure": why}
    session.execute(update(NOTIFICATION).where(waits).values(values))


def resend(session: Session, target: str, notification_id: str, now: int) -> bool:
    """Makes it due again, delivered or given up as it may be; False where it is under way."""
    again = or_(_C.state != "pending", _C.next_try_at > now + LEASE)
    statement = (
        update(NOTIFICATION)
        .where(_C.id == notification_id, _C.target == target, again)
        .values(state="pending", next_try_at=now, give_up_at=now + KEEP_TRYING)
    )
    return rowcount(session, statement) == 1


def get(session: Session, notification_id: str) -> Notification | None:
    query = select(NOTIFICATION).where(_C.id == notification_id)
    row = session.execute(query).mappings().first()
    return _read(row) if row else None


def page(
    session: Session, target: str, *, before: tuple[int, str] | None = None, limit: int = 50
) -> list[Notification]:
    """The newest of a target; ``before``: ``(created_at, id)`` of the last one shown before."""
    query: Select[Any] = select(NOTIFICATION).where(_C.target == target)
    if before is not None:
        moment, last = before
        older = or_(_C.created_at < moment, and_(_C.created_at == moment, _C.id < last))
        query = query.where(_C.created_at <= moment, older)
    query = query.order_by(_C.created_at.desc(), _C.id.desc()).limit(limit)
    return [_read(row) for row in session.execute(query).mappings()]


def waiting(session: Session) -> dict[str, tuple[int, int]]:
    """How many wait and when the oldest began to: of ``webhooks`` and of ``mail``."""
    is_mail = _C.target == MAIL
    query = select(func.count(), func.min(_C.created_at)).where(_C.state == "pending")
    found = {}
    for name, condition in (("webhooks", ~is_mail), ("mail", is_mail)):
        count, oldest = session.execute(query.where(condition)).one()
        found[name] = (count, oldest or 0)
    return found


def forget_target(session: Session, target: str) -> None:
    """Removes all of a webhook that is deleted: another of its id must not get them."""
    session.execute(delete(NOTIFICATION).where(_C.target == target))


def prune(session: Session, older_than: int, limit: int = 1000) -> int:
    """Removes the oldest, which were told or given up long ago; how many. Call until it gives fewer
    than ``limit``."""
    over = select(_C.id).where(_C.created_at < older_than).order_by(_C.created_at).limit(limit)
    ids = list(session.scalars(over))
    if ids:
        session.execute(delete(NOTIFICATION).where(_C.id.in_(ids)))
    return len(ids)


def delay_after(attempts: int) -> int:
    """Seconds until the next try: four times as long each time, with a little chance in it."""
    delay: int = min(FIRST_DELAY * 4 ** min(attempts - 1, 10), LONGEST_DELAY)
    return delay + secrets.randbelow(delay // 10 + 1)


def _claim(session: Session, seen: Notification, now: int) -> Notification | None:
    statement = (
        update(NOTIFICATION)
        .where(_C.id == seen.id, _C.state == "pending", _C.attempts == seen.attempts)
        .where(_C.next_try_at <= now)
        .values(attempts=seen.attempts + 1, next_try_at=now + LEASE)
    )
    if rowcount(session, statement) != 1:
        return None
    return replace(seen, attempts=seen.attempts + 1, next_try_at=now + LEASE)


def _id(target: str, told: Announcement) -> str:
    """Of what is told once, the same each time: the second row is none."""
    if told.once is None:
        return f"msg_{secrets.token_urlsafe(16)}"
    digest = hashlib.sha256(f"{target}\n{told.once}".encode()).digest()
    return f"msg_{base64.urlsafe_b64encode(digest)[:22].decode()}"


def _told(outcome: Outcome) -> dict[str, Any]:
    failure = outcome.failure[:500] if outcome.failure else None
    return {"status": outcome.status, "failure": failure}


def _read(row: Mapping[Any, Any]) -> Notification:
    return Notification(**{name: row[name] for name in Notification.__slots__})
