"""The last hours or days, cut into the bars of a picture, in somebody's time zone.

What was counted is counted for hours in UTC. Where a zone is half an hour off, an hour counts to
the day in which it begins.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, literal_column

from app.statistics.counting import HOUR
from app.zones import day_of, midnight

DAY = 86400
Name = Literal["24h", "7d", "30d", "90d"]
NAMES: tuple[Name, ...] = ("24h", "7d", "30d", "90d")


@dataclass(frozen=True, slots=True)
class Period:
    """:param starts: the second in which each bar begins, in order.

    :param until: the end of the last one, which may not be over.
    """

    name: Name
    zone: ZoneInfo
    starts: tuple[int, ...]
    until: int

    @property
    def since(self) -> int:
        return self.starts[0]

    @property
    def is_hours(self) -> bool:
        return self.name == "24h"

    def bar_of(self, hour: int) -> int:
        """The beginning of the bar that an hour of the period counts to."""
        return self.starts[bisect_right(self.starts, hour) - 1]

    def bar(self, hour: ColumnElement[int]) -> ColumnElement[int]:
        """A number for each bar in SQL: any, so long as hours of different bars differ."""
        if self.is_hours:
            return hour
        *earlier, (_until, last) = self._shifts()
        shift = _number(last)
        if earlier:
            whens = ((hour < until, _number(then)) for until, then in earlier)
            shift = case(*whens, else_=shift)
        local = hour + shift
        return local - local % _number(DAY)

    def _shifts(self) -> list[tuple[int, int]]:
        """How far the zone is from UTC, each with the time until which it is so."""
        found: list[tuple[int, int]] = []
        ends = (*self.starts[1:], self.until)
        for start, end in zip(self.starts, ends, strict=True):
            if _shift(start, self.zone) == _shift(end, self.zone):
                _extend(found, end, _shift(start, self.zone))
                continue
            for hour in range(start - start % HOUR, end, HOUR):
                _extend(found, hour + HOUR, _shift(hour, self.zone))
        return found


def period(name: Name, zone: ZoneInfo, now: int) -> Period:
    """The one that ends with the hour, or the day, that ``now`` is in."""
    if name == "24h":
        last = now - now % HOUR
        starts = range(last - 23 * HOUR, last + 1, HOUR)
        return Period(name, zone, tuple(starts), last + HOUR)
    today, days = day_of(now, zone), int(name[:-1])
    starts_of_days = [midnight(today - timedelta(days=back), zone) for back in range(days)]
    end = midnight(today + timedelta(days=1), zone)
    return Period(name, zone, tuple(reversed(starts_of_days)), end)


def _extend(found: list[tuple[int, int]], until: int, shift: int) -> None:
    if found and found[-1][1] == shift:
        found.pop()
    found.append((until, shift))


def _shift(hour: int, zone: ZoneInfo) -> int:
    away = datetime.fromtimestamp(hour, zone).utcoffset() or timedelta()
    return int(away.total_seconds())


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value))
