"""Redis, which may hang: asked with little patience, and after a failure not at all for a while."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from redis import Redis

from oidc.aside import aside

Value = TypeVar("Value")
log = logging.getLogger(__name__)

PATIENCE = 0.14
"""Seconds to connect, and again to be answered: less than 300 ms together."""
PAUSE = 5.0
"""Seconds for which Redis is left alone after it has failed."""


def client_options() -> dict[str, Any]:
    """How each client is made; by itself redis-py tries several times."""
    from redis.backoff import NoBackoff  # loaded where a Redis is used
    from redis.retry import Retry

    return {
        "socket_connect_timeout": PATIENCE,
        "socket_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),
    }


def redis_client(url: str) -> "Redis":
    from redis import Redis

    return Redis.from_url(url, **client_options())


def away() -> tuple[type[Exception], ...]:
    """What a Redis raises that does not answer."""
    from redis.exceptions import RedisError

    return RedisError, OSError


class RedisCircuit:
    """Shared by all that asks one Redis; safe for threads.

    :param ages: seconds of a clock that never steps back.
    """

    def __init__(self, ages: Callable[[], float] = time.monotonic) -> None:
        self._ages = ages
        self._away_until = 0.0
        self._lock = threading.Lock()

    def ask(self, question: Callable[[], Value]) -> Value | None:
        """What Redis answers; None when it cannot say, or is left alone.

        After the pause one request finds out for all of them.
        """
        if not self._may_ask():
            return None
        try:
            answer = aside(question)
        except away() as error:
            self._away_until = self._ages() + PAUSE
            log.warning("Redis is left alone for %d s: %s", PAUSE, type(error).__name__)
            return None
        self._away_until = 0.0
        return answer

    def _may_ask(self) -> bool:
        if not self._away_until:
            return True
        with self._lock:
            now = self._ages()
            if now < self._away_until:
                return False
            self._away_until = now + PAUSE
            return True
