"""How long one request may wait for its database, over all that it asks.

With a deadline for each statement alone, a slow database could keep a request for as many times
that as it has statements. What a request does besides, such as asking a source or hashing a
password, is not counted. Work without a request (commands, threads in the background, the rest of
an answer that has begun to leave) has no budget, but the deadline of each statement.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PATIENCE = 3.4
"""Seconds for one statement, commit or rollback, and for all of a request. Our answer must leave
within six, also on a machine that has other work."""


class Budget:
    """Of one request; two of its waits may stand in each other, and never side by side.

    :param waited: seconds for which it has waited already, such as for a thread.
    """

    __slots__ = ("granted", "waited")

    def __init__(self, waited: float = 0.0) -> None:
        self.waited = waited
        self.granted = PATIENCE
        """Seconds that the last wait was given."""

    def grant(self) -> float:
        """Seconds that a wait which begins now may take; none or less where nothing is left."""
        self.granted = PATIENCE - self.waited
        return self.granted

    def spend(self, before: float, begun: float) -> None:
        """A wait is over.

        :param before: `waited` when it began.
        :param begun: on the monotonic clock.
        """
        self.waited = max(self.waited, before + time.monotonic() - begun)


BUDGET: ContextVar[Budget | None] = ContextVar("budget", default=None)
"""The one of the request of this context."""


@contextmanager
def waiting() -> Iterator[float]:
    """Counts what is waited meanwhile; gives the seconds that it may take."""
    budget = BUDGET.get()
    if budget is None:
        yield PATIENCE
        return
    before, begun = budget.waited, time.monotonic()
    try:
        yield budget.grant()
    finally:
        budget.spend(before, begun)
