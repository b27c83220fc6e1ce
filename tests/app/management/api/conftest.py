"""A deployment on each database, and a program that may administer it."""

from collections.abc import Iterator

import pytest

from tests.app.management.api.program import Program
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


@pytest.fixture
def program(deployment: Deployment) -> Program:
    return Program.of(deployment)
