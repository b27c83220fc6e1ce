"""Processes that are killed while they work on many: nothing is lost, and nothing done twice."""

import csv
import io
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.records.listing import Wanted
from app.database import db
from app.factory import create_app
from app.management.services import deployment
from app.management.services.jobs import acting, control, store, uploads
from app.management.services.jobs.store import Job
from app.settings_reading import read_settings
from app.tables.jobs import ACCOUNT_JOB
from app.tables.people import ACCOUNT, AUDIT_EVENT
from tests.shell import Shell, free_port, settings

pytestmark = pytest.mark.slow

PEOPLE = 6000
TWICE = 600
"""Rows that stand in the file once more, and rows that cannot be imported: so many of each."""
ROWS = PEOPLE + 2 * TWICE
PATIENCE = 120


def sent() -> str:
    """One person a row, with each tenth row again, and one that nobody can be known by."""
    lines = ["phone,name"]
    for number in range(PEOPLE):
        row = f"138{number:08},李{number}"
        lines += [row, row, ",nobody"] if number % 10 == 0 else [row]
    return "\n".join(lines) + "\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(settings(free_port(), f"sqlite:///{tmp_path / 'qiao.sqlite3'}"))
    assert shell.flask("db", "upgrade").returncode == 0
    return shell


@pytest.fixture
def app(shell: Shell) -> Iterator[Flask]:
    app = create_app(read_settings(shell.settings))
    with app.app_context():
        yield app


