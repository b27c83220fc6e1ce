"""The page of a job shows what is to be looked at without reading what became of all the rest."""

import io
import json

import pytest
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.database import db
from app.management.services import deployment
from app.management.services.jobs import control, store, troubles, uploads, worker
from app.management.services.jobs.store import Job
from tests.app.accounts.statements import recorded
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site

ROWS = 6000


def imported(lines: list[str]) -> Job:
    actor = deployment.acting_as("admin:cli")
    content = "phone,name\n" + "\n".join(lines) + "\n"
    job = uploads.upload(actor, io.BytesIO(content.encode()), name="people.csv")
    control.run(actor, job)
    db.session.commit()
    worker.work_on_what_is_due()
    return store.demand(store.get(db.session(), job.id))


def test_one_trouble_near_the_end_of_many_rows_is_shown_by_few_statements(site: Site) -> None:
    make_admin(site)
    console = Console(site.app.test_client())
    console.sign_in()
    good = [f"138{number:08},李{number}" for number in range(ROWS)]
    job = imported([*good[:-5], "12,<b>韩梅梅</b>", *good[-5:]])
    address = f"/admin/accounts/jobs/{job.id}"
    console.get(address)

    with recorded(db.engine) as statements:
        page = console.get(address).text

    assert "&lt;b&gt;韩梅梅&lt;/b&gt;" in page
    assert len(statements) <= 12, statements
    db.session.rollback()


def test_troubles_are_few_short_and_those_of_the_newest_run(site: Site) -> None:
    long = "x" * 5000
    job = imported([f"{number % 100},{long}" for number in range(200)])

    kept = job.options[troubles.NAME]

    assert job.counts["refused"] == 200
    assert 0 < len(kept) <= troubles.MOST
    assert len(json.dumps(kept)) <= troubles.ROOM
    assert all(len(cell) <= troubles.LONGEST for one in kept for cell in one[4].values())
    assert [one[0] for one in kept] == list(range(2, 2 + len(kept)))
    actor = deployment.acting_as("admin:cli")
    assert control.told(actor, job, "refused", most=3) == kept[:3]
    assert control.told(actor, job, "conflict") == []
    # All of them are in the file.
    assert sum("refused" in line for line in control.lines(actor, job)) == 200


def test_preview_leaves_no_troubles_to_the_import(site: Site) -> None:
    actor = deployment.acting_as("admin:cli")
    content = b"phone,name\n12,x\n13800138000,y\n"
    job = uploads.upload(actor, io.BytesIO(content), name="people.csv")
    control.check(actor, job, {})
    db.session.commit()
    worker.work_on_what_is_due()
    checked = store.demand(store.get(db.session(), job.id))
    control.run(actor, checked)
    db.session.commit()
    worker.work_on_what_is_due()
    done = store.demand(store.get(db.session(), job.id))

    assert [one[:2] for one in checked.options[troubles.NAME]] == [[2, "refused"]]
    assert [one[:2] for one in done.options[troubles.NAME]] == [[2, "refused"]]
    assert (checked.state, done.state) == ("checked", "done")


def test_job_that_finds_no_connection_of_the_database_is_taken_up_again(site: Site) -> None:
    actor = deployment.acting_as("admin:cli")
    job = uploads.upload(actor, io.BytesIO(b"phone,name\n13800138000,x\n"), name="people.csv")
    control.run(actor, job)
    db.session.commit()

    def none_is_free(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO account "):
            raise PoolTimeout("no connection became free")

    engine = db.engine
    event.listen(engine, "before_cursor_execute", none_is_free)
    try:
        with pytest.raises(PoolTimeout):
            worker.work_on_what_is_due()
    finally:
        event.remove(engine, "before_cursor_execute", none_is_free)
    left = store.demand(store.get(db.session(), job.id)).state
    site.clock.advance(store.LEASE + 1)
    worker.work_on_what_is_due()

    assert left == "running"
    assert store.demand(store.get(db.session(), job.id)).state == "done"
