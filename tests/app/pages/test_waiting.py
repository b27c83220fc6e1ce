"""While WeChat keeps us waiting, the database is free for everybody else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from sqlalchemy.pool import QueuePool

from app.database import database_url, db
from tests.app.pages.test_redirection import leave, path_of
from tests.app.pages.test_scan import begin
from tests.app.site import Site, build_site, close, fill
from tests.conftest import TestClock
from tests.sandbox_server import LiveSandbox

DELAY = 0.6


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock, tmp_path: Path) -> Iterator[Site]:
    """A deployment whose database connections can be counted."""
    url = database_url(f"sqlite:///{tmp_path}/qiao.sqlite3")
    site = build_site(wechat, clock, database_url=url)
    with site.app.app_context():
        fill(site)
        yield site
        close(site)


def showing_a_code(site: Site) -> Callable[[], Any]:
    begun = begin(site)
    return lambda: begun.page


def opening_wechat(site: Site) -> Callable[[], Any]:
    begun = begin(site)
    return lambda: begun.browser.get(f"{begun.scan}/open")


def confirming(site: Site) -> Callable[[], Any]:
    begun = begin(site)
    api = f"/federation/v1/tickets/{begun.scene()}"
    phone = site.phone()
    phone.get(api)
    body = {"js_code": site.wechat.js_code("li-lei"), "number": begun.number()}
    return lambda: phone.post(f"{api}/confirm", json=body)


def coming_back(site: Site) -> Callable[[], Any]:
    browser, _, page = leave(site)
    back = path_of(site.wechat.authorize(page, "li-lei"))
    return lambda: browser.get(back)


@pytest.mark.parametrize("story", [showing_a_code, opening_wechat, confirming, coming_back])
def test_no_connection_is_held_while_wechat_is_asked(
    site: Site, story: Callable[[Site], Callable[[], Any]]
) -> None:
    step = story(site)
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    db.session.remove()
    site.wechat.answers(endpoint="*", delay=DELAY)

    with ThreadPoolExecutor() as elsewhere:
        answer = elsewhere.submit(step)
        sleep(DELAY / 2)
        while pool.checkedout() and not answer.done():
            sleep(0.01)  # a busy machine: WeChat is not asked yet
        held, done = pool.checkedout(), answer.done()

    assert not done
    assert held == 0
    assert answer.result().status_code in (200, 303)
