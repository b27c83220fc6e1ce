"""Durations as people write them: ``7d``, ``12h``, ``30m``, ``90s``."""

import re
from typing import Any

import click

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1, "": 1}


class Duration(click.ParamType[int]):
    """Seconds, from a number with d, h, m or s after it (seconds without)."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"([0-9]{1,9})([dhms]?)", str(value).strip())
        if match is None:
            self.fail("write a number and d, h, m or s, such as 7d", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


def spoken(seconds: int) -> str:
    """The duration in its largest whole unit: ``7 days``."""
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit:
            count = seconds // unit
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} seconds"
