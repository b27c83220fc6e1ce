"""What every database must promise about tickets, each misuse by itself."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from federation import errors
from federation.identity import ExternalKey, Identity, VerifiedPhone
from federation.models import TicketRow
from federation.ticket_store import TicketStore
from federation.tickets import OpenedTicket, TicketView
from tests.conftest import TestClock
from tests.federation.conftest import TestCipher

ASKER = {"client": "Rail 🚄 铁路", "device": "Chromium on Linux", "ip": "192.0.2.7"}
LILY = Identity(
    keys=(ExternalKey("wechat:openid:wx0123456789abcdef", "oLily"),),
    phone=VerifiedPhone("+8613800000000", "wechat-quick", 1_800_000_000),
    name="莉莉🌸",
    raw={"appid": "wx0123456789abcdef", "openid": "oLily"},
)


@pytest.fixture
def tickets(clock: TestClock) -> TicketStore:
    return TicketStore(TestCipher(), clock)


@pytest.fixture
def ticket(tickets: TicketStore, session: Session) -> OpenedTicket:
    opened = tickets.open(session, "wechat", "scan", "browser-1", ASKER)
    session.commit()
    return opened


@pytest.fixture
def confirmed(tickets: TicketStore, session: Session, ticket: OpenedTicket) -> OpenedTicket:
    tickets.read(session, ticket.scene)
    tickets.confirm(session, ticket.scene, LILY)
    session.commit()
    return ticket


def test_ticket_goes_from_scan_to_one_sign_in(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    seen = [tickets.status(session, ticket.id).state]

    view = tickets.read(session, ticket.scene)
    seen.append(tickets.status(session, ticket.id).state)
    tickets.check_confirmable(session, ticket.scene, ticket.number)
    tickets.confirm(session, ticket.scene, LILY)
    seen.append(tickets.status(session, ticket.id).state)
    identity = tickets.take(session, ticket.id, "browser-1", "wechat")
    seen.append(tickets.status(session, ticket.id).state)

    assert seen == ["pending", "scanned", "confirmed", "used"]
    assert identity == LILY
    assert (view.id, view.connection_id, view.description) == (ticket.id, "wechat", ASKER)
    assert view.expires_in == 180


def test_scanned_code_shows_three_numbers_and_not_which_one(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    view = tickets.read(session, ticket.scene)

    assert view.choices is not None
    assert ticket.number in view.choices
    assert len(set(view.choices)) == 3
    assert all(10 <= number <= 99 for number in view.choices)
    assert not hasattr(view, "number")


def not_asked(_view: TicketView) -> bool:
    return False


def test_number_is_not_shown_nor_wanted_where_it_is_not_asked(
    tickets: TicketStore, session: Session
) -> None:
    ticket = tickets.open(session, "wechat", "launch", "app-1", ASKER)

    view = tickets.read(session, ticket.scene, not_asked)
    checked = tickets.check_confirmable(session, ticket.scene, None, not_asked)

    assert ticket.number in ticket.choices
    assert view.choices is None
    assert checked.state == "scanned"


def test_wrong_number_denies_the_ticket_also_where_none_was_asked(
    tickets: TicketStore, session: Session
) -> None:
    ticket = tickets.open(session, "wechat", "launch", "app-1", ASKER)
    wrong = next(number for number in ticket.choices if number != ticket.number)
    tickets.read(session, ticket.scene, not_asked)

    with pytest.raises(errors.WrongNumber):
        tickets.check_confirmable(session, ticket.scene, wrong, not_asked)

    assert tickets.status(session, ticket.id).state == "denied"


def test_ticket_that_was_opened_in_another_way_stays_as_it_is(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    def refuse(_view: TicketView) -> bool:
        raise errors.WrongEntry

    with pytest.raises(errors.WrongEntry):
        tickets.read(session, ticket.scene, refuse)

    assert tickets.status(session, ticket.id).state == "pending"


def test_launch_of_a_node_of_0_1_0_has_no_number_to_pick(
    tickets: TicketStore, session: Session
) -> None:
    ticket = tickets.open(session, "wechat", "launch", "app-1", ASKER)
    without = update(TicketRow).values(number=None, choices=None)
    session.execute(without)
    tickets.read(session, ticket.scene)

    with pytest.raises(errors.TicketExpired):
        tickets.check_confirmable(session, ticket.scene, None)
    assert tickets.check_confirmable(session, ticket.scene, None, not_asked).choices is None


def test_scene_and_identity_are_not_stored_in_the_clear(
    session: Session, confirmed: OpenedTicket
) -> None:
    row = session.execute(select(TicketRow.__table__)).one()

    stored = " ".join(str(value) for value in row)
    assert confirmed.scene not in stored
    assert "oLily" not in stored
    assert "13800000000" not in stored
    assert confirmed.scene != confirmed.id


def test_identity_is_wiped_from_a_used_ticket(
    tickets: TicketStore, session: Session, confirmed: OpenedTicket
) -> None:
    tickets.take(session, confirmed.id, "browser-1", "wechat")

    assert session.scalar(select(TicketRow.identity_sealed)) is None


def test_reading_twice_is_a_reload_of_the_page(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    tickets.read(session, ticket.scene)

    assert tickets.read(session, ticket.scene).state == "scanned"


@pytest.mark.parametrize("nobody", ["n" * 22, "", "a\0b" * 8, "票" * 22, "n" * 5000])
def test_unknown_ticket_is_refused_at_every_step(
    tickets: TicketStore, session: Session, nobody: str
) -> None:
    steps = (
        lambda: tickets.status(session, nobody),
        lambda: tickets.read(session, nobody),
        lambda: tickets.check_confirmable(session, nobody, 12),
        lambda: tickets.confirm(session, nobody, LILY),
        lambda: tickets.deny(session, nobody),
        lambda: tickets.take(session, nobody, "browser-1", "wechat"),
    )

    for step in steps:
        with pytest.raises(errors.TicketUnknown):
            step()


def test_id_that_the_browser_polls_with_is_not_a_scene(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    with pytest.raises(errors.TicketUnknown):
        tickets.read(session, ticket.id)
    with pytest.raises(errors.TicketUnknown):
        tickets.take(session, ticket.scene, "browser-1", "wechat")


def test_expired_ticket_is_refused_at_every_step(
    tickets: TicketStore, session: Session, ticket: OpenedTicket, clock: TestClock
) -> None:
    tickets.read(session, ticket.scene)
    clock.advance(180)

    assert tickets.status(session, ticket.id).state == "expired"
    assert tickets.status(session, ticket.id).expires_in == 0
    for step in (
        lambda: tickets.read(session, ticket.scene),
        lambda: tickets.check_confirmable(session, ticket.scene, ticket.number),
        lambda: tickets.confirm(session, ticket.scene, LILY),
        lambda: tickets.deny(session, ticket.scene),
        lambda: tickets.take(session, ticket.id, "browser-1", "wechat"),
    ):
        with pytest.raises(errors.TicketExpired):
            step()


def test_confirmed_ticket_that_nobody_takes_expires(
    tickets: TicketStore, session: Session, confirmed: OpenedTicket, clock: TestClock
) -> None:
    clock.advance(180)

    with pytest.raises(errors.TicketExpired):
        tickets.take(session, confirmed.id, "browser-1", "wechat")


def test_last_second_confirmation_leaves_the_browser_time_to_poll(
    tickets: TicketStore, session: Session, ticket: OpenedTicket, clock: TestClock
) -> None:
    tickets.read(session, ticket.scene)
    clock.advance(179)
    tickets.confirm(session, ticket.scene, LILY)
    clock.advance(30)

    assert tickets.take(session, ticket.id, "browser-1", "wechat") == LILY


def test_ticket_used_twice_signs_in_once(
    tickets: TicketStore, session: Session, confirmed: OpenedTicket
) -> None:
    tickets.take(session, confirmed.id, "browser-1", "wechat")

    with pytest.raises(errors.TicketUsed):
        tickets.take(session, confirmed.id, "browser-1", "wechat")
    with pytest.raises(errors.TicketUsed):
        tickets.read(session, confirmed.scene)


def test_ticket_of_another_connection_is_refused_and_stays_whole(
    tickets: TicketStore, session: Session, confirmed: OpenedTicket
) -> None:
    with pytest.raises(errors.TicketMismatch):
        tickets.take(session, confirmed.id, "browser-1", "other")

    assert tickets.take(session, confirmed.id, "browser-1", "wechat") == LILY


def test_ticket_finished_by_another_browser_is_refused_and_stays_whole(
    tickets: TicketStore, session: Session, confirmed: OpenedTicket
) -> None:
    with pytest.raises(errors.TicketMismatch):
        tickets.take(session, confirmed.id, "browser-2", "wechat")

    assert tickets.take(session, confirmed.id, "browser-1", "wechat") == LILY


def test_another_browser_learns_nothing_about_the_state(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    with pytest.raises(errors.TicketMismatch):
        tickets.take(session, ticket.id, "browser-2", "wechat")


def test_scanning_alone_signs_nobody_in(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    tickets.read(session, ticket.scene)

    with pytest.raises(errors.TicketNotConfirmed):
        tickets.take(session, ticket.id, "browser-1", "wechat")


def test_ticket_that_nobody_looked_at_cannot_be_confirmed(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    with pytest.raises(errors.TicketNotScanned):
        tickets.check_confirmable(session, ticket.scene, ticket.number)
    with pytest.raises(errors.TicketNotScanned):
        tickets.confirm(session, ticket.scene, LILY)


def test_wrong_number_denies_the_ticket_at_once(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    assert ticket.choices is not None
    wrong = next(number for number in ticket.choices if number != ticket.number)
    tickets.read(session, ticket.scene)

    with pytest.raises(errors.WrongNumber):
        tickets.check_confirmable(session, ticket.scene, wrong)

    assert tickets.status(session, ticket.id).state == "denied"
    with pytest.raises(errors.TicketRefused):
        tickets.check_confirmable(session, ticket.scene, ticket.number)
    with pytest.raises(errors.TicketRefused):
        tickets.confirm(session, ticket.scene, LILY)


def test_missing_number_is_asked_for_and_costs_nothing(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    tickets.read(session, ticket.scene)

    with pytest.raises(errors.NumberRequired):
        tickets.check_confirmable(session, ticket.scene, None)

    assert tickets.check_confirmable(session, ticket.scene, ticket.number).state == "scanned"


def test_ticket_confirmed_twice_keeps_the_first_person(
    tickets: TicketStore, session: Session, confirmed: OpenedTicket
) -> None:
    mallory = replace(LILY, keys=(ExternalKey("wechat:openid:wx0123456789abcdef", "oMallory"),))

    with pytest.raises(errors.TicketConfirmed):
        tickets.confirm(session, confirmed.scene, mallory)

    assert tickets.take(session, confirmed.id, "browser-1", "wechat") == LILY


def test_denied_ticket_stays_denied(
    tickets: TicketStore, session: Session, ticket: OpenedTicket
) -> None:
    tickets.read(session, ticket.scene)
    tickets.deny(session, ticket.scene)

    tickets.deny(session, ticket.scene)

    assert tickets.status(session, ticket.id).state == "denied"
    with pytest.raises(errors.TicketRefused):
        tickets.confirm(session, ticket.scene, LILY)
    with pytest.raises(errors.TicketRefused):
        tickets.take(session, ticket.id, "browser-1", "wechat")


def test_confirmed_ticket_cannot_be_denied(
    tickets: TicketStore, session: Session, confirmed: OpenedTicket
) -> None:
    with pytest.raises(errors.TicketConfirmed):
        tickets.deny(session, confirmed.scene)


@pytest.mark.parametrize("binding", ["", "b" * 129])
def test_ticket_without_a_usable_binding_is_not_opened(
    tickets: TicketStore, session: Session, binding: str
) -> None:
    with pytest.raises(ValueError, match="binding"):
        tickets.open(session, "wechat", "scan", binding, ASKER)


def test_polling_costs_one_statement(
    tickets: TicketStore, session: Session, ticket: OpenedTicket, engine: Engine
) -> None:
    statements: list[str] = []
    session.connection()

    def note(connection, cursor, statement, *rest):  # type: ignore[no-untyped-def]
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    tickets.status(session, ticket.id)
    event.remove(engine, "before_cursor_execute", note)

    assert len(statements) == 1
    assert "ticket.id = " in statements[0]


def test_twenty_confirmers_at_once_leave_exactly_one_winner(
    tickets: TicketStore, session: Session, ticket: OpenedTicket, engine: Engine
) -> None:
    tickets.read(session, ticket.scene)
    session.commit()

    outcomes = _at_once(20, engine, lambda one: tickets.confirm(one, ticket.scene, LILY))

    assert sorted(outcomes) == sorted(["done"] + ["ticket_confirmed"] * 19)


def test_twenty_finishers_at_once_leave_exactly_one_winner(
    tickets: TicketStore, confirmed: OpenedTicket, engine: Engine
) -> None:
    outcomes = _at_once(
        20, engine, lambda one: tickets.take(one, confirmed.id, "browser-1", "wechat")
    )

    assert sorted(outcomes) == sorted(["done"] + ["ticket_used"] * 19)


def test_twenty_phones_scanning_at_once_all_see_the_page(
    tickets: TicketStore, ticket: OpenedTicket, engine: Engine
) -> None:
    outcomes = _at_once(20, engine, lambda one: tickets.read(one, ticket.scene))

    assert outcomes == ["done"] * 20


def test_prune_removes_long_dead_tickets_in_batches(
    tickets: TicketStore, session: Session, clock: TestClock
) -> None:
    for _ in range(5):
        tickets.open(session, "wechat", "scan", "browser-1", ASKER)
    clock.advance(180 + 601)
    alive = tickets.open(session, "wechat", "scan", "browser-1", ASKER)

    removed = [tickets.prune(session, limit=3) for _ in range(3)]

    assert removed == [3, 2, 0]
    assert tickets.status(session, alive.id).state == "pending"


@pytest.mark.parametrize("far", ["pending", "scanned", "confirmed"])
def test_withdrawn_ticket_is_over_for_the_phone_and_for_the_browser(
    tickets: TicketStore, session: Session, ticket: OpenedTicket, far: str
) -> None:
    if far != "pending":
        tickets.read(session, ticket.scene)
    if far == "confirmed":
        tickets.confirm(session, ticket.scene, LILY)

    stranger = tickets.withdraw(session, ticket.id, "browser-2")
    done = tickets.withdraw(session, ticket.id, "browser-1")
    again = tickets.withdraw(session, ticket.id, "browser-1")

    assert (stranger, done, again) == (False, True, False)
    with pytest.raises(errors.TicketRefused):
        tickets.take(session, ticket.id, "browser-1", "wechat")
    with pytest.raises(errors.TicketRefused):
        tickets.confirm(session, ticket.scene, LILY)


def test_ticket_that_was_taken_can_no_longer_be_withdrawn(
    tickets: TicketStore, session: Session, confirmed: OpenedTicket
) -> None:
    tickets.take(session, confirmed.id, "browser-1", "wechat")

    assert not tickets.withdraw(session, confirmed.id, "browser-1")


def _at_once(count, engine, act) -> list[str]:  # type: ignore[no-untyped-def]
    """What ``act`` came to in so many threads, each in its own transaction."""
    gate, outcomes = threading.Barrier(count), []

    def run() -> None:
        with Session(engine) as session:
            gate.wait()
            try:
                act(session)
                outcomes.append("done")
            except errors.TicketError as error:
                outcomes.append(error.code)
            session.commit()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
