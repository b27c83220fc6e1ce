"""Who is told of calls to sources and of tickets as they happen, such as what counts them."""

from collections.abc import Callable
from dataclasses import dataclass, field

CallObserver = Callable[[str, str, str, float], None]
"""Is told the source's id, which call it was, how it ended (``0``: well; the source's own code, or
``unavailable``) and the seconds that it took."""
TicketObserver = Callable[[str], None]
"""Is told ``opened``, or how a ticket ended: ``used``, ``withdrawn``, ``denied``, or the code of
the error for which it was refused."""


@dataclass
class Observers:
    """Empty unless somebody listens; they are called in the thread of the request."""

    calls: list[CallObserver] = field(default_factory=list)
    tickets: list[TicketObserver] = field(default_factory=list)
