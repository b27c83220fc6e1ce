"""Tries at what could be guessed: counted before the work, and given back when they succeed.

Counted afterwards, many at once would all be judged before the first is counted. Given back, they
never keep out whoever is right, however often.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from limits import RateLimitItem, parse_many
from werkzeug.exceptions import TooManyRequests

from app.web.limit_storage import Count, count
from app.web.rate_limits import limiter, seconds_left


class Budget(NamedTuple):
    """:param rule: how many fail in a time, such as ``6/minute;30/hour``.

    :param of: what is counted, such as ``("second factors", admin_id)``.
    """

    rule: str
    of: tuple[str, ...]


class TooManyTries(TooManyRequests):
    """One more was not judged.

    :param wait: seconds until one is.
    :param first: nobody was refused by this budget before, in its time.
    """

    def __init__(self, wait: int, *, first: bool) -> None:
        super().__init__(retry_after=wait)
        self.first = first


@dataclass
class Try:
    """:param succeeded: to be set once that is known."""

    succeeded: bool = False


@contextmanager
def counted_first(*budgets: Budget) -> Iterator[Try]:
    """One try, counted in each of the budgets; in none where it succeeds, or is not judged at all.

    :raises TooManyTries: one of the budgets is used up.
    """
    counted: list[Count] = []
    this = Try()
    judged = False
    try:
        for each in _items(budgets):
            counted.append(_count(*each))
        yield this
        judged = not this.succeeded
    finally:
        if not judged:
            for one in counted:
                one.give_back()


def _items(budgets: tuple[Budget, ...]) -> Iterator[tuple[RateLimitItem, str]]:
    if limiter.enabled:
        for rule, of in budgets:
            for item in parse_many(rule):
                yield item, item.key_for(*of)


def _count(item: RateLimitItem, key: str) -> Count:
    """Counts where the limiter does; in this process while that cannot be asked."""
    counted = count(limiter.limiter.storage, key, item.get_expiry())
    if counted.number > item.amount:
        first = counted.number == item.amount + 1
        raise TooManyTries(seconds_left(counted.ends), first=first)
    return counted
