"""``prune``: what has expired goes, what lives stays, and the traffic does not notice."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.identification.keys import take_turn
from app.audit.trail import Event, record
from app.sessions import browser
from app.tables.people import AUDIT_EVENT
from oidc.database.models import (
    DeviceCodeRow,
    GrantRow,
    InteractionRow,
    LogoutDeliveryRow,
    ReplayRow,
)
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.tokens import grants
from oidc.tokens.grants import Grant
from tests.app.management.cli.conftest import Operator
from tests.conftest import TestClock

DAY = 86400
_GRANT: Any = GrantRow.__table__
_NAMES = [column.name for column in _GRANT.c]


def grant(clock: TestClock, life: int = 30 * DAY, **more: Any) -> Grant:
    given = {"kind": "code", "code_used_at": clock(), **more}
    return Grant(
        id=grants.new_id(),
        client_id="shop",
        subject="somebody",
        scope="openid",
        created_at=clock(),
        expires_at=clock() + life,
        **given,
    )


def ids(session: Session) -> set[str]:
    return set(session.scalars(select(_GRANT.c.id)))


def test_everything_that_has_expired_goes(
    operator: Operator, session: Session, clock: TestClock
) -> None:
    tell_of_everything(operator, session, clock)
    clock.advance(31 * DAY)

    removed = operator.read("prune", "--audit-after", "30d")

    assert removed == {
        "tickets": 1,
        "tokens at sources": 0,
        "push receipts": 0,
        "requests": 1,
        "replay marks": 1,
        "device codes": 1,
        "grants": 1,
        "grants never redeemed": 0,
        "logout tokens": 1,
        "applications that described themselves": 0,
        "sessions": 1,
        "sessions at sources": 0,
        "security events": 0,
        "passkey questions": 0,
        "questions": 0,
        "merges": 0,
        "refusals": 0,
        "phone turns": 1,
        "imports and actions": 0,
        "notifications": 0,
        "addresses in the log": 0,
        "numbers": 0,
        "audit events": 1,
    }
    assert "Nothing has expired" in operator.run("prune")


def test_nothing_that_lives_goes(operator: Operator, session: Session, clock: TestClock) -> None:
    tell_of_everything(operator, session, clock)

    removed = operator.read("prune", "--audit-after", "30d")

    assert set(removed.values()) == {0}


def test_code_that_nobody_redeemed_goes_after_a_day(
    operator: Operator, session: Session, clock: TestClock
) -> None:
    forgotten, redeemed = grant(clock, code_used_at=None), grant(clock)
    machine = grant(clock, kind="client", code_used_at=None)
    for each in (forgotten, redeemed, machine):
        grants.save(session, each)
    session.commit()
    clock.advance(DAY + 1)

    assert operator.read("prune")["grants never redeemed"] == 1

    assert ids(session) == {redeemed.id, machine.id}


def test_audit_events_are_kept_unless_an_age_is_given(
    operator: Operator, session: Session, clock: TestClock
) -> None:
    record(session, clock, Event("sign_in.succeeded"))
    session.commit()
    clock.advance(4000 * DAY)

    operator.run("prune")

    assert session.scalar(select(func.count()).select_from(AUDIT_EVENT)) == 1


def test_batches_go_through_more_rows_than_one_holds(
    operator: Operator, session: Session, clock: TestClock
) -> None:
    for number in range(25):
        grants.save(session, grant(clock, life=60 if number % 5 else 90 * DAY))
    session.commit()
    clock.advance(DAY)

    said = operator.run("prune", "--batch", "7")

    assert "grants: 20 removed" in said
    assert len(ids(session)) == 5


def test_grant_that_is_refreshed_while_it_is_being_removed_stays(
    operator: Operator, session: Session, clock: TestClock
) -> None:
    """The read saw it dead; the DELETE waits for the refresh, and then asks once more."""
    revived = grant(clock, life=60)
    grants.save(session, revived)
    session.commit()
    clock.advance(DAY)
    session.execute(update(_GRANT).values(expires_at=clock() + DAY))
    pruning = threading.Thread(target=operator.run, args=("prune",))

    pruning.start()
    pruning.join(timeout=0.7)
    session.commit()
    pruning.join()

    assert ids(session) == {revived.id}


@pytest.fixture
def traffic(operator: Operator, clock: TestClock) -> Iterator["Traffic"]:
    traffic = Traffic(operator, clock)
    traffic.start()
    yield traffic
    traffic.stop()


class Traffic:
    """Sign-ins and refreshes that go on, in transactions of their own."""

    def __init__(self, operator: Operator, clock: TestClock) -> None:
        with operator.app.app_context():
            self._engine = operator.app.extensions["sqlalchemy"].engine
        self._clock = clock
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.made: set[str] = set()
        self.troubles: list[Exception] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            made = grant(self._clock)
            try:
                with Session(self._engine) as session:
                    grants.save(session, made)
                    session.commit()
                    session.execute(
                        update(_GRANT).where(_GRANT.c.id == made.id).values(refresh_generation=1)
                    )
                    session.commit()
            except Exception as error:
                self.troubles.append(error)
                return
            self.made.add(made.id)


def test_pruning_beside_traffic_takes_only_the_dead_and_disturbs_nobody(
    operator: Operator, session: Session, clock: TestClock, traffic: Traffic
) -> None:
    dead = [grant(clock, life=-DAY) for _ in range(2000)]
    session.execute(insert(_GRANT), [{n: getattr(g, n) for n in _NAMES} for g in dead])
    session.commit()

    first = operator.read("prune", "--batch", "100")

    traffic.stop()
    assert first["grants"] == 2000
    assert traffic.troubles == []
    assert traffic.made
    assert ids(session) == traffic.made


def tell_of_everything(operator: Operator, session: Session, clock: TestClock) -> None:
    """One row of each kind."""
    operator.federation.tickets.open(session, "wechat", "scan", "browser", {})
    operator.provider.interactions.park(
        session, AuthorizationRequest("shop", scope=("openid",)), lifetime=1800
    )
    grants.save(session, grant(clock))
    browser.begin(session, clock, "somebody", amr=("wechat",))
    take_turn(session, "+8613800138000", clock())
    record(session, clock, Event("sign_in.succeeded"))
    soon = clock() + 60
    session.execute(insert(ReplayRow), {"digest": "a digest", "expires_at": soon})
    code = {"user_code": "ABCD-EFGH", "client_id": "tv", "asked": "{}", "interval": 5}
    times = {"created_at": clock(), "expires_at": soon, "state": "pending"}
    session.execute(insert(DeviceCodeRow), {"id": "device", **code, **times})
    letters = {"client_id": "shop", "subject": "somebody", "attempts": 1, "next_try_at": soon}
    for state in ("delivered", "pending"):
        row = {"id": state, "sid": state, "state": state, "created_at": clock(), **letters}
        session.execute(insert(LogoutDeliveryRow), row)
    session.commit()
    assert session.scalar(select(func.count()).select_from(InteractionRow)) == 1
