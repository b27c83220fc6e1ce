"""The outbox of logout tokens: nothing is lost, nothing is sent twice at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from oidc.database.models import LogoutDeliveryRow
from oidc.database.wakeup import WakeUp
from oidc.logout.outbox import (
    LEASE,
    MAX_ATTEMPTS,
    Address,
    Delivery,
    claim_due,
    clear,
    delay_after,
    forget_client,
    post,
    settle,
)

NOW = 1_800_000_000
ADDRESS = Address("sid-1", "shop", "person-1")


@pytest.fixture
def posted(session: Session) -> Session:
    post(session, [ADDRESS, Address("sid-1", "forum", "person-1")], NOW)
    session.commit()
    return session


def names(deliveries: list[Delivery]) -> list[str]:
    return sorted(delivery.client_id for delivery in deliveries)


def test_claimed_delivery_is_nobody_elses(posted: Session) -> None:
    first = claim_due(posted, NOW, 10)

    second = claim_due(posted, NOW, 10)

    assert (names(first), second) == (["forum", "shop"], [])


def test_workers_at_once_never_claim_the_same(posted: Session, engine: Engine) -> None:
    at_once = Barrier(4)

    def work(_: int) -> list[str]:
        with Session(engine) as session:
            at_once.wait()
            claimed = names(claim_due(session, NOW, 10))
            session.commit()
            return claimed

    with ThreadPoolExecutor(4) as workers:
        claimed = [name for names in workers.map(work, range(4)) for name in names]

    assert sorted(claimed) == ["forum", "shop"]


def test_claim_of_a_worker_that_died_is_taken_over(posted: Session) -> None:
    lost = claim_due(posted, NOW, 10)

    taken = claim_due(posted, NOW + LEASE, 10)

    assert names(taken) == names(lost)
    assert not settle(posted, lost[0], "delivered", NOW + LEASE)


def test_failed_attempt_is_tried_again_later_and_later(posted: Session) -> None:
    [failed, *_] = claim_due(posted, NOW, 1)

    settle(posted, failed, "pending", NOW)

    again = claim_due(posted, NOW + 20, 10)
    assert [each.attempts for each in again if each.id == failed.id] == [2]
    delays = [delay_after(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert delays == sorted(delays)
    assert 3600 < sum(delays) < 24 * 3600


def test_settled_delivery_is_never_claimed_again(posted: Session) -> None:
    for delivery in claim_due(posted, NOW, 10):
        settle(posted, delivery, "delivered", NOW)

    assert claim_due(posted, NOW + 86400, 10) == []


def test_session_that_is_ended_twice_is_announced_once(posted: Session) -> None:
    post(posted, [ADDRESS, Address("sid-2", "shop", "person-1")], NOW)

    assert names(claim_due(posted, NOW, 10)) == ["forum", "shop", "shop"]


def test_bell_rings_after_the_commit_and_not_before(session: Session) -> None:
    bell = WakeUp()
    post(session, [ADDRESS], NOW)

    bell.wake_after_commit(session)
    before = bell.wait(0)
    session.commit()
    after = bell.wait(0)
    post(session, [Address("sid-3", "shop", "person-1")], NOW)
    session.commit()

    assert (before, after, bell.wait(0)) == (False, True, False)


def test_cleared_deliveries_are_never_claimed_and_delivered_ones_stay(posted: Session) -> None:
    [delivered, _] = claim_due(posted, NOW, 2)
    settle(posted, delivered, "delivered", NOW)
    post(posted, [Address("sid-2", "shop", "person-1")], NOW)

    gone = clear(posted)

    assert gone == 2
    assert claim_due(posted, NOW + 86400, 10) == []
    assert rows(posted) == [("sid-1", delivered.client_id, "delivered")]


def test_deliveries_of_one_client_are_cleared_alone(posted: Session) -> None:
    assert clear(posted, "shop") == 1

    assert names(claim_due(posted, NOW, 10)) == ["forum"]


def test_attempt_that_was_under_way_when_it_was_cleared_settles_nothing(posted: Session) -> None:
    [attempt, *_] = claim_due(posted, NOW, 1)

    clear(posted)

    assert not settle(posted, attempt, "pending", NOW)
    assert rows(posted) == []


def test_more_than_one_step_full_is_cleared(session: Session) -> None:
    post(session, [Address(f"sid-{number}", "shop", "person-1") for number in range(1201)], NOW)

    assert clear(session) == 1201
    assert rows(session) == []


def test_deleted_client_leaves_no_delivery_whatever_became_of_it(posted: Session) -> None:
    for attempt in claim_due(posted, NOW, 10):
        settle(posted, attempt, "delivered", NOW)
    post(posted, [Address("sid-2", "shop", "person-1")], NOW)

    forget_client(posted, "shop")

    assert rows(posted) == [("sid-1", "forum", "delivered")]


def rows(session: Session) -> list[tuple[str, str, str]]:
    query = select(LogoutDeliveryRow.sid, LogoutDeliveryRow.client_id, LogoutDeliveryRow.state)
    return [tuple(row) for row in session.execute(query)]
