"""Fixtures of the specification tests: SQLite is enough, the databases have suites of their own."""

from collections.abc import Iterator

import pytest

from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.sandbox_server import LiveSandbox


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock)
    yield deployment
    close(deployment)
    sqlite.empty()
