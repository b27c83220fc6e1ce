"""Sign-ins in numbers: hours are counted once, days are somebody's, nothing is lost by a purge."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import trail
from app.audit.trail import Event
from app.statistics import rolling
from app.statistics.counting import FAILURE, HOUR, counted, rounded
from app.statistics.expired import note_expired
from app.statistics.overview import LIVE, median, overview
from app.statistics.periods import period
from app.tables.statistics import COUNTED_HOUR, STATISTIC
from app.zones import midnight
from federation import open_tickets
from federation.ticket_store import TicketStore
from oidc.crypto.keyring import Keyring
from tests.conftest import TestClock

UTC, SHANGHAI = ZoneInfo("UTC"), ZoneInfo("Asia/Shanghai")
KOLKATA, BERLIN = ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Berlin")


@pytest.fixture
def happens(session: Session, clock: TestClock) -> Callable[..., None]:
    def happens(kind: str, rule: str | None = "known_openid", **more: object) -> None:
        facts = {"client_id": "shop", "connection_id": "mini", "outcome": "ok", **more}
        trail.record(session, clock, Event(kind, rule=rule, **facts))  # type: ignore[arg-type]

    return happens


def roll(session: Session, clock: TestClock) -> int:
    rolled = 0
    while rolling.roll_hour(session, clock):
        session.commit()
        rolled += 1
    return rolled


def test_overview_is_the_same_before_and_after_hours_are_counted_and_the_log_purged(
    session: Session, clock: TestClock, happens: Callable[..., None]
) -> None:
    for hour in range(30):
        by_scan = {"flag": '"way":"link"', "way": "scan"}
        made = "created" if hour == 3 else "ok"
        happens("sign_in.succeeded", outcome=made, seconds=20 + hour, detail=by_scan)
        happens("sign_in.succeeded", client_id="forum", connection_id=None, seconds=None)
        if hour % 10 == 0:
            happens("ticket.declined", "declined", outcome="refused")
            happens("connection.misconfigured", None, outcome="failed", client_id=None)
        happens("client.changed", None)
        clock.advance(HOUR)
    session.commit()

    live = overview(session, clock, "7d", SHANGHAI)
    rolled = roll(session, clock)
    again = roll(session, clock)
    kept = overview(session, clock, "7d", SHANGHAI)
    gone = trail.prune(session, rolling.counted_until(session) or 0)
    purged = overview(session, clock, "7d", SHANGHAI)
    day = overview(session, clock, "24h", SHANGHAI)

    assert live.complete_from == clock.now - LIVE
    assert live.sign_ins == 2 * LIVE // HOUR
    assert (rolled, again) == (29, 0)
    assert (kept.sign_ins, kept.new_people, kept.failed) == (60, 1, 6)
    assert kept.complete_from is None
    assert kept.connections == [("", 30), ("mini", 30)]
    assert kept.clients == [("forum", 30), ("shop", 30)]
    assert kept.new_at == [("shop", 1)]
    assert kept.ways == [("", 30), ("scan", 30)]
    assert kept.failures == [("declined", 3), ("misconfigured", 3)]
    assert kept.by_connection == [("mini", 30, 6), ("", 30, 0)]
    assert kept.success_rate == pytest.approx(60 / 66)
    assert kept.median_seconds == pytest.approx(34.5)
    assert gone == 93
    assert purged == kept
    assert sum(bar.sign_ins for bar in day.bars) == day.sign_ins == 46


def test_hour_is_counted_by_one_node_and_only_once_it_has_settled(
    session: Session, clock: TestClock, happens: Callable[..., None]
) -> None:
    clock.now -= clock.now % HOUR
    assert not rolling.roll_hour(session, clock)
    happens("sign_in.succeeded")
    session.commit()

    clock.advance(HOUR + rolling.SETTLED - 1)
    early = rolling.roll_hour(session, clock)
    clock.advance(1)
    undone = rolling.roll_hour(session, clock)
    session.rollback()
    with Session(session.get_bind()) as other:
        assert rolling.roll_hour(other, clock)
        other.commit()
    late = rolling.roll_hour(session, clock)
    session.commit()

    assert (early, undone, late) == (False, True, False)
    assert session.scalar(select(func.count()).select_from(COUNTED_HOUR)) == 1
    assert session.scalar(select(func.sum(STATISTIC.c.count))) == 3
    assert rolling.prune(session, clock.now + HOUR) == 3
    assert rolling.counted_until(session) == clock.now - rolling.SETTLED


@pytest.mark.parametrize("zone", [UTC, SHANGHAI, KOLKATA, BERLIN], ids=lambda zone: zone.key)
def test_each_hour_counts_to_the_day_in_which_it_begins(
    session: Session, clock: TestClock, zone: ZoneInfo, happens: Callable[..., None]
) -> None:
    clock.now = midnight(date(2027, 4, 1), zone) + 5000  # past a change
    begun = clock.now
    clock.now -= 6 * 86400
    expected: dict[int, int] = {}
    while clock.now < begun:
        happens("sign_in.succeeded")
        hour = clock.now - clock.now % HOUR
        wanted = period("7d", zone, begun)
        if hour >= wanted.since:
            expected[wanted.bar_of(hour)] = expected.get(wanted.bar_of(hour), 0) + 1
        clock.advance(5300)
    session.commit()
    clock.now = begun
    roll(session, clock)

    found = overview(session, clock, "7d", zone)

    assert {bar.start: bar.sign_ins for bar in found.bars if bar.sign_ins} == expected
    lengths = {later - start for start, later in pairwise(found.period.starts)}
    assert (23 * HOUR in lengths) == (zone is BERLIN)


def test_what_ran_out_is_written_down_once_and_waiting_is_read_live(
    session: Session, clock: TestClock
) -> None:
    tickets = TicketStore(Keyring(("s" * 40,)), clock)
    told = {"client_id": "shop", "account": None, "ip": "203.0.113.7", "device": "Chrome · Windows"}
    opened = [tickets.open(session, "mini", "scan", "browser", told) for _ in range(3)]
    tickets.read(session, opened[0].scene)
    tickets.deny(session, opened[1].scene)

    waiting = open_tickets.waiting(session, clock)
    clock.advance(180)
    noted = [note_expired(session, clock, limit=1) for _ in range(3)]

    assert waiting == {"mini": 2}
    assert noted == [1, 1, 0]
    assert open_tickets.waiting(session, clock) == {}
    assert tickets.status(session, opened[0].id).state == "expired"
    found = {event.rule: event for event in trail.page(session)}
    assert set(found) == {"expired", "expired_scanned"}
    assert found["expired"].address == "203.0.113.7"
    assert found["expired"].client_id == "shop"
    reasons = {of.name for of in counted(session, 0, clock.now + 1) if of.measure == FAILURE}
    assert reasons == set(found)


def test_median_of_rounded_seconds_is_within_five_in_a_hundred() -> None:
    times = [1, 3, 9, 17, 104, 149, 155, 1049, 1851, 99_999]

    assert all(abs(rounded(time) - time) <= 0.05 * time for time in times)
    assert median({}) is None
    assert median({10: 1, 20: 1}) == 15
    assert median({10: 5, 20: 1, 30: 2}) == 10
