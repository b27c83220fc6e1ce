"""Claim release: per application, by scope, by request and by policy."""

from typing import Any

import pytest
from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from app.accounts import claims
from app.accounts.claims import get_person
from app.accounts.identification.outcomes import SignedIn
from app.accounts.identification.sign_in import sign_in
from app.accounts.person import Person, PersonKey
from app.elements import Elements
from app.enablement import sources
from app.enablement.policy import EVERYWHERE, USERINFO, Policy, Release
from app.enablement.sources import Enablement
from app.tables.people import ACCOUNT
from oidc.host import ReleasedClaims
from tests.app.accounts.statements import recorded
from tests.app.accounts.wechat import MINI, MOBILE, PHONE, connection, identity, mobile
from tests.conftest import TestClock

EVERY = Elements()


def release(*about: Any) -> ReleasedClaims:
    """By the claims that there are."""
    return claims.release(EVERY.claims, *about)


OFF = Release(id_token=False, userinfo=False)
KEYS = (
    PersonKey(f"wechat:openid:{MINI}", "o-ming", "u-ming", 1),
    PersonKey(f"wechat:openid:{MOBILE}", "o-mobile", None, 1),
    PersonKey("wechat:unionid:acme", "u-ming", None, 1),
)


def person(**options: object) -> Person:
    values = {
        "subject": "A",
        "connection_id": "mini",
        "name": "小明",
        "picture": "https://a.example/ming",
        "phone": PHONE,
        "phone_verified": True,
        "updated_at": 7,
        "keys": KEYS,
    }
    return Person(**(values | options))  # type: ignore[arg-type]


def test_wechat_scope_reaches_id_token_and_userinfo() -> None:
    claims = release(person(), connection(), {"openid", "wechat"})

    expected = {
        "wechat_openid": "o-ming",
        "wechat_appid": MINI,
        "wechat_unionid": "u-ming",
        "idp": "mini",
    }
    assert claims.id_token == expected
    assert claims.userinfo == expected


def test_standard_scopes_reach_userinfo_only() -> None:
    claims = release(person(), connection(), {"openid", "profile", "phone"})

    assert claims.id_token == {"idp": "mini"}
    assert claims.userinfo == {
        "name": "小明",
        "picture": "https://a.example/ming",
        "updated_at": 7,
        "phone_number": PHONE,
        "phone_number_verified": True,
        "idp": "mini",
    }


def test_openid_is_the_one_of_the_connections_app() -> None:
    claims = release(person(connection_id="mobile"), mobile(), {"wechat"})

    assert claims.userinfo["wechat_openid"] == "o-mobile"
    assert claims.userinfo["wechat_unionid"] == "u-ming"


def test_unionid_is_told_even_where_no_open_platform_account_is_configured() -> None:
    claims = release(person(keys=KEYS[:1]), connection(platform=None), {"wechat"})

    assert claims.userinfo["wechat_unionid"] == "u-ming"


def test_unionid_of_another_open_platform_account_is_not_told() -> None:
    claims = release(person(connection_id="m"), mobile(platform="other"), {"wechat"})

    assert "wechat_unionid" not in claims.userinfo


def test_of_two_linked_openids_the_one_seen_last_is_told() -> None:
    second = PersonKey(f"wechat:openid:{MINI}", "o-second", "u-second", 2)

    claims = release(person(keys=(*KEYS, second)), connection(), {"wechat"})

    assert claims.userinfo["wechat_openid"] == "o-second"
    assert claims.userinfo["wechat_unionid"] == "u-second"


def test_unionid_of_another_linked_openid_is_not_told() -> None:
    """Two people's WeChats in one account: their OpenIDs and UnionIDs are not mixed."""
    second = PersonKey(f"wechat:openid:{MINI}", "o-hong", None, 2)

    claims = release(person(keys=(*KEYS, second)), connection(), {"openid", "wechat"})

    assert claims.userinfo["wechat_openid"] == "o-hong"
    assert "wechat_unionid" not in claims.userinfo


def test_openid_is_the_one_just_used_even_when_both_were_used_this_second(
    session: Session, clock: TestClock
) -> None:
    first, second = identity("o-ming", phone=PHONE), identity("o-hong", phone=PHONE)
    by_phone = connection(association="phone", phone="optional")
    sources.save(session, clock, Enablement("shop", "mini", enabled=True), actor="test")
    told = []

    for who in (first, second, first, second, first):
        entered = sign_in(session, who, by_phone, clock)
        assert isinstance(entered, SignedIn)
        loaded = get_person(session, entered.subject, "shop", "mini")
        assert loaded is not None
        told.append(release(loaded, by_phone, {"wechat"}).userinfo["wechat_openid"])

    assert told == ["o-ming", "o-hong", "o-ming", "o-hong", "o-ming"]


def test_nothing_is_told_without_its_scope() -> None:
    claims = release(person(), connection(), {"openid"})

    assert claims.id_token == claims.userinfo == {"idp": "mini"}


def test_nothing_is_told_when_the_source_or_the_account_is_off() -> None:
    claims = release(
        person(may_be_told=False), connection(), {"openid", "wechat", "profile", "phone"}
    )

    assert not claims.id_token
    assert not claims.userinfo


def test_nothing_is_told_when_the_connection_is_gone() -> None:
    claims = release(person(), None, {"openid", "wechat", "profile"})

    assert not claims.userinfo


