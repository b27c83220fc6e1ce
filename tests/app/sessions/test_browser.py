"""Browser sessions on each database: begin, load, rotate, expire, end."""

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from app.enablement import sources
from app.sessions import browser
from app.sessions.browser import Ended, NewSession
from app.sessions.lifetimes import SessionLifetimes
from app.tables.people import ACCOUNT, BROWSER_SESSION
from tests.app.accounts.statements import recorded
from tests.conftest import TestClock

DAY = 86400


@pytest.fixture(autouse=True)
def _people(session: Session) -> None:
    times = {"created_at": 1, "updated_at": 1}
    session.execute(insert(ACCOUNT), [{"id": "ming", **times}, {"id": "hong", **times}])


def begin(
    session: Session, clock: TestClock, account: str = "ming", **options: object
) -> NewSession:
    values: dict[str, object] = {"amr": ("wechat",), "connection_id": "mini"} | options
    return browser.begin(session, clock, account, **values)  # type: ignore[arg-type]


def test_session_is_loaded_with_its_person_in_one_statement(
    engine: Engine, session: Session, clock: TestClock
) -> None:
    begun = begin(session, clock, amr=("wechat", "mfa"), user_agent="x" * 300, ip="203.0.113.9")

    with recorded(engine) as statements:
        loaded = browser.get(session, clock, begun.token)

    assert len(statements) == 1
    assert loaded is not None
    assert (loaded.subject, loaded.sid, loaded.amr) == ("ming", begun.sid, ("wechat", "mfa"))
    assert loaded.auth_time == clock.now


def test_token_is_stored_only_as_a_digest(session: Session, clock: TestClock) -> None:
    begun = begin(session, clock)

    row = session.execute(select(BROWSER_SESSION)).one()

    assert len(begun.token) == 43
    assert begun.token not in map(str, row)


def test_signing_in_again_makes_the_old_token_worthless_and_keeps_the_sid(
    session: Session, clock: TestClock
) -> None:
    first = begin(session, clock)
    clock.advance(100)

    second = begin(session, clock, replacing=first.token)

    assert browser.get(session, clock, first.token) is None
    assert second.sid == first.sid
    assert second.auth_time == first.auth_time + 100
    assert second.ended is None


def test_another_person_in_the_same_browser_ends_the_first_ones_session(
    session: Session, clock: TestClock
) -> None:
    first = begin(session, clock, "ming")

    second = begin(session, clock, "hong", replacing=first.token)

    assert second.ended == Ended(first.sid, "ming", "mini")
    assert second.sid != first.sid


def test_planted_token_is_never_taken_over(session: Session, clock: TestClock) -> None:
    begun = begin(session, clock, replacing="planted-by-an-attacker")

    assert begun.token != "planted-by-an-attacker"
    assert browser.get(session, clock, "planted-by-an-attacker") is None


@pytest.mark.parametrize("column", ["disabled_at", "merged_into"])
def test_disabled_or_merged_person_is_signed_out(
    session: Session, clock: TestClock, column: str
) -> None:
    begun = begin(session, clock)
    session.execute(update(ACCOUNT).values({column: 1 if column == "disabled_at" else "hong"}))

    assert browser.get(session, clock, begun.token) is None


def test_unused_session_is_over_after_the_idle_time(session: Session, clock: TestClock) -> None:
    begun = begin(session, clock)
    clock.advance(7 * DAY)

    assert browser.get(session, clock, begun.token) is None


def test_used_session_is_over_after_the_absolute_time(session: Session, clock: TestClock) -> None:
    begun = begin(session, clock)
    for _ in range(29):
        clock.advance(DAY)
        assert browser.get(session, clock, begun.token) is not None

    clock.advance(DAY)

    assert browser.get(session, clock, begun.token) is None


def test_use_is_noted_at_most_once_an_hour(
    engine: Engine, session: Session, clock: TestClock
) -> None:
    begun = begin(session, clock)
    clock.advance(3599)
    browser.get(session, clock, begun.token)
    unchanged = session.scalar(select(BROWSER_SESSION.c.last_seen))
    clock.advance(1)

    with recorded(engine) as statements:
        browser.get(session, clock, begun.token)
        browser.get(session, clock, begun.token)

    assert unchanged == clock.now - 3600
    assert session.scalar(select(BROWSER_SESSION.c.last_seen)) == clock.now
    assert len(statements) == 3


def test_application_may_rely_only_on_a_source_that_it_has_enabled(
    session: Session, clock: TestClock
) -> None:
    by_wechat = begin(session, clock)
    by_password = begin(session, clock, connection_id=None, amr=("pwd",))
    sources.switch(session, clock, "shop", "mini", True, actor="admin:a")

    def enabled(token: str, client_id: str | None) -> bool:
        loaded = browser.get(session, clock, token, client_id=client_id)
        assert loaded is not None
        return loaded.enabled

    assert enabled(by_wechat.token, "shop")
    assert not enabled(by_wechat.token, "other")
    assert enabled(by_wechat.token, None)
    assert enabled(by_password.token, "other")


def test_one_browser_is_signed_out(session: Session, clock: TestClock) -> None:
    begun, other = begin(session, clock), begin(session, clock)

    ended = browser.end(session, begun.token)

    assert ended == Ended(begun.sid, "ming", "mini")
    assert browser.get(session, clock, begun.token) is None
    assert browser.get(session, clock, other.token) is not None
    assert browser.end(session, begun.token) is None


def test_sid_of_somebody_else_signs_nobody_out(session: Session, clock: TestClock) -> None:
    begun = begin(session, clock, "ming")

    ended = browser.end_by_sid(session, "hong", begun.sid)

    assert ended is None
    assert browser.get(session, clock, begun.token) is not None


def test_all_other_browsers_are_signed_out(session: Session, clock: TestClock) -> None:
    here, there = begin(session, clock), begin(session, clock)
    stranger = begin(session, clock, "hong")

    ended = browser.end_all(session, "ming", but=here.sid)

    assert ended == [Ended(there.sid, "ming", "mini")]
    assert [one.sid for one in browser.of_account(session, clock, "ming")] == [here.sid]
    assert browser.get(session, clock, stranger.token) is not None


def test_sessions_of_a_connection_are_ended_in_batches(session: Session, clock: TestClock) -> None:
    for _ in range(3):
        begin(session, clock)
    kept = begin(session, clock, connection_id="mobile")

    first = browser.end_all_of_connection(session, "mini", limit=2)
    second = browser.end_all_of_connection(session, "mini", limit=2)

    assert (len(first), len(second)) == (2, 1)
    assert browser.get(session, clock, kept.token) is not None


def test_sessions_that_are_over_are_pruned(session: Session, clock: TestClock) -> None:
    begin(session, clock)
    clock.advance(DAY)
    fresh = begin(session, clock)

    ended = browser.prune(session, clock, lifetimes=SessionLifetimes(idle=DAY))

    assert len(ended) == 1
    assert session.scalars(select(BROWSER_SESSION.c.sid)).all() == [fresh.sid]


@pytest.mark.parametrize("token", [None, "", "é" * 10, "x" * 5000])
def test_nonsense_in_the_cookie_is_nobody(
    session: Session, clock: TestClock, token: str | None
) -> None:
    assert browser.get(session, clock, token) is None
