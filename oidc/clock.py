"""Where time comes from: every part that needs it is given a clock."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Gives whole seconds since the epoch."""


def system_clock() -> int:
    """The machine's own time."""
    return int(time.time())
