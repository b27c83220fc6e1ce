"""Refresh tokens end, however often they are used (RFC 9700 4.14.2; OAuth 2.0 for browsers 8)."""

from collections.abc import Iterator

import pytest

from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import signed_in
from tests.sandbox_server import LiveSandbox

DAY = 86400


@pytest.fixture
def short(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    """A deployment where grants end after three days and unused refresh tokens after two."""
    lifetimes = {"refresh_token_lifetime": 2 * DAY, "refresh_token_absolute_lifetime": 3 * DAY}
    deployment = build_deployment(sqlite, wechat, clock, **lifetimes)
    yield deployment
    close(deployment)
    sqlite.empty()


def test_token_that_is_used_each_day_ends_all_the_same(short: Deployment) -> None:
    story = signed_in(short)
    token = story.tokens()["refresh_token"]
    statuses = []

    for _ in range(4):
        short.clock.advance(DAY - 1)
        answer = story.shop.refresh(token)
        statuses.append(answer.status_code)
        token = answer.get_json().get("refresh_token", token)

    assert statuses == [200, 200, 200, 400]
    assert story.shop.refresh(token).get_json()["error"] == "invalid_grant"


def test_end_of_one_application_is_its_own(short: Deployment) -> None:
    story = signed_in(short, refresh_token_absolute_lifetime=DAY)
    token = story.tokens()["refresh_token"]
    short.clock.advance(DAY)

    assert story.shop.refresh(token).get_json()["error"] == "invalid_grant"


def test_token_from_before_there_was_an_end_ends_too(deployment: Deployment) -> None:
    """Its own end is later; the age of its grant decides."""
    story = signed_in(deployment, refresh_token_lifetime=400 * DAY)
    token = story.tokens()["refresh_token"]
    deployment.clock.advance(365 * DAY)

    assert story.shop.refresh(token).get_json()["error"] == "invalid_grant"
