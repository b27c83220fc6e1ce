"""Why applications were refused: one row for each reason, few for each application.

Anybody who knows a ``client_id`` can have requests refused in its name, so that what is written is
bounded: a reason is written a few times a minute on each node, so that the number on an error page
is found, and then counted alone; and an application has at most ``MOST``.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.tables.refusals import CLIENT_REFUSAL
from oidc.clock import Clock
from oidc.database.statements import rowcount, transaction_of_its_own, try_insert
from oidc.protocol.refusal import Refusal

log = logging.getLogger(__name__)

MOST = 20
"""Reasons that are kept of one application, those of the longest ago going first."""
MINUTE = 60
"""Seconds in which a node writes the same reason no more than ``A_MINUTE`` times."""
A_MINUTE = 5
NUMBERS = 650
"""Characters of the numbers of requests that are kept with a reason: ten of the longest."""
KEPT = 30 * 86400
"""Seconds after which `prune` takes one away that has not come again."""
REMEMBERED = 5000
"""Reasons that a node counts."""
_C = CLIENT_REFUSAL.c


@dataclass(frozen=True, slots=True)
class Counted:
    """One reason, as it is stored. Times in seconds since the epoch."""

    path: str
    error: str
    hint: str
    detail: str
    times: int
    first_at: int
    last_at: int


@dataclass
class _Waiting:
    """:param written: how often in the minute that began then. :param times: not written yet."""

    began_at: int
    written: int = 0
    times: int = 0


class ClientRefusals:
    """Writes refusals down, apart from the request that was refused; safe for threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: OrderedDict[tuple[str, str], _Waiting] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, session: Session, refusal: Refusal, number: str = "") -> None:
        """Logs the refusal and, where it is time, counts it.

        :param number: of the request.
        """
        log.info(
            "request %s: client %s was refused at %s: %s: %s %s",
            *(number, refusal.client_id, refusal.path, refusal.error, refusal.hint),
            refusal.detail,
        )
        reason = _reason(refusal)
        times = self._due(refusal.client_id, reason)
        if not times:
            return
        try:
            with transaction_of_its_own(session) as own:
                _count(own, _row(refusal, reason, times, self._clock(), number))
        except OperationalError:
            log.warning("the refusal of client %s could not be counted", refusal.client_id)

    def _due(self, client_id: str, reason: str) -> int:
        """How many times are to be written now; none before a while is over."""
        now = self._clock()
        with self._lock:
            known = self._waiting.get((client_id, reason))
            if known is None or now - known.began_at >= MINUTE:
                left = known.times if known else 0
                known = self._waiting[client_id, reason] = _Waiting(now, times=left)
                self._waiting.move_to_end((client_id, reason))
                while len(self._waiting) > REMEMBERED:
                    self._waiting.popitem(last=False)
            known.times += 1
            if known.written == A_MINUTE:
                return 0
            times, known.times = known.times, 0
            known.written += 1
            return times


def of_client(session: Session, client_id: str) -> list[Counted]:
    """Why this application was refused, the last reason first."""
    columns = [_C[name] for name in Counted.__slots__]
    query = select(*columns).where(_C.client_id == client_id)
    rows = session.execute(query.order_by(_C.last_at.desc(), _C.reason).limit(MOST))
    return [Counted(*row) for row in rows]


def by_request(session: Session, number: str, limit: int) -> list[tuple[str, str]]:
    """The application that was refused by the request of this number, and what it was told."""
    kept = literal(" ") + func.coalesce(_C.requests, "") + literal(" ")
    is_there = kept.contains(f" {number} ", autoescape=True)
    query = select(_C.client_id, _C.hint).where(is_there).order_by(_C.last_at.desc()).limit(limit)
    return [(row.client_id, row.hint) for row in session.execute(query)]


def forget_client(session: Session, client_id: str) -> None:
    session.execute(delete(CLIENT_REFUSAL).where(_C.client_id == client_id))


def prune(session: Session, before: int, limit: int) -> int:
    """Removes what has not come again since; how many rows, at most ``limit``."""
    old = select(_C.client_id, _C.reason).where(_C.last_at < before)
    found = session.execute(old.order_by(_C.last_at).limit(limit)).all()
    for row in found:
        session.execute(_one(row.client_id, row.reason))
    return len(found)


def _count(session: Session, row: Mapping[str, Any]) -> None:
    again = (
        update(CLIENT_REFUSAL)
        .where(_C.client_id == row["client_id"], _C.reason == row["reason"])
        .values(
            times=_C.times + row["times"],
            last_at=row["last_at"],
            detail=row["detail"],
            requests=func.substr(
                literal(row["requests"] + " ") + func.coalesce(_C.requests, ""), 1, NUMBERS
            ),
        )
    )
    if rowcount(session, again) or not try_insert(session, insert(CLIENT_REFUSAL), row):
        return
    mine = select(_C.reason).where(_C.client_id == row["client_id"])
    too_many = session.scalars(mine.order_by(_C.last_at.desc(), _C.reason).offset(MOST).limit(MOST))
    for reason in too_many.all():
        session.execute(_one(row["client_id"], reason))


def _one(client_id: str, reason: str) -> Any:
    return delete(CLIENT_REFUSAL).where(_C.client_id == client_id, _C.reason == reason)


def _row(refusal: Refusal, reason: str, times: int, now: int, number: str) -> dict[str, Any]:
    return {
        "client_id": refusal.client_id,
        "reason": reason,
        "path": refusal.path[:64],
        "error": refusal.error[:64],
        "hint": refusal.hint[:1000],
        "detail": refusal.detail[:500],
        "times": times,
        "first_at": now,
        "last_at": now,
        "requests": number,
    }


def _reason(refusal: Refusal) -> str:
    told = "\n".join((refusal.path, refusal.error, refusal.hint))
    return sha256(told.encode()).hexdigest()[:32]
