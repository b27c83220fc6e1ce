"""Fixtures of the stories that go through HTTP, on each of the three databases."""

from collections.abc import Iterator

import pytest

from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.sandbox_server import LiveSandbox


@pytest.fixture
def deployment(database: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(database, wechat, clock)
    yield deployment
    close(deployment)
    database.empty()
