"""Limits that several nodes count together, while Redis answers and while it does not."""

from urllib.parse import urlsplit

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter

from app.web.limit_storage import SharedStorage
from app.web.redis_circuit import PAUSE, RedisCircuit
from tests.wire import Wire


class Ages:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ages() -> Ages:
    return Ages()


@pytest.fixture
def wire(redis_url: str) -> Wire:
    """The way to Redis, which can be cut."""
    return Wire("127.0.0.1", urlsplit(redis_url).port or 6379)


@pytest.fixture
def storage(wire: Wire, redis_url: str, ages: Ages) -> SharedStorage:
    url = f"shared+redis://127.0.0.1:{wire.port}{urlsplit(redis_url).path}"
    storage = SharedStorage(url, circuit=RedisCircuit(ages))
    storage.reset()
    return storage


def test_nodes_count_together(storage: SharedStorage, redis_url: str) -> None:
    other = SharedStorage(f"shared+{redis_url}", circuit=RedisCircuit())

    counted = [where.count("tries", 60).number for where in (storage, other, storage)]

    assert counted == [1, 2, 3]
    assert other.get("tries") == 3


def test_while_redis_is_away_a_node_counts_for_itself(storage: SharedStorage, wire: Wire) -> None:
    limiter, once = MovingWindowRateLimiter(storage), RateLimitItemPerMinute(1)
    assert limiter.hit(once, "somebody")

    wire.cut()

    assert [limiter.hit(once, "somebody") for _ in range(2)] == [True, False]
    assert limiter.get_window_stats(once, "somebody").remaining == 0
    assert storage.count("tries", 60).number == 1
    assert storage.get_expiry("tries") > 0
    storage.clear("tries")
    assert storage.get("tries") == 0


def test_what_was_counted_here_is_given_back_here_though_redis_is_back(
    storage: SharedStorage, wire: Wire, ages: Ages, redis_url: str
) -> None:
    wire.cut()
    here = storage.count("tries", 60)
    wire.mend()
    ages.now += PAUSE

    here.give_back()

    other = SharedStorage(f"shared+{redis_url}", circuit=RedisCircuit())
    assert other.count("tries", 60).number == 1


def test_what_was_counted_in_redis_is_not_given_back_elsewhere(
    storage: SharedStorage, wire: Wire
) -> None:
    shared = storage.count("tries", 60)

    wire.cut()
    shared.give_back()

    assert storage.count("tries", 60).number == 1
