"""What people and administrators are told, on each database; and that none of it is hidden."""

import pytest
from sqlalchemy.orm import Session

from app.audit import notices, trail
from app.audit.notices import TO_ADMIN, TO_PERSON, Notice
from app.audit.trail import Event
from app.management.console.labels import EVENTS
from tests.conftest import TestClock


def note(session: Session, clock: TestClock, notice: Notice, **about: str) -> None:
    trail.record(session, clock, Event(notice.kind, **(dict(notice.only or {}) | about)))


@pytest.mark.parametrize("notice", TO_PERSON, ids=lambda one: one.sentence)
def test_person_is_told_what_is_about_them(
    session: Session, clock: TestClock, notice: Notice
) -> None:
    note(session, clock, notice, subject="a")
    note(session, clock, notice, subject="b")

    [told] = notices.of_person(session, "a")

    assert (told.sentence, told.is_refusal) == (notice.sentence, notice.is_refusal)
    assert told.event.subject == "a"


@pytest.mark.parametrize("notice", TO_ADMIN, ids=lambda one: one.sentence)
def test_administrator_is_told_what_is_about_them(
    session: Session, clock: TestClock, notice: Notice
) -> None:
    note(session, clock, notice, admin_id="a")
    note(session, clock, notice, admin_id="b")

    [told] = notices.of_admin(session, "a")

    assert (told.sentence, told.event.admin_id) == (notice.sentence, "a")


def test_plain_sign_in_is_no_notice(session: Session, clock: TestClock) -> None:
    trail.record(session, clock, Event("sign_in.succeeded", subject="a"))
    trail.record(session, clock, Event("sign_in.refused", subject="a", rule="login_only"))

    assert notices.of_person(session, "a") == []


def test_many_wrong_passwords_do_not_hide_a_new_way_in(session: Session, clock: TestClock) -> None:
    trail.record(session, clock, Event("account.linked", subject="a"))
    for _ in range(30):
        trail.record(session, clock, Event("sign_in.refused", subject="a", rule="local_password"))

    told = notices.of_person(session, "a")

    assert [one.event.kind for one in told] == ["sign_in.refused"] * 10 + ["account.linked"]


def test_everything_that_is_told_has_a_name_in_the_log() -> None:
    assert {one.kind for one in (*TO_PERSON, *TO_ADMIN)} - EVENTS.keys() == set()
