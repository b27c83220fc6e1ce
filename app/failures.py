"""What fails beside the requests, again and again until its cause is gone: told once with all that
is known, then by its count every minute, and once more when it is over.

Whoever works beside the requests looks every few seconds. An hour without a database would write
thousands of tracebacks, each the same, among which nothing else is found.
"""

import logging
import threading
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from oidc.clock import Clock, ages_of

log = logging.getLogger(__name__)

AGAIN = 60
"""Seconds after which the same cause is told again, with its count."""
FORGOTTEN = 150
"""Seconds after its last failure at which who has not come again is not waited for: a receiver that
was removed, for one. Longer than the longest pause between two tries."""
QUIET = 15
"""The same where the database is the cause and others work again: it is there, though some look
once a minute only."""

_CONTENDED_STATES = frozenset({"40001", "40P01", "55P03"})  # PostgreSQL's SQLSTATE
_CONTENDED_NUMBERS = frozenset({1205, 1213})  # MySQL and MariaDB


def is_contention(error: DBAPIError) -> bool:
    """Whether the same may well succeed in a moment: a deadlock or a lost race."""
    cause: Any = error.orig
    if getattr(cause, "sqlstate", None) in _CONTENDED_STATES:
        return True
    arguments = getattr(cause, "args", ())
    if arguments and arguments[0] in _CONTENDED_NUMBERS:
        return True
    return "database is locked" in str(cause)


def is_away(error: BaseException) -> bool:
    """Whether it is the database that cannot be used, and not what it was asked."""
    if isinstance(error, DBAPIError):
        lost = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
        return lost and not is_contention(error)
    return isinstance(error, PoolTimeout)


@dataclass(frozen=True, slots=True)
class _Cause:
    """:param key: the same for all that fail by it. :param words: one line of the log."""

    key: tuple[str, ...]
    words: str
    level: int = logging.ERROR
    is_foreseen: bool = True
    quiet: int = FORGOTTEN


@dataclass(slots=True)
class _Known:
    """:param waiting: who fails by it, and when they last did."""

    cause: _Cause
    began: int
    told: int
    last: int
    count: int = 1
    waiting: dict[str, int] = field(default_factory=dict)

    @property
    def lasted(self) -> int:
        return self.last - self.began


class Failures:
    """Of one process; safe for threads.

    :param ages: seconds of a clock that never steps back.
    """

    def __init__(self, ages: Clock) -> None:
        self._ages = ages
        self._known: dict[tuple[str, ...], _Known] = {}
        self._lock = threading.Lock()

    def tell(self, who: str, error: Exception) -> None:
        """Whoever works has failed, and tries again later; a word in the log where it is time.

        :param who: the same each time, in the plural: they "wait".
        """
        with self._lock:
            cause, now = _cause_of(who, error), self._ages()
            known = self._known.get(cause.key)
            if known is None or now - known.last > FORGOTTEN:
                self._known[cause.key] = _Known(cause, now, now, now, waiting={who: now})
                details = None if cause.is_foreseen else error
                log.log(cause.level, "%s wait: %s", who, cause.words, exc_info=details)
                return
            known.last, known.count = now, known.count + 1
            known.waiting[who] = now
            if now - known.told >= AGAIN:
                known.told = now
                names, counted = ", ".join(sorted(known.waiting)), (known.count, known.lasted)
                told = "%s still wait: %s (%d failures in %d s)"
                log.log(cause.level, told, names, cause.words, *counted)

    def over(self, who: str) -> None:
        """Whoever works has not failed this time."""
        if not self._known:
            return
        with self._lock:
            now = self._ages()
            for key, known in list(self._known.items()):
                known.waiting.pop(who, None)
                if all(now - last > known.cause.quiet for last in known.waiting.values()):
                    del self._known[key]
                    if known.count > 1:
                        told = "over after %d failures in %d s: %s"
                        log.warning(told, known.count, known.lasted, known.cause.words)


def failures_of(app: Flask) -> Failures:
    """Those of this application, in this process."""
    clock: Clock = app.extensions["oidc"].clock
    found: Failures = app.extensions.setdefault("failures", Failures(ages_of(clock)))
    return found


def _cause_of(who: str, error: Exception) -> _Cause:
    if is_away(error):  # one for all: they wait for the same
        orig = getattr(error, "orig", None) or error
        words = f"the database cannot be used: {' '.join(str(orig).split())}"
        return _Cause(("database",), words, quiet=QUIET)
    if isinstance(error, DBAPIError) and is_contention(error):
        words = "lost against another transaction"
        return _Cause((who, words), words, logging.WARNING)
    words = type(error).__name__
    for place in traceback.extract_tb(error.__traceback__)[-1:]:
        words += f" in {Path(place.filename).name}, line {place.lineno}"
    return _Cause((who, words), words, is_foreseen=False)
