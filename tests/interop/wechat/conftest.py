"""The sandbox under WeChat's own names, for libraries that know no other."""

from collections.abc import Iterator

import pytest

from tests.interop.wechat.tunnel import Tunnel, tunnel
from tests.sandbox_server import LiveSandbox


@pytest.fixture(scope="session")
def through(
    live_sandbox: LiveSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tunnel]:
    with tunnel(live_sandbox.url, tmp_path_factory.mktemp("tunnel")) as ready:
        yield ready