def test_claim_that_is_asked_for_by_name_goes_where_it_is_asked_for() -> None:
    claims = release(person(), connection(), {"openid"}, ["name"], ["picture"])

    assert claims.id_token == {"name": "小明", "idp": "mini"}
    assert claims.userinfo == {"picture": "https://a.example/ming", "idp": "mini"}


def test_policy_decides_where_a_claim_goes_and_what_it_is_called() -> None:
    policy = Policy(
        {
            "wechat_openid": Release(id_token=True, userinfo=False, as_name="openid"),
            "wechat_unionid": OFF,
            "name": EVERYWHERE,
        }
    )

    claims = release(person(policy=policy), connection(), {"wechat", "profile"})

    assert claims.id_token == {
        "openid": "o-ming",
        "wechat_appid": MINI,
        "name": "小明",
        "idp": "mini",
    }
    assert claims.userinfo.keys() == {"wechat_appid", "name", "picture", "updated_at", "idp"}


def test_request_by_name_cannot_undo_what_an_admin_has_set() -> None:
    policy = Policy({"phone_number": OFF, "name": USERINFO})

    claims = release(
        person(policy=policy), connection(), {"openid"}, ["phone_number", "name"], ["phone_number"]
    )

    assert claims.id_token == {"idp": "mini"}
    assert "phone_number" not in claims.userinfo


def test_unverified_phone_says_so_and_a_missing_one_says_nothing() -> None:
    unverified = release(person(phone_verified=False), connection(), {"phone"})
    missing = release(person(phone=None), connection(), {"phone"})

    assert unverified.userinfo["phone_number_verified"] is False
    assert missing.userinfo == {"idp": "mini"}


def test_local_account_tells_every_standard_claim() -> None:
    local = person(
        connection_id=None,
        keys=(),
        email="ming@example.com",
        email_verified=True,
        profile='{"given_name":"明","family_name":"王","birthdate":"1990-01-01",'
        '"address":{"country":"CN"}}',
    )

    claims = release(local, None, {"openid", "profile", "email", "address", "phone"})

    assert claims.id_token == {}
    assert claims.userinfo["given_name"] == "明"
    assert claims.userinfo["address"] == {"country": "CN"}
    assert claims.userinfo["email_verified"] is True
    assert claims.userinfo["updated_at"] == 7
    assert "idp" not in claims.userinfo


def signed_in(session: Session, clock: TestClock) -> str:
    outcome = sign_in(session, identity("o1", unionid="u", phone=PHONE), connection(), clock)
    assert isinstance(outcome, SignedIn)
    return outcome.subject


def test_everything_is_loaded_in_one_statement(
    engine: Engine, session: Session, clock: TestClock
) -> None:
    subject = signed_in(session, clock)
    sources.save(session, clock, Enablement("shop", "mini", enabled=True), actor="admin:a")

    with recorded(engine) as statements:
        loaded = get_person(session, subject, "shop", "mini")

    assert len(statements) == 1
    assert loaded is not None
    assert loaded.may_be_told
    assert release(loaded, connection(), {"wechat"}).id_token == {
        "wechat_openid": "o1",
        "wechat_appid": MINI,
        "wechat_unionid": "u",
        "idp": "mini",
    }


def test_switching_the_source_off_stops_the_next_refresh(
    session: Session, clock: TestClock
) -> None:
    subject = signed_in(session, clock)
    sources.switch(session, clock, "shop", "mini", True, actor="admin:a")
    before = get_person(session, subject, "shop", "mini")

    sources.switch(session, clock, "shop", "mini", False, actor="admin:a")

    after = get_person(session, subject, "shop", "mini")
    assert before is not None
    assert before.may_be_told
    assert after is not None
    assert not after.may_be_told


def test_source_that_was_never_enabled_tells_nothing(session: Session, clock: TestClock) -> None:
    subject = signed_in(session, clock)
    sources.switch(session, clock, "other-shop", "mini", True, actor="admin:a")

    loaded = get_person(session, subject, "shop", "mini")

    assert loaded is not None
    assert not loaded.may_be_told


def test_local_sign_in_needs_no_source(session: Session, clock: TestClock) -> None:
    times = {"created_at": 1, "updated_at": 1}
    session.execute(insert(ACCOUNT), {"id": "local", "name": "Ming", **times})

    loaded = get_person(session, "local", "shop", None)

    assert loaded is not None
    assert loaded.may_be_told
    assert loaded.keys == ()


@pytest.mark.parametrize("column", ["disabled_at", "merged_into"])
def test_disabled_or_merged_account_is_told_nothing_about(
    session: Session, clock: TestClock, column: str
) -> None:
    subject = signed_in(session, clock)
    sources.switch(session, clock, "shop", "mini", True, actor="admin:a")
    session.execute(update(ACCOUNT).values({column: 1 if column == "disabled_at" else "x"}))

    loaded = get_person(session, subject, "shop", "mini")

    assert loaded is not None
    assert not loaded.may_be_told


def test_unknown_subject_is_nobody(session: Session) -> None:
    assert get_person(session, "nobody", "shop", "mini") is None


def test_person_made_by_hand_has_their_user_name() -> None:
    by_hand = person(connection_id=None, username="ada", keys=())

    assert release(by_hand, None, {"profile"}).userinfo["preferred_username"] == "ada"


def test_user_name_of_the_profile_comes_first() -> None:
    by_hand = person(
        connection_id=None, username="ada", profile='{"preferred_username": "a"}', keys=()
    )

    assert release(by_hand, None, {"profile"}).userinfo["preferred_username"] == "a"
