"""Fixtures for tests of the app's own HTTP: a deployment and the WeChat that it talks to."""

from collections.abc import Iterator

import pytest

from tests.app.site import Site, build_site, close, fill
from tests.conftest import TestClock
from tests.sandbox_server import LiveSandbox


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    """A deployment with the sandbox's mini program and nothing else."""
    site = build_site(wechat, clock)
    with site.app.app_context():
        fill(site)
        yield site
        close(site)
