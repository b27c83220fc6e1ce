"""What fails beside the requests is told once, then by its count, and once more when it is over."""

import logging

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.background import Worker
from app.failures import AGAIN, FORGOTTEN, QUIET, Failures, is_away
from oidc.database.wakeup import WakeUp
from tests.app.site import Site
from tests.conftest import TestClock
from tests.shell import free_port


class Work:
    """Asks the database of somebody who is away, asks its own wrongly, or has nothing to do."""

    def __init__(self) -> None:
        self.fault = ""
        self._away = create_engine(f"postgresql+psycopg://127.0.0.1:{free_port()}/x")
        self._own = create_engine("sqlite://")

    def __call__(self) -> None:
        if self.fault == "away":
            self._away.connect()
        if self.fault == "mistake":
            raise KeyError("nobody has foreseen this")


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def workers(site: Site, work: Work) -> list[Worker]:
    site.app.extensions.pop("failures", None)  # those of the test before
    names = ("jobs", "notifications", "logout tokens")
    return [Worker(site.app, name, work, WakeUp(), 1) for name in names]


def rounds(workers: list[Worker], clock: TestClock, seconds: int) -> None:
    for _ in range(seconds):
        for worker in workers:
            worker.work()
        clock.advance(1)


def test_database_that_is_away_is_told_in_one_line_for_all_workers(
    workers: list[Worker], work: Work, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    work.fault = "away"

    rounds(workers, clock, 8)

    (told,) = caplog.records
    assert told.levelno == logging.ERROR
    assert told.getMessage().startswith("jobs wait: the database cannot be used: connection ")
    assert told.exc_info is None


def test_database_that_stays_away_is_told_every_minute_with_a_count(
    workers: list[Worker], work: Work, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    work.fault = "away"

    rounds(workers, clock, 2 * AGAIN + 1)

    first, again, last = (record.getMessage() for record in caplog.records)
    assert "still" not in first
    who = "jobs, logout tokens, notifications still wait: the database cannot be used: "
    assert again.startswith(who)
    assert again.endswith(f"({3 * AGAIN + 1} failures in {AGAIN} s)")
    assert last.endswith(f"({6 * AGAIN + 1} failures in {2 * AGAIN} s)")


def test_outage_is_over_when_all_who_failed_have_come_again(
    workers: list[Worker], work: Work, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    work.fault = "away"
    rounds(workers, clock, 4)
    caplog.clear()
    work.fault = ""

    rounds(workers[:2], clock, 1)
    too_soon = list(caplog.records)
    rounds(workers, clock, 3)

    assert not too_soon
    (told,) = caplog.records
    assert told.getMessage().startswith("over after 12 failures in 3 s: the database cannot be")


def test_who_does_not_come_again_is_not_waited_for(
    workers: list[Worker], work: Work, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    work.fault = "away"
    rounds(workers, clock, 4)
    caplog.clear()
    work.fault = ""

    rounds(workers[:2], clock, QUIET + 2)

    (told,) = caplog.records
    assert told.getMessage().startswith("over after 12 failures in 3 s")


def test_mistake_of_ours_is_told_with_its_traceback_once(
    workers: list[Worker], work: Work, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    work.fault = "mistake"

    rounds(workers[:1], clock, AGAIN + 1)

    first, again = caplog.records
    assert first.exc_info
    assert "jobs wait: KeyError in test_failures.py, line " in first.getMessage()
    assert again.exc_info is None
    assert again.getMessage().endswith(f"({AGAIN + 1} failures in {AGAIN} s)")


def test_mistake_of_who_pauses_for_long_is_not_told_as_new_each_time(
    workers: list[Worker], work: Work, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        work.fault = "mistake"
        rounds(workers[:1], clock, 1)
        work.fault = ""
        rounds(workers[1:], clock, FORGOTTEN // 2)

    assert len([record for record in caplog.records if record.exc_info]) == 1


def test_mistakes_of_two_workers_are_two_causes(
    workers: list[Worker], work: Work, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    work.fault = "mistake"

    rounds(workers[:2], clock, 3)

    told = [record.getMessage().split()[0] for record in caplog.records]
    assert told == ["jobs", "notifications"]


def test_failure_that_came_once_is_told_once(
    clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    failures = Failures(clock)

    failures.tell("jobs", ValueError("never raised, so of no place"))
    failures.over("jobs")

    assert [record.getMessage() for record in caplog.records] == ["jobs wait: ValueError"]


def test_question_that_the_database_refuses_is_not_taken_for_an_outage() -> None:
    with create_engine("sqlite://").connect() as connection:
        connection.execute(text("CREATE TABLE one (id INTEGER PRIMARY KEY)"))
        with pytest.raises(Exception, match="UNIQUE") as refused:
            connection.execute(text("INSERT INTO one VALUES (1), (1)"))
    with pytest.raises(OperationalError) as away:
        create_engine(f"postgresql+psycopg://127.0.0.1:{free_port()}/x").connect()

    assert not is_away(refused.value)
    assert is_away(away.value)
