"""Behind PgBouncer in transaction mode, where each transaction meets another server connection."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import URL, make_url

from app.management.cli.doctor.database_checks import check_database
from tests.conftest import TestClock
from tests.databases import shared_database, those_of
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import signed_in
from tests.own_servers import own_server
from tests.sandbox_server import LiveSandbox


@pytest.fixture(params=those_of("postgresql"))
def pooled(
    request: pytest.FixtureRequest, shared: None, wechat: LiveSandbox, clock: TestClock
) -> Iterator[Deployment]:
    """The product, whose database is behind a pooler with few connections."""
    database = shared_database(request.param)
    with own_server("pgbouncer") as pooler:
        url = make_url(database.url).set(host="127.0.0.1", port=pooler.port)
        open_three(url.set(drivername="postgresql"))
        through = replace(database, url=url.render_as_string(hide_password=False))
        deployment = build_deployment(through, wechat, clock, shared=False)
        yield deployment
        close(deployment)
    database.empty()


def open_three(url: URL) -> None:
    """Has the pooler open as many server connections, which it then gives out in turn."""
    address = url.render_as_string(hide_password=False)
    with ExitStack() as opened:
        three = [opened.enter_context(psycopg.connect(address)) for _ in range(3)]
        numbers = {each.execute("SELECT pg_backend_pid()").fetchone() for each in three}
    assert len(numbers) == 3


def test_every_request_is_answered_through_a_pooler(pooled: Deployment) -> None:
    story = signed_in(pooled)
    for _ in range(3):
        tokens = story.tokens()
        token = tokens["access_token"]
        assert story.shop.userinfo(token).status_code == 200
        assert story.shop.post("/introspect", {"token": token}).get_json()["active"] is True
        assert story.shop.refresh(tokens["refresh_token"]).status_code == 200
        assert story.browser.get("/account").status_code == 200
        story = story.next_code()

    with pooled.app.app_context():
        assert [each.level for each in check_database() if each.subject == "pooler"] == ["ok"]