def until(what: Callable[[], object]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def found(job: Job) -> Job:
    db.session.rollback()
    return store.demand(store.get(db.session(), job.id))


def killed_at_work(shell: Shell, job: Job) -> Job:
    """The job as a node leaves it that is killed in the middle (SIGKILL)."""
    before = found(job)
    with shell.serving(free_port()) as node:
        until(lambda: found(job).done > before.done)
        node.send_signal(signal.SIGKILL)
        node.wait()
    left = found(job)
    assert left.state == "running"
    assert left.done < left.total
    return left


def finished_by_two_nodes(shell: Shell, job: Job) -> Job:
    """The job after two nodes have found it: a minute after the one that worked on it died."""
    db.session.execute(update(ACCOUNT_JOB).values(lease_until=1))
    db.session.commit()
    with ExitStack() as nodes:
        for _ in range(2):
            nodes.enter_context(shell.serving(free_port()))
        until(lambda: not found(job).is_under_way)
    return found(job)


def people() -> tuple[int, int]:
    """How many there are, and how many phone numbers they have."""
    db.session.rollback()
    counted = select(func.count(), func.count(ACCOUNT.c.phone.distinct()))
    return tuple(db.session.execute(counted.select_from(ACCOUNT)).one())  # type: ignore[return-value]


def log() -> list[tuple[str, str]]:
    """What the audit trail says of work on many: what happened, and who did it."""
    db.session.rollback()
    of_many = AUDIT_EVENT.c.kind.like("accounts.%")
    query = (
        select(AUDIT_EVENT.c.kind, AUDIT_EVENT.c.actor).where(of_many).order_by(AUDIT_EVENT.c.id)
    )
    return [(kind.removeprefix("accounts."), actor) for kind, actor in db.session.execute(query)]


def results(job: Job) -> list[dict[str, str]]:
    lines = control.lines(deployment.acting_as("admin:cli"), job)
    return list(csv.DictReader("".join(lines).lstrip("\ufeff").splitlines()))


def test_import_goes_on_where_the_node_was_that_was_killed(app: Flask, shell: Shell) -> None:
    actor = deployment.acting_as("admin:cli")
    job = uploads.upload(actor, io.BytesIO(sent().encode()), name="people.csv")
    control.run(actor, job)
    db.session.commit()

    killed_at_work(shell, job)
    control.stop(actor, found(job))
    db.session.commit()
    control.run(actor, found(job))  # a click of somebody who does not wait a minute
    db.session.commit()
    killed_at_work(shell, job)
    done = finished_by_two_nodes(shell, job)

    told = results(done)
    assert (done.state, done.done, done.total) == ("done", ROWS, ROWS)
    assert done.counts == {"created": PEOPLE, "unchanged": TWICE, "refused": TWICE}
    assert people() == (PEOPLE, PEOPLE)
    assert [int(one["row"]) for one in told] == list(range(2, ROWS + 2))
    assert {one["reason"] for one in told if one["outcome"] == "refused"} == {"nothing_known"}
    subs = set(db.session.scalars(select(ACCOUNT.c.id)))
    assert {one["sub"] for one in told if one["outcome"] == "created"} == subs
    assert log() == [
        ("import_uploaded", "admin:cli"),
        ("import_begun", "admin:cli"),
        ("job_stopped", "admin:cli"),
        ("job_resumed", "admin:cli"),
        ("job_resumed", "system"),
        ("imported", "admin:cli"),
    ]


def test_action_on_many_goes_on_where_the_node_was_that_was_killed(
    app: Flask, shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("phone\n" + "".join(f"138{number:08}\n" for number in range(1500)))
    assert shell.flask("accounts", "import", str(file)).returncode == 0
    time.sleep(1)  # of those who are there when it begins
    job = acting.begin(deployment.acting_as("admin:cli"), "erase", Wanted())
    db.session.commit()

    killed_at_work(shell, job)
    done = finished_by_two_nodes(shell, job)

    told = results(done)
    assert (done.state, done.done) == ("done", 1500)
    assert done.counts == {"done": 1500}
    assert len({one["sub"] for one in told}) == 1500
    assert people() == (0, 0)
    assert log()[2:] == [
        ("action_begun", "admin:cli"),
        ("job_resumed", "system"),
        ("action_done", "admin:cli"),
    ]


def test_resume_waits_for_the_node_that_was_killed_and_goes_on_then(
    app: Flask, shell: Shell
) -> None:
    actor = deployment.acting_as("admin:cli")
    job = uploads.upload(actor, io.BytesIO(sent().encode()), name="people.csv")
    control.run(actor, job)
    db.session.commit()
    killed_at_work(shell, job)
    db.session.execute(update(ACCOUNT_JOB).values(lease_until=int(time.time()) + 3))
    db.session.commit()

    resumed = shell.flask("accounts", "resume", job.id)

    assert "last heard of" in resumed.stderr
    assert "goes on from here" in resumed.stderr
    assert f"done ({job.id}); " in resumed.stdout
    assert found(job).counts == {"created": PEOPLE, "unchanged": TWICE, "refused": TWICE}


def test_import_command_tells_of_nobody_who_was_not_imported(
    app: Flask, shell: Shell, tmp_path: Path
) -> None:
    file, some, rest = (tmp_path / name for name in ("people.csv", "some.csv", "rest.csv"))
    file.write_text(sent())
    command = shell.start("accounts", "import", str(file), "--results", str(some))
    until(lambda: some.exists() and some.stat().st_size > 50_000)
    command.kill()
    command.communicate()

    first = list(csv.DictReader(some.read_text().splitlines(keepends=True)[:-1]))
    made = [one["sub"] for one in first if one["outcome"] == "created"]
    there = set(db.session.scalars(select(ACCOUNT.c.id)))
    again = shell.flask("accounts", "import", str(file), "--results", str(rest))

    assert made
    assert set(made) <= there
    assert len(there) < PEOPLE
    assert again.returncode == 1
    told = list(csv.DictReader(rest.read_text().splitlines()))
    assert [int(one["line"]) for one in told] == list(range(2, ROWS + 2))
    assert people() == (PEOPLE, PEOPLE)
    # The one that was killed has no end.
    assert [kind for kind, _actor in log()] == ["import_begun", "import_begun", "imported"]
