"""Keeps what was counted of each hour that is over, once, on however many nodes.

Whoever adds the row of an hour counts it, in one transaction: the others wait at its key, and go
on with the next hour. What was begun and not committed is done again by whoever comes next.
"""

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.statistics.counting import HOUR, MEASURES, SECONDS, SECONDS_OF_DAY, counted
from app.tables.people import AUDIT_EVENT
from app.tables.statistics import COUNTED_HOUR, STATISTIC
from oidc.clock import Clock
from oidc.database.statements import try_insert

DAY = 86400
STORED = (*MEASURES, SECONDS_OF_DAY)
SETTLED = 600
"""Seconds after its end in which an hour is left alone: events of transactions that began in it may
still be committed, and nodes' clocks differ."""
KEPT = 400 * 86400
"""Seconds for which hours are kept, and back to which events are counted that were there before."""


def roll_hour(session: Session, clock: Clock) -> bool:
    """Counts the next hour; False where none is over. Commit, and call until it says so."""
    hour = _next_hour(session, clock())
    if hour is None or hour + HOUR + SETTLED > clock():
        return False
    if try_insert(session, insert(COUNTED_HOUR), {"hour": hour, "counted_at": clock()}):
        rows = [
            {**of._asdict(), "count": count}
            for of, count in counted(session, hour, hour + HOUR).items()
        ]
        if rows:
            session.execute(insert(STATISTIC), rows)
            _add_up_day(session, hour - hour % DAY)
    return True


def _add_up_day(session: Session, day: int) -> None:
    """Anew with each of its hours: whoever counted the one before has committed it."""
    of = STATISTIC.c
    session.execute(delete(STATISTIC).where(of.measure == SECONDS_OF_DAY, of.hour == day))
    within = (of.measure == SECONDS, of.hour >= day, of.hour < day + DAY)
    sums = select(of.name, func.sum(of.count)).where(*within).group_by(of.name)
    rows = [
        {"measure": SECONDS_OF_DAY, "hour": day, "name": name, "count": int(count)}
        for name, count in session.execute(sums)
    ]
    if rows:
        session.execute(insert(STATISTIC), rows)


def counted_until(session: Session) -> int | None:
    """The end of the last hour that was counted; None before the first."""
    last: int | None = session.scalar(select(func.max(COUNTED_HOUR.c.hour)))
    return None if last is None else last + HOUR


def forget(session: Session, since: int) -> None:
    """Has whole days of UTC counted anew, for whoever adds events to hours that are over."""
    since -= since % DAY
    for measure in STORED:
        newer = (STATISTIC.c.measure == measure, STATISTIC.c.hour >= since)
        session.execute(delete(STATISTIC).where(*newer))
    session.execute(delete(COUNTED_HOUR).where(COUNTED_HOUR.c.hour >= since))


def prune(session: Session, before: int) -> int:
    """Forgets hours from before the time given; how many numbers."""
    gone = 0
    for measure in STORED:
        old = (STATISTIC.c.measure == measure, STATISTIC.c.hour < before)
        gone += session.execute(delete(STATISTIC).where(*old)).rowcount  # type: ignore[attr-defined]
    last = counted_until(session) or 0
    old_hours = (COUNTED_HOUR.c.hour < min(before, last - HOUR),)  # the last one is the mark
    session.execute(delete(COUNTED_HOUR).where(*old_hours))
    return gone


def first_uncounted(session: Session, earliest: int = 0) -> int | None:
    """When the first event was that is not counted yet; None where all are.

    :param earliest: passes over what was before.
    """
    since = max(earliest, counted_until(session) or 0)
    time = AUDIT_EVENT.c.time
    found: int | None = session.scalar(select(func.min(time)).where(time >= since))
    return found


def _next_hour(session: Session, now: int) -> int | None:
    """Hours without events are passed over."""
    first = first_uncounted(session, now - KEPT)
    return None if first is None else first - first % HOUR
