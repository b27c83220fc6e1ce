"""A slice of ``make fuzz``: valid flows with one thing changed in each request."""

from random import Random

import pytest

from tests.app.serving.served import served
from tests.databases import Database
from tests.fuzz.running import FLOWS, Report, run
from tests.fuzz.sending import OnSocket
from tests.fuzz.world import build
from tests.sandbox_server import LiveSandbox

pytestmark = pytest.mark.slow

COUNT = 600
ON_SOCKETS = 60
BEYOND = 0.5
"""The share of changed requests that must get further than 400, 401 and 405."""


def test_no_changed_request_of_a_valid_flow_fails_anything(
    sqlite: Database, wechat: LiveSandbox
) -> None:
    world, report, random = build(sqlite, wechat), Report(), Random(1)
    try:
        run(world, COUNT, random, report)
        with served(world.deployment.app) as server:
            world.way = OnSocket(server.port)
            run(world, COUNT + ON_SOCKETS, random, report)
    finally:
        world.close()
        sqlite.empty()

    assert report.faults == []
    assert report.share_beyond() > BEYOND, report.statuses
    assert report.by_flow.keys() == {flow.__name__ for _, flow in FLOWS}
