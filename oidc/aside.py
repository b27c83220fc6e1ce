"""For work that waits: whoever serves requests may have them share one thread, and says how.

Such a thread must stand still for nobody. It waits for PostgreSQL in its own way (`app.serving`);
whatever else may wait is wrapped in `aside`, from where it takes its first lock.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol, TypeVar

Value = TypeVar("Value")


class Sharer(Protocol):
    """A request that shares its thread with others."""

    def wait(self, generator: Any, connection: Any, seconds: float) -> Any:
        """What a generator of psycopg returns, driven while others go on.

        :param connection: libpq's, as psycopg has it. :raises TimeoutError:
        """

    def aside(self, work: Callable[[], Any]) -> Any:
        """What the work gives or raises, done in a thread that may wait, while others go on."""


SHARER: ContextVar[Sharer | None] = ContextVar("sharer", default=None)
"""The request of this context, where it shares its thread."""


def aside(work: Callable[..., Value], *arguments: Any) -> Value:
    """What the work gives, done where it may wait: here, unless this thread is shared."""
    sharer = SHARER.get()
    if sharer is None:
        return work(*arguments)
    found: Value = sharer.aside(partial(work, *arguments))
    return found
