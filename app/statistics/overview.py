"""The sign-ins of a period: hours that were counted, and what has happened since, read live."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.statistics.counting import (
    CLIENT,
    CONNECTION,
    FAILED_AT,
    FAILURE,
    HOUR,
    MEASURES,
    NEW,
    SECONDS,
    SECONDS_OF_DAY,
    WAY,
    Counted,
    Counts,
    counted,
)
from app.statistics.periods import DAY, Name, Period, period
from app.statistics.rolling import first_uncounted
from app.tables.statistics import STATISTIC
from federation import open_tickets
from oidc.clock import Clock

LIVE = 26 * HOUR
"""Seconds of events at most that one look counts: more waits for whoever keeps what was counted."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour or day, from ``start``, and what was in it, by name."""

    start: int
    connections: Mapping[str, int]
    clients: Mapping[str, int]
    failures: Mapping[str, int]
    new_at: Mapping[str, int]
    failed_at: Mapping[str, int]
    ways: Mapping[str, int]

    @property
    def new_people(self) -> int:
        return sum(self.new_at.values())

    @property
    def sign_ins(self) -> int:
        return sum(self.connections.values())

    @property
    def failed(self) -> int:
        return sum(self.failures.values())


@dataclass(frozen=True, slots=True)
class Overview:
    """:param seconds: how many sign-ins took how long.

    :param waiting: people who wait now, by connection.
    :param complete_from: what happened before is not counted yet; None where all is.
    """

    period: Period
    bars: tuple[Bar, ...]
    seconds: Mapping[int, int]
    waiting: Mapping[str, int]
    complete_from: int | None

    @property
    def sign_ins(self) -> int:
        return sum(bar.sign_ins for bar in self.bars)

    @property
    def failed(self) -> int:
        return sum(bar.failed for bar in self.bars)

    @property
    def new_people(self) -> int:
        return sum(bar.new_people for bar in self.bars)

    @property
    def success_rate(self) -> float | None:
        """From 0 to 1; None where nobody tried."""
        tried = self.sign_ins + self.failed
        return self.sign_ins / tried if tried else None

    @property
    def median_seconds(self) -> float | None:
        """From the request to the sign-in, within 5 %; None where nothing was measured."""
        return median(self.seconds)

    @property
    def connections(self) -> list[tuple[str, int]]:
        return _total(bar.connections for bar in self.bars)

    @property
    def clients(self) -> list[tuple[str, int]]:
        return _total(bar.clients for bar in self.bars)

    @property
    def new_at(self) -> list[tuple[str, int]]:
        """New people by the application at which they came."""
        return _total(bar.new_at for bar in self.bars)

    @property
    def ways(self) -> list[tuple[str, int]]:
        """Sign-ins by how somebody came: by a scan, by an app."""
        return _total(bar.ways for bar in self.bars)

    @property
    def failed_at(self) -> list[tuple[str, int]]:
        """Failures by connection."""
        return _total(bar.failed_at for bar in self.bars)

    @property
    def by_connection(self) -> list[tuple[str, int, int]]:
        """Each connection with its sign-ins and failures, what fails most first."""
        good, bad = dict(self.connections), dict(self.failed_at)
        rows = [(name, good.get(name, 0), bad.get(name, 0)) for name in {**good, **bad}]
        return sorted(rows, key=lambda row: (-row[2], -row[1], row[0]))

    @property
    def failures(self) -> list[tuple[str, int]]:
        return _total(bar.failures for bar in self.bars)


def overview(session: Session, clock: Clock, name: Name, zone: ZoneInfo) -> Overview:
    """All numbers of a period that ends now; its days are those of the zone."""
    now = clock()
    wanted = period(name, zone, now)
    uncounted = first_uncounted(session, wanted.since)
    known = now if uncounted is None else uncounted
    live_since = max(known, now - LIVE)
    live = counted(session, live_since, now + 1)
    bars, seconds = _kept(session, wanted, known - known % HOUR)
    for of, count in live.items():
        if of.measure == SECONDS:
            seconds[int(of.name)] += count
        elif of.hour >= wanted.since:
            bars[of._replace(hour=wanted.bar_of(of.hour))] += count
    by_bar: dict[int, dict[tuple[str, str], int]] = {start: {} for start in wanted.starts}
    for of, count in bars.items():
        by_bar[of.hour][of.measure, of.name] = count
    return Overview(
        period=wanted,
        bars=tuple(_bar(start, by_bar[start]) for start in wanted.starts),
        seconds=seconds,
        waiting=open_tickets.waiting(session, clock),
        complete_from=live_since if live_since > known else None,
    )


def median(times: Mapping[int, int]) -> float | None:
    """Of values that each occur so many times."""
    count = sum(times.values())
    if not count:
        return None
    in_order = sorted(times.items())
    low, high = _at(in_order, (count - 1) // 2), _at(in_order, count // 2)
    return (low + high) / 2


def _at(in_order: list[tuple[int, int]], place: int) -> int:
    for value, times in in_order:
        place -= times
        if place < 0:
            return value
    raise IndexError(place)


def _kept(session: Session, wanted: Period, until: int) -> tuple[Counts, Counter[int]]:
    """Of the hours that were counted, in two statements.

    :param until: where the live ones begin: an hour that is counted just now is one of those.
    """
    of = STATISTIC.c
    within = (of.hour >= wanted.since, of.hour < until)
    plain = [measure for measure in MEASURES if measure != SECONDS]
    columns = (of.measure, of.name, of.hour, of.count, wanted.bar(of.hour).label("bar"))
    inner = select(*columns).where(of.measure.in_(plain), *within).subquery().c
    sums = select(inner.measure, inner.name, func.min(inner.hour), func.sum(inner.count))
    bars: Counts = Counter()
    for measure, name, hour, count in session.execute(
        sums.group_by(inner.measure, inner.name, inner.bar)
    ):
        bars[Counted(measure, wanted.bar_of(int(hour)), name)] += int(count)
    return bars, _durations(session, wanted.since, until)


def _durations(session: Session, since: int, until: int) -> Counter[int]:
    """By whole days of UTC where there are some, by hours before the first and after the last."""
    of, first, last = STATISTIC.c, since + -since % DAY, until - until % DAY
    hours = [(since, until)] if first >= last else [(since, first), (last, until)]
    parts = [(SECONDS, *part) for part in hours] + [(SECONDS_OF_DAY, first, last)]
    wanted = or_(
        false(),
        *(
            and_(of.measure == measure, of.hour >= begin, of.hour < end)
            for measure, begin, end in parts
            if begin < end
        ),
    )
    took = select(of.name, func.sum(of.count)).where(wanted).group_by(of.name)
    return Counter({int(name): int(count) for name, count in session.execute(took)})


def _bar(start: int, counts: Mapping[tuple[str, str], int]) -> Bar:
    found: dict[str, dict[str, int]] = {measure: {} for measure in MEASURES}
    for (measure, name), count in counts.items():
        found[measure][name] = count
    parts = (found[measure] for measure in (CONNECTION, CLIENT, FAILURE, NEW, FAILED_AT, WAY))
    return Bar(start, *parts)


def _total(parts: Iterable[Mapping[str, int]]) -> list[tuple[str, int]]:
    """Every name with its sum, the greatest first."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
