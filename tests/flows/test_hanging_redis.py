"""A Redis that hangs without going away."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.own_servers import OwnServer, own_server
from tests.sandbox_server import LiveSandbox

pytestmark = pytest.mark.slow


def timed(ask: Callable[[], Any]) -> float:
    begun = time.monotonic()
    ask()
    return time.monotonic() - begun


@contextmanager
def stalled(server: OwnServer) -> Iterator[None]:
    server.stall()
    try:
        yield
    finally:
        server.go_on()


@pytest.fixture
def redis() -> Iterator[OwnServer]:
    with own_server("redis") as server:
        yield server


def test_hanging_redis_costs_a_request_300_ms_once_and_then_nothing(
    redis: OwnServer, sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    url = f"redis://127.0.0.1:{redis.port}/0"
    deployment = build_deployment(sqlite, wechat, clock, shared=False, redis_url=url)
    try:
        deployment.connection()
        assert_waits_little(redis, deployment)
    finally:
        close(deployment)
        sqlite.empty()


def assert_waits_little(redis: OwnServer, deployment: Deployment) -> None:
    shop = deployment.application(first_party=True)
    page = deployment.browser().get(shop.start().url).location
    browser = deployment.browser()
    browser.get(page)
    calm = min(timed(lambda: begin(browser, shop)) for _ in range(5))

    with stalled(redis):
        first = timed(lambda: begin(browser, shop))
        later = [timed(lambda: begin(browser, shop)) for _ in range(10)]

    assert first < calm * 4 + 0.3
    assert first > 0.1  # it was asked
    assert sum(later) / len(later) < calm * 4 + 0.05


def begin(browser: Any, shop: Any) -> None:
    """Begins to sign in by scanning, which is limited by address and by connection."""
    started = browser.get(shop.start().url)
    login = browser.get(started.location)
    answer = browser.submit(login, started.location, connection="wechat")
    assert answer.status_code == 303, answer.text
