"""Fixtures for tests of the app's own HTTP: a deployment and the WeChat that it talks to."""

from collections.abc import Iterator

import pytest

from tests.app.site import Site, filled_site
from tests.conftest import TestClock
from tests.sandbox_server import LiveSandbox


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    """A deployment with the sandbox's mini program and nothing else."""
    with filled_site(wechat, clock) as site:
        yield site
