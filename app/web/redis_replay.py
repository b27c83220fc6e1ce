"""DPoP proofs seen at userinfo, in Redis: what one node has taken, no other takes again."""

from hashlib import sha256

from app.web.redis_circuit import RedisCircuit, redis_client
from oidc.clock import Clock


class RedisReplayCache:
    """Safe for threads.

    :param url: of the Redis that the limits are counted in too.
    """

    def __init__(self, url: str, circuit: RedisCircuit, clock: Clock) -> None:
        self._redis = redis_client(url)
        self._circuit = circuit
        self._clock = clock

    def remember(self, key: str, expires_at: int) -> bool | None:
        """Whether the value is new to all nodes; None when Redis cannot say."""
        name = "qiao:proof:" + sha256(key.encode()).hexdigest()
        lasts = max(1, expires_at - self._clock())
        return self._circuit.ask(lambda: bool(self._redis.set(name, b"", nx=True, ex=lasts)))
