"""Where time comes from: every part that needs it is given a clock."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Gives whole seconds since the epoch."""


def system_clock() -> int:
    """The machine's own time."""
    return int(time.time())


def monotonic_clock() -> int:
    """Whole seconds that pass whatever is done to the machine's time."""
    return int(time.monotonic())


def ages_of(clock: Clock) -> Clock:
    """What tells how long ago something was, beside a clock that may be set back.

    :param clock: the machine's own, or one that brings its own ``ages`` along.
    """
    if clock is system_clock:
        return monotonic_clock
    ages: Clock = getattr(clock, "ages", clock)
    return ages
