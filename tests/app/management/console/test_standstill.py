"""A job that does not go on, since its server is gone or none runs, says so."""

import pytest

from app.database import db
from app.management.services import deployment
from app.management.services.jobs import acting, control, store, worker
from app.management.services.jobs.store import LEASE, QUIET, Job
from tests.app.management.console.console import Console
from tests.app.site import Site

SAID = {
    "en": "has not been heard of for 20 s. If it is gone, another one goes on with this in 41 s.",
    "zh-CN": "已有 20 秒没有消息。如果它已停止运行，另一台服务器会在 41 秒后接着执行。",
    "zh-TW": "已有 20 秒沒有訊息。如果它已停止執行，另一台伺服器會在 41 秒後接著執行。",
}


@pytest.fixture
def job(site: Site, console: Console) -> Job:
    """An action on many that nobody has taken up yet."""
    made = console.fill(
        console.get("/admin/accounts/new"), "/admin/accounts/new", {"name": "Mei Lan"}
    )
    sub = made.location.rpartition("/")[2]
    job = acting.begin(deployment.acting_as("admin:cli"), "disable", [(sub, None)])
    db.session.commit()
    return job


def claim(job: Job) -> None:
    """A server takes it up and is killed at once."""
    steps = worker.work(job.id)
    held = store.demand(store.get(db.session(), job.id))
    store.change(
        db.session(), deployment.clock(), held, lease_until=deployment.clock()() + LEASE + 1
    )
    db.session.commit()
    steps.close()


@pytest.mark.parametrize("language", SAID)
def test_server_that_is_gone_is_told_with_when_another_goes_on(
    job: Job, site: Site, console: Console, language: str
) -> None:
    address, console.language = f"/admin/accounts/jobs/{job.id}", language
    claim(job)

    at_work = console.get(address).text
    site.clock.advance(2 * QUIET)
    silent = console.get(address).text

    assert 'class="note warn" role="status"' not in at_work
    assert SAID[language] in silent


def test_job_that_no_server_takes_up_is_told_and_goes_on_when_one_comes(
    job: Job, site: Site, console: Console
) -> None:
    address = f"/admin/accounts/jobs/{job.id}"

    site.clock.advance(QUIET)
    waits = console.get(address).text
    claim(job)
    site.clock.advance(LEASE + 2)
    given_up = console.get(address).text
    worker.work_on_what_is_due()
    done = console.get(address).text

    assert "No server has taken this up for 10 s." in waits
    assert "has not been heard of for 62 s. The next one that looks goes on" in given_up
    assert 'class="note warn" role="status"' not in done
    assert "Action on many accounts done" in console.get("/admin/log").text
    assert "Work on many accounts taken up again" in console.get("/admin/log").text


def test_stopped_job_is_no_standstill(job: Job, site: Site, console: Console) -> None:
    control.stop(deployment.acting_as("admin:cli"), job)
    db.session.commit()

    site.clock.advance(3600)

    page = console.get(f"/admin/accounts/jobs/{job.id}").text
    assert 'class="note warn" role="status"' not in page
