"""The audit trail: written with the transaction, read by filters, page by page."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.audit import trail
from app.audit.trail import Event, Filter, masked
from app.web.client_address import setup_origin
from tests.conftest import TestClock


def test_event_is_read_back_as_it_was_written(session: Session, clock: TestClock) -> None:
    event = Event(
        "sign_in.succeeded", "person:a", "a", "shop", "mini", "known_openid", "ok", {"名": "明"}
    )

    trail.record(session, clock, event)

    [read] = trail.page(session)
    assert read.time == clock.now
    assert (read.kind, read.actor, read.subject, read.rule) == (
        event.kind,
        event.actor,
        event.subject,
        event.rule,
    )
    assert read.detail == {"名": "明"}


def test_event_of_a_transaction_that_failed_did_not_happen(
    session: Session, clock: TestClock
) -> None:
    trail.record(session, clock, Event("account.deleted"))

    session.rollback()

    assert trail.page(session) == []


def test_pages_follow_each_other_newest_first(session: Session, clock: TestClock) -> None:
    for n in range(5):
        trail.record(session, clock, Event(f"event.{n}"))

    first = trail.page(session, limit=3)
    second = trail.page(session, before=first[-1].id, limit=3)

    assert [event.kind for event in first + second] == [f"event.{n}" for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(kind="wanted"),
        Filter(subject="a"),
        Filter(client_id="shop"),
        Filter(connection_id="mini"),
        Filter(outcome="refused"),
        Filter(since=1_800_000_100, until=1_800_000_101),
    ],
)
def test_filter_shows_only_what_is_wanted(
    session: Session, clock: TestClock, wanted: Filter
) -> None:
    trail.record(session, clock, Event("other"))
    clock.advance(100)
    trail.record(session, clock, Event("wanted", "x", "a", "shop", "mini", None, "refused"))
    clock.advance(100)
    trail.record(session, clock, Event("other"))

    [found] = trail.page(session, wanted)

    assert found.kind == "wanted"


def test_old_events_are_pruned_in_batches(session: Session, clock: TestClock) -> None:
    for _ in range(5):
        trail.record(session, clock, Event("event"))
        clock.advance(10)

    removed = [trail.prune(session, clock.now - 20, limit=2) for _ in range(3)]

    assert removed == [2, 1, 0]
    assert len(trail.page(session)) == 2


def test_masked_phone_shows_only_its_ends() -> None:
    assert masked("+8613800138000") == "+861…8000"
    assert masked(None) is None


def test_pages_between_two_times_follow_each_other(session: Session, clock: TestClock) -> None:
    """In the order of time, where two nodes' clocks differ and two events are of one second."""
    for time in (7, 3, 5, 5, 5, 4, 6, 1, 9):
        trail.record(session, clock, Event("sign_in.succeeded", time=time))
    wanted, seen, before = Filter(since=3, until=9), [], None

    while found := trail.page(session, wanted, before=before, limit=2):
        seen += found
        before = found[-1].id

    assert [event.time for event in seen] == [7, 6, 5, 5, 5, 4, 3]
    assert len({event.id for event in seen}) == 7


def test_page_after_an_event_that_was_pruned_is_empty(session: Session, clock: TestClock) -> None:
    trail.record(session, clock, Event("sign_in.succeeded", time=5))

    assert trail.page(session, Filter(since=1), before=10_000) == []


def log_from(session: Session, clock: TestClock, site: Flask, kind: str, **about: str) -> None:
    """An event of a request from somebody's phone, behind a proxy that numbers requests."""
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"
    headers = {"User-Agent": agent, "X-Request-Id": "proxy-0001"}
    with site.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.7"}):
        trail.record(session, clock, Event(kind, **about))


@pytest.fixture
def site() -> Flask:
    app = Flask(__name__)
    setup_origin(app)
    return app


def test_event_of_a_request_tells_where_it_comes_from(
    session: Session, clock: TestClock, site: Flask
) -> None:
    log_from(session, clock, site, "sign_in.succeeded")

    [read] = trail.page(session)

    origin = (read.address, read.device, read.request_id)
    assert origin == ("203.0.113.7", "Safari · iPhone", "proxy-0001")


def test_event_of_a_program_tells_the_name_that_it_gives_itself(
    session: Session, clock: TestClock, site: Flask
) -> None:
    with site.test_request_context(headers={"User-Agent": "okhttp/4.12 " + "x" * 500}):
        trail.record(session, clock, Event("client.changed"))

    [read] = trail.page(session)
    assert read.device == "okhttp"
    assert read.request_id


def test_event_of_a_command_comes_from_nowhere(session: Session, clock: TestClock) -> None:
    trail.record(session, clock, Event("client.changed"))

    [read] = trail.page(session)
    assert (read.address, read.device, read.request_id) == (None, None, None)


def test_addresses_are_forgotten_in_batches_and_the_events_stay(
    session: Session, clock: TestClock, site: Flask
) -> None:
    for _ in range(3):
        log_from(session, clock, site, "sign_in.succeeded")
        clock.advance(10)

    first = trail.forget_origins(session, clock() - 10, limit=1)
    second = trail.forget_origins(session, clock() - 10, limit=5)
    third = trail.forget_origins(session, clock() - 10, limit=5)

    assert (first, second, third) == (1, 1, 0)
    kept = [(one.address, one.device, one.request_id) for one in trail.page(session)]
    assert (
        kept
        == [("203.0.113.7", "Safari · iPhone", "proxy-0001")] + [(None, None, "proxy-0001")] * 2
    )


def test_addresses_go_with_the_person_and_those_of_administrators_stay(
    session: Session, clock: TestClock, site: Flask
) -> None:
    log_from(session, clock, site, "sign_in.succeeded", subject="a", actor="person:a")
    log_from(session, clock, site, "sign_in.refused", subject="a", actor="system")
    log_from(session, clock, site, "account.disabled", subject="a", actor="admin:x")
    log_from(session, clock, site, "sign_in.succeeded", subject="b", actor="person:b")

    trail.forget_origins_of(session, ["a", "gone"])

    kept = {(one.kind, one.subject) for one in trail.page(session) if one.address}
    assert kept == {("account.disabled", "a"), ("sign_in.succeeded", "b")}
