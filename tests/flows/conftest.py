"""Fixtures of the stories that go through HTTP, on each of the three databases."""

from collections.abc import Iterator

import pytest

from tests.app.site import Site, filled_site
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.provider_sandbox import LiveProvider
from tests.sandbox_server import LiveSandbox


@pytest.fixture
def deployment(database: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(database, wechat, clock)
    yield deployment
    close(deployment)
    database.empty()


@pytest.fixture(scope="module")
def running() -> Iterator[LiveProvider]:
    """A provider of OpenID Connect, as a source."""
    provider = LiveProvider(TestClock())
    yield provider
    provider.close()


@pytest.fixture
def provider(running: LiveProvider) -> LiveProvider:
    running.reset()
    return running


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    """The product with that source among its connections, on SQLite."""
    with filled_site(wechat, clock) as site:
        yield site
