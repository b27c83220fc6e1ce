"""What every delivery in rounds is made of: how many at once, and how they ended."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

Letter = TypeVar("Letter")
Outcome = TypeVar("Outcome")

LIMIT = 16
"""Attempts of one round."""
SENDERS = 8
"""Receivers that are spoken to at once: a dead one must not hold up the others."""


@dataclass(frozen=True, slots=True)
class Round:
    """How many attempts ended in which state."""

    delivered: int = 0
    pending: int = 0
    abandoned: int = 0
    unwanted: int = 0

    @property
    def attempts(self) -> int:
        return self.delivered + self.pending + self.abandoned + self.unwanted


def send_all(
    name: str, send: Callable[[Letter], Outcome], letters: Sequence[Letter]
) -> list[Outcome]:
    """What became of each, in their order.

    :param name: of the threads.
    """
    if not letters:
        return []
    with ThreadPoolExecutor(SENDERS, thread_name_prefix=name) as senders:
        return list(senders.map(send, letters))
