"""Where limits are counted together: in Redis, and in this process while Redis is away."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

from limits.storage import MemoryStorage, MovingWindowSupport, RedisStorage, Storage

from app.web.redis_circuit import RedisCircuit, client_options

SCHEME = "shared"
Value = TypeVar("Value")


class Count(NamedTuple):
    """One more was counted. :param number: of how many, :param ends: when they are forgotten."""

    number: int
    ends: float
    give_back: Callable[[], object]
    """Takes it away again where it was counted."""


class SharedStorage(Storage, MovingWindowSupport):
    """Whatever Redis does, it answers within 300 ms.

    :param uri: ``shared+`` and the address of a Redis.
    :param circuit: the one for all that asks this Redis.
    """

    STORAGE_SCHEME = [f"{SCHEME}+{kind}" for kind in ("redis", "rediss", "unix")]

    def __init__(
        self, uri: str, wrap_exceptions: bool = False, *, circuit: RedisCircuit, **_: str
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        options = client_options()
        self._redis = RedisStorage(uri.removeprefix(f"{SCHEME}+"), **options)
        self._own = MemoryStorage()
        self._circuit = circuit

    def _ask(self, question: Callable[[Any], Value]) -> Value:
        answer = self._circuit.ask(lambda: question(self._redis))
        return question(self._own) if answer is None else answer

    def count(self, key: str, expiry: int) -> Count:
        """Counts one more in a fixed window."""

        def counted(where: Storage) -> Count:
            here = partial(where.incr, key, expiry, amount=-1)
            guarded = partial(self._circuit.ask, here)
            give_back = guarded if where is self._redis else here
            return Count(where.incr(key, expiry), where.get_expiry(key), give_back)

        return self._ask(counted)

    # What the library asks of a storage.

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        return self._ask(lambda where: bool(where.acquire_entry(key, limit, expiry, amount)))

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        return self._ask(lambda where: where.get_moving_window(key, limit, expiry))  # type: ignore[no-any-return]

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return self._ask(lambda where: int(where.incr(key, expiry, amount)))

    def get(self, key: str) -> int:
        return self._ask(lambda where: int(where.get(key)))

    def get_expiry(self, key: str) -> float:
        return self._ask(lambda where: float(where.get_expiry(key)))

    def check(self) -> bool:
        return True

    def clear(self, key: str) -> None:
        self._ask(lambda where: where.clear(key))

    def reset(self) -> int | None:
        self._own.reset()
        return self._circuit.ask(self._redis.reset)


def count(storage: Storage, key: str, expiry: int) -> Count:
    """Counts one more in a fixed window of ``expiry`` seconds."""
    if isinstance(storage, SharedStorage):
        return storage.count(key, expiry)
    give_back = partial(storage.incr, key, expiry, amount=-1)
    return Count(storage.incr(key, expiry), storage.get_expiry(key), give_back)
