"""A deployment whose administrator has a program, and somebody's server that wants to be told."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.notifications.lanes import Lanes
from tests.app.management.api.program import Program
from tests.app.notifications.receiver import Hook, hooking
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.sandbox_server import LiveSandbox

Deliver = Callable[[], Counter[str]]


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock)
    yield deployment
    close(deployment)
    sqlite.empty()


@pytest.fixture
def program(deployment: Deployment) -> Program:
    return Program.of(deployment)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooking() as hook:
        yield hook


@pytest.fixture
def webhook(program: Program, hook: Hook) -> Any:
    """One that wants everything, with its secret."""
    return program.make("/webhooks", id="ops", url=hook.url)


@pytest.fixture
def deliver(deployment: Deployment) -> Iterator[Deliver]:
    """Makes the attempts that are due, as a node does; how many ended in which state."""
    lanes = Lanes(deployment.app)

    def deliver() -> Counter[str]:
        with deployment.app.app_context():
            return lanes.deliver_due()

    yield deliver
    lanes.close()
