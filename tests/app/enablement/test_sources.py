"""Source enablement: off by default, saved with care, audited."""

import pytest
from sqlalchemy.orm import Session

from app.audit import trail
from app.elements import Elements
from app.enablement import sources
from app.enablement.policy import Policy, Release, parse, problems
from app.enablement.sources import Enablement, InvalidPolicy, VersionConflict
from tests.conftest import TestClock

ADMIN = "admin:a"
RELEASABLE = Elements().releasable


def test_nothing_is_enabled_until_an_admin_says_so(session: Session) -> None:
    found = sources.get(session, "shop", "mini")

    assert found == Enablement("shop", "mini")
    assert not found.enabled


def test_saved_enablement_is_read_back(session: Session, clock: TestClock) -> None:
    policy = Policy({"wechat_openid": Release(True, False, "openid")})
    wanted = Enablement(
        "shop", "mini", enabled=True, position=2, allow_sign_up=False, policy=policy
    )

    saved = sources.save(session, clock, wanted, actor=ADMIN, releasable=RELEASABLE)

    assert (saved.enabled, saved.position, saved.allow_sign_up) == (True, 2, False)
    assert saved.policy == policy
    assert saved.version == 1


def test_buttons_come_in_their_order_and_only_those_that_are_on(
    session: Session, clock: TestClock
) -> None:
    for connection, position, on in (("c", 1, True), ("b", 2, True), ("a", 0, False)):
        wanted = Enablement("shop", connection, enabled=on, position=position)
        sources.save(session, clock, wanted, actor=ADMIN)

    every = sources.of_client(session, "shop")
    enabled = sources.of_client(session, "shop", enabled_only=True)

    assert [one.connection_id for one in every] == ["a", "c", "b"]
    assert [one.connection_id for one in enabled] == ["c", "b"]


def test_matrix_is_read_by_both_ids(session: Session, clock: TestClock) -> None:
    sources.switch(session, clock, "shop", "mini", True, actor=ADMIN)
    sources.switch(session, clock, "blog", "mini", True, actor=ADMIN)

    matrix = sources.of_clients(session, ["shop", "blog", "other"])

    assert matrix.keys() == {("shop", "mini"), ("blog", "mini")}
    assert [one.client_id for one in sources.of_connection(session, "mini")] == ["blog", "shop"]


def test_switch_leaves_the_policy_alone(session: Session, clock: TestClock) -> None:
    policy = Policy({"name": Release(True, True)})
    wanted = Enablement("shop", "mini", enabled=True, policy=policy)
    sources.save(session, clock, wanted, actor=ADMIN, releasable=RELEASABLE)

    off = sources.switch(session, clock, "shop", "mini", False, actor=ADMIN)

    assert not off.enabled
    assert off.policy == policy


def test_form_made_from_an_old_version_is_refused(session: Session, clock: TestClock) -> None:
    first = sources.switch(session, clock, "shop", "mini", True, actor=ADMIN)
    sources.switch(session, clock, "shop", "mini", False, actor="admin:b")

    with pytest.raises(VersionConflict):
        sources.save(session, clock, first, actor=ADMIN, expected_version=first.version)


def test_change_is_written_down_with_before_and_after(session: Session, clock: TestClock) -> None:
    sources.switch(session, clock, "shop", "mini", True, actor=ADMIN)

    [event] = trail.page(session)

    assert (event.kind, event.actor, event.client_id, event.connection_id, event.outcome) == (
        "enablement.changed",
        ADMIN,
        "shop",
        "mini",
        "enabled",
    )
    assert event.detail == {"enabled": [False, True]}


def test_deleted_client_or_connection_is_forgotten(session: Session, clock: TestClock) -> None:
    for client, connection in (("shop", "mini"), ("shop", "mobile"), ("blog", "mini")):
        sources.switch(session, clock, client, connection, True, actor=ADMIN)

    assert sources.forget_client(session, "shop") == 2
    assert sources.forget_connection(session, "mini") == 1


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"name": Release(True, True, "sub")}, id="shadows sub"),
        pytest.param({"name": Release(True, True, "wechat_openid")}, id="name of another"),
        pytest.param(
            {"name": Release(True, True, "x"), "picture": Release(True, True, "x")}, id="twice"
        ),
        pytest.param({"password_hash": Release(True, True)}, id="unknown"),
        pytest.param({"name": Release(True, True, 'a"b')}, id="characters"),
        pytest.param({"name": Release(True, True, "x" * 129)}, id="too long"),
    ],
)
def test_bad_policy_is_refused_with_a_sentence(
    session: Session, clock: TestClock, claims: dict[str, Release]
) -> None:
    wanted = Enablement("shop", "mini", enabled=True, policy=Policy(claims))

    with pytest.raises(InvalidPolicy) as refused:
        sources.save(session, clock, wanted, actor=ADMIN, releasable=RELEASABLE)

    assert len(refused.value.problems) == 1


def test_two_claims_may_trade_places() -> None:
    policy = Policy(
        {
            "wechat_openid": Release(True, True, "wechat_unionid"),
            "wechat_unionid": Release(True, True, "openid"),
        }
    )

    assert problems(policy, RELEASABLE) == []
    assert parse(policy.to_json()) == policy
