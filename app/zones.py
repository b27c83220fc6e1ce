"""Time zones by their names in the IANA database, and the days in them."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.localtime import get_localzone

OF_FILES = frozenset({"Factory", "localtime", "posixrules"})
"""Among the zones of some systems, and names of nothing."""


@cache
def known_zones() -> frozenset[str]:
    """The names that this system has."""
    return frozenset(available_timezones()) - OF_FILES | {"UTC"}


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone of a name that somebody sent; None for what is none."""
    return ZoneInfo(name) if name and name in known_zones() else None


@cache
def system_zone() -> ZoneInfo:
    """The zone that the system is set to (``TZ``, ``/etc/localtime``); UTC where it has no name."""
    try:
        found = get_localzone()
    except (LookupError, OSError, ValueError):
        return ZoneInfo("UTC")
    return zone_named(getattr(found, "key", None) or str(found)) or ZoneInfo("UTC")


def midnight(day: date, zone: ZoneInfo) -> int:
    """The second in which a day begins there; where clocks skip midnight, the one after it."""
    return int(datetime.combine(day, time.min, tzinfo=zone).timestamp())


def day_of(seconds: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(seconds, zone).date()


def read_time(text: str, zone: ZoneInfo, *, end: bool = False) -> int | None:
    """The second of a day or a time that somebody typed; None for what is neither.

    :param end: a day alone means the midnight that it ends with.
    """
    try:
        if len(text) > len("2026-11-29"):
            return int(datetime.fromisoformat(text[:19]).replace(tzinfo=zone).timestamp())
        day = date.fromisoformat(text)
        return midnight(day + timedelta(days=1) if end else day, zone)
    except (ValueError, OverflowError):
        return None


def zone_name(value: str) -> str:
    """A name as settings have it.

    :raises ValueError: there is no zone of that name.
    """
    if zone_named(value) is None:
        raise ValueError("write a name of the IANA database, such as Asia/Shanghai or UTC")
    return value
