"""DPoP proofs seen at userinfo, in Redis: what one node has taken, no other takes again."""

import logging
from hashlib import sha256

from redis import Redis
from redis.exceptions import RedisError

from oidc.clock import Clock

log = logging.getLogger(__name__)

PATIENCE = 0.3
"""Seconds: a proof is not worth waiting longer for."""
PAUSE = 5
"""Seconds for which Redis is left alone after it has failed."""


class RedisReplayCache:
    """Safe for threads.

    :param url: of the Redis that the limits are counted in too.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
        self._clock = clock
        self._away_until = 0

    def remember(self, key: str, expires_at: int) -> bool | None:
        """Whether the value is new to all nodes; None when Redis cannot say."""
        now = self._clock()
        if now < self._away_until:
            return None
        name = "qiao:proof:" + sha256(key.encode()).hexdigest()
        try:
            return bool(self._redis.set(name, b"", nx=True, ex=max(1, expires_at - now)))
        except RedisError as error:
            self._away_until = now + PAUSE
            log.warning(
                "DPoP proofs are remembered by this process alone: %s", type(error).__name__
            )
            return None
