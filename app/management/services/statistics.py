"""What is told of the sign-ins of a period, by the API and by the command."""

from collections.abc import Iterable
from typing import Any

from app.statistics.overview import Bar, Overview


def told(found: Overview) -> dict[str, Any]:
    """The numbers, their times in seconds since the epoch. An empty ``id`` is a sign-in with a
    password, or for this service's own pages; an empty ``way`` by a password or a passkey."""
    return {
        "period": found.period.name,
        "time_zone": found.period.zone.key,
        "since": found.period.since,
        "until": found.period.until,
        "complete_from": found.complete_from,
        "sign_ins": found.sign_ins,
        "new_people": found.new_people,
        "failures": found.failed,
        "success_rate": None if found.success_rate is None else round(found.success_rate, 4),
        "median_seconds": found.median_seconds,
        "waiting": sum(found.waiting.values()),
        "by_connection": _counts("id", found.connections),
        "by_application": _counts("id", found.clients),
        "new_people_by_application": _counts("id", found.new_at),
        "failures_by_reason": _counts("reason", found.failures),
        "failures_by_connection": _counts("id", found.failed_at),
        "by_way": _counts("way", found.ways),
        "bars": [_bar(bar) for bar in found.bars],
    }


def _bar(bar: Bar) -> dict[str, Any]:
    return {
        "start": bar.start,
        "sign_ins": bar.sign_ins,
        "new_people": bar.new_people,
        "failures": bar.failed,
        "by_connection": _counts("id", sorted(bar.connections.items())),
        "by_application": _counts("id", sorted(bar.clients.items())),
        "new_people_by_application": _counts("id", sorted(bar.new_at.items())),
        "failures_by_reason": _counts("reason", sorted(bar.failures.items())),
        "failures_by_connection": _counts("id", sorted(bar.failed_at.items())),
        "by_way": _counts("way", sorted(bar.ways.items())),
    }


def _counts(name: str, counts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{name: each, "count": count} for each, count in counts]
