"""Signing in on each database: which account, what it learns, and what is written down."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.identification.outcomes import Ask, SignedIn, SignInRefused
from app.accounts.identification.sign_in import sign_in
from app.accounts.records import conflicts
from app.audit import trail
from app.enablement import sources
from app.enablement.sources import Enablement
from app.tables.people import ACCOUNT, EXTERNAL_KEY, Base
from federation.identity import Email
from tests.app.accounts.wechat import MOBILE, PHONE, connection, identity, mobile
from tests.conftest import TestClock


def enter(session: Session, clock: TestClock, who: object, through: object = None) -> SignedIn:
    signed_in = sign_in(session, who, through or connection(), clock)  # type: ignore[arg-type]
    assert isinstance(signed_in, SignedIn)
    return signed_in


def accounts(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ACCOUNT)) or 0


def keys(session: Session, account_id: str) -> set[str]:
    return set(
        session.scalars(select(EXTERNAL_KEY.c.value).where(EXTERNAL_KEY.c.account_id == account_id))
    )


def column(session: Session, account_id: str, name: str) -> object:
    return session.scalar(select(ACCOUNT.c[name]).where(ACCOUNT.c.id == account_id))


def test_unknown_person_gets_an_account_with_a_random_subject(
    session: Session, clock: TestClock
) -> None:
    first = enter(session, clock, identity("o-ming", unionid="u-ming", name="小明 🐼"))

    assert first.created
    assert first.rule == "new_account"
    assert len(first.subject) == 22
    assert keys(session, first.subject) == {"o-ming", "u-ming"}
    assert column(session, first.subject, "name") == "小明 🐼"


def test_known_openid_enters_the_same_account(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity())

    second = enter(session, clock, identity())

    assert second == SignedIn(first.subject, "known_openid")
    assert accounts(session) == 1


def test_openids_differ_by_case(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity("oAbC"))

    second = enter(session, clock, identity("oabc"))

    assert second.subject != first.subject


def test_known_unionid_enters_the_account_and_the_openid_is_learnt(
    session: Session, clock: TestClock
) -> None:
    first = enter(session, clock, identity("o1", unionid="u"))

    second = enter(session, clock, identity("o2", appid=MOBILE, unionid="u"), mobile())
    third = enter(session, clock, identity("o2", appid=MOBILE), mobile())

    assert second == SignedIn(first.subject, "known_unionid")
    assert third == SignedIn(first.subject, "known_openid")


def test_unionid_of_another_open_platform_account_is_another_person(
    session: Session, clock: TestClock
) -> None:
    first = enter(session, clock, identity("o1", unionid="u", platform="acme"))

    second = enter(session, clock, identity("o2", appid=MOBILE, unionid="u", platform="other"))

    assert second.subject != first.subject


def test_late_unionid_is_added_and_joins_the_other_apps(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity("o1"))

    late = enter(session, clock, identity("o1", unionid="u"))
    other = enter(session, clock, identity("o2", appid=MOBILE, unionid="u"), mobile())

    assert late == SignedIn(first.subject, "known_openid", flag="unionid_learnt")
    assert other.subject == first.subject


def test_unionid_of_another_account_is_a_conflict_and_nothing_moves(
    session: Session, clock: TestClock
) -> None:
    ming = enter(session, clock, identity("o1"))
    hong = enter(session, clock, identity("o2", appid=MOBILE, unionid="u"), mobile())

    again = enter(session, clock, identity("o1", unionid="u"))

    assert again == SignedIn(ming.subject, "known_openid", flag="unionid_conflict")
    assert keys(session, ming.subject) == {"o1"}
    assert keys(session, hong.subject) == {"o2", "u"}
    [conflict] = conflicts.page(session)
    assert (conflict.account_id, conflict.other_account_id) == (ming.subject, hong.subject)
    assert conflict.key == ("wechat:unionid:acme", "u")


def test_conflict_seen_again_stays_one_row(session: Session, clock: TestClock) -> None:
    enter(session, clock, identity("o1"))
    enter(session, clock, identity("o2", appid=MOBILE, unionid="u"), mobile())

    for _ in range(3):
        enter(session, clock, identity("o1", unionid="u"))
        clock.advance(60)

    [conflict] = conflicts.page(session)
    assert conflict.last_seen == conflict.opened_at + 120


@pytest.mark.parametrize("platform", ["acme", None])
def test_changed_unionid_of_a_known_openid_is_flagged_and_not_followed(
    session: Session, clock: TestClock, platform: str | None
) -> None:
    first = enter(session, clock, identity("o1", unionid="before", platform=platform))

    again = enter(session, clock, identity("o1", unionid="after", platform=platform))

    assert again == SignedIn(first.subject, "known_openid", flag="unionid_changed")
    assert "after" not in keys(session, first.subject)
    [conflict] = conflicts.page(session)
    assert conflict.kind == "unionid_changed"


def test_unionid_that_disappears_is_kept(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity("o1", unionid="u"))

    again = enter(session, clock, identity("o1"))

    assert again == SignedIn(first.subject, "known_openid")
    assert keys(session, first.subject) == {"o1", "u"}


def test_open_platform_named_later_turns_the_noted_unionid_into_a_key(
    session: Session, clock: TestClock
) -> None:
    first = enter(session, clock, identity("o1", unionid="u", platform=None))

    later = enter(session, clock, identity("o1", unionid="u", platform="acme"))

    assert later == SignedIn(first.subject, "known_openid", flag="unionid_learnt")
    assert keys(session, first.subject) == {"o1", "u"}


def test_phone_rule_links_the_one_account_with_the_verified_number(
    session: Session, clock: TestClock
) -> None:
    first = enter(session, clock, identity("o1", phone=PHONE))

    second = enter(
        session,
        clock,
        identity("o2", appid=MOBILE, unionid="u", phone=PHONE),
        mobile(association="phone"),
    )

    assert second == SignedIn(first.subject, "phone_match")
    assert keys(session, first.subject) == {"o1", "o2", "u"}


def test_phone_rule_links_nobody_when_two_accounts_have_the_number(
    session: Session, clock: TestClock
) -> None:
    first = enter(session, clock, identity("o1", phone=PHONE))
    clock.advance(1)
    enter(session, clock, identity("o2", phone=PHONE))

    third = enter(session, clock, identity("o3", phone=PHONE), connection(association="phone"))

    assert third.created
    assert third.flag == "phone_shared"
    [conflict] = conflicts.page(session)
    assert conflict.other_account_id == first.subject


@pytest.mark.parametrize("provenance", ["operator", None])
def test_phone_rule_ignores_a_number_that_nobody_has_proven(
    session: Session, clock: TestClock, provenance: str | None
) -> None:
    first = enter(session, clock, identity("o1", phone=PHONE))
    session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == first.subject)
        .values(phone_provenance=provenance, phone_verified_at=None)
    )

    second = enter(session, clock, identity("o2", phone=PHONE), connection(association="phone"))

    assert second.subject != first.subject
    assert second.flag == "phone_shared"
    [conflict] = conflicts.page(session)
    assert (conflict.account_id, conflict.other_account_id) == (second.subject, first.subject)


def test_rule_none_never_looks_at_the_phone(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity("o1", phone=PHONE))

    second = enter(session, clock, identity("o2", phone=PHONE))

    assert second.created
    assert second.subject != first.subject


def test_nickname_is_never_matched(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity("o1", name="admin"))

    second = enter(session, clock, identity("o2", name="admin"))

    assert second.subject != first.subject


@pytest.mark.parametrize("web_first", [True, False])
def test_order_of_the_first_two_sign_ins_makes_no_difference(
    session: Session, clock: TestClock, web_first: bool
) -> None:
    ways = [
        (identity("o1", unionid="u"), connection()),
        (identity("o2", appid=MOBILE, unionid="u"), mobile()),
    ]

    subjects = {enter(session, clock, *way).subject for way in (ways if web_first else ways[::-1])}

    assert len(subjects) == 1


def test_no_email_is_invented(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity("o1", unionid="u", name="Ming"))

    assert column(session, first.subject, "email") is None


def test_nothing_shown_is_no_profile_and_overwrites_none(
    session: Session, clock: TestClock
) -> None:
    nobody = enter(session, clock, identity("o1"))
    ming = enter(session, clock, identity("o2", name="Ming", picture="https://a.example/ming"))

    enter(session, clock, identity("o2"))

    assert column(session, nobody.subject, "name") is None
    assert column(session, nobody.subject, "picture") is None
    assert column(session, ming.subject, "name") == "Ming"
    assert column(session, ming.subject, "picture") == "https://a.example/ming"


def test_new_nickname_replaces_the_old_one_but_not_what_an_operator_wrote(
    session: Session, clock: TestClock
) -> None:
    ming = enter(session, clock, identity("o1", name="Ming"))
    hong = enter(session, clock, identity("o2", name="Hong"))
    session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == hong.subject)
        .values(name="Hong Li", profile_provenance="operator")
    )

    enter(session, clock, identity("o1", name="Ming 2"))
    enter(session, clock, identity("o2", name="Hong 2", picture="https://a.example/hong"))

    assert column(session, ming.subject, "name") == "Ming 2"
    assert column(session, hong.subject, "name") == "Hong Li"
    assert column(session, hong.subject, "picture") == "https://a.example/hong"


def test_phone_verified_last_becomes_the_phone(session: Session, clock: TestClock) -> None:
    ming = enter(session, clock, identity("o1", phone=PHONE))

    enter(session, clock, identity("o1", phone="+8613900139000", verified_at=1_800_000_100))

    assert column(session, ming.subject, "phone") == "+8613900139000"
    assert column(session, ming.subject, "phone_provenance") == "wechat-quick"


def test_login_only_refuses_an_unknown_person_and_creates_nothing(
    session: Session, clock: TestClock
) -> None:
    refused = sign_in(session, identity("o1"), connection(login_only=True), clock)

    assert refused == SignInRefused("login_only")
    assert accounts(session) == 0
    assert session.scalar(select(func.count()).select_from(EXTERNAL_KEY)) == 0


def test_ask_creates_nothing_before_the_person_answers(session: Session, clock: TestClock) -> None:
    who = identity("o1")

    asked = sign_in(session, who, connection(association="ask"), clock)

    assert asked == Ask(who, "mini", None, may_create=True)
    assert accounts(session) == 0


def test_disabled_account_is_refused(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity("o1"))
    session.execute(update(ACCOUNT).where(ACCOUNT.c.id == first.subject).values(disabled_at=1))

    refused = sign_in(session, identity("o1"), connection(), clock)

    assert refused == SignInRefused("account_disabled")


def test_application_that_has_not_enabled_the_connection_cannot_use_it(
    session: Session, clock: TestClock
) -> None:
    refused = sign_in(session, identity("o1"), connection(), clock, client_id="shop")

    assert refused == SignInRefused("not_enabled")
    assert accounts(session) == 0


def test_application_without_sign_up_takes_known_people_only(
    session: Session, clock: TestClock
) -> None:
    enter(session, clock, identity("known"))
    sources.save(
        session,
        clock,
        Enablement("shop", "mini", enabled=True, allow_sign_up=False),
        actor="admin:a",
    )

    known = sign_in(session, identity("known"), connection(), clock, client_id="shop")
    unknown = sign_in(session, identity("unknown"), connection(), clock, client_id="shop")

    assert isinstance(known, SignedIn)
    assert unknown == SignInRefused("sign_up_closed")


def test_each_decision_is_written_down_with_its_rule_and_without_the_phone(
    session: Session, clock: TestClock
) -> None:
    first = enter(session, clock, identity("o1", phone=PHONE, unionid="u"))
    sign_in(session, identity("o2"), connection(login_only=True), clock)

    refused, created = trail.page(session)

    assert (created.kind, created.rule, created.outcome, created.subject) == (
        "sign_in.succeeded",
        "new_account",
        "created",
        first.subject,
    )
    assert created.detail["phone"] == "+861…8000"
    assert (refused.kind, refused.rule, refused.outcome) == (
        "sign_in.refused",
        "login_only",
        "refused",
    )


def test_openid_that_looks_like_anothers_unionid_is_another_person(
    session: Session, clock: TestClock
) -> None:
    first = enter(session, clock, identity("o1", unionid="same"))

    second = enter(session, clock, identity("same"))

    assert second.subject != first.subject


def test_openid_of_another_app_is_another_person(session: Session, clock: TestClock) -> None:
    first = enter(session, clock, identity("same"))

    second = enter(session, clock, identity("same", appid=MOBILE), mobile())

    assert second.subject != first.subject


def test_session_key_and_upstream_tokens_are_stored_nowhere(
    session: Session, clock: TestClock
) -> None:
    who = identity("o1", unionid="u")
    secrets = {"session_key": "SECRET-KEY", "access_token": "SECRET-TOKEN"}
    leaky = replace(who, raw={**who.raw, **secrets})

    enter(session, clock, leaky)

    stored = [
        str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))
    ]
    assert stored
    assert not any("SECRET" in row for row in stored)


def test_address_that_a_source_has_verified_finds_its_one_account(
    session: Session, clock: TestClock
) -> None:
    by_email = connection("other", association="email")
    mei = Email("Mei@example.org", is_verified=True)
    first = enter(session, clock, replace(identity("o-1"), email=mei), by_email)

    found = enter(session, clock, replace(identity("o-2"), email=mei), by_email)
    unproven = replace(identity("o-3"), email=Email(mei.address))
    stranger = enter(session, clock, unproven, by_email)
    asked = enter(session, clock, replace(identity("o-4"), email=mei))

    assert (found.subject, found.rule) == (first.subject, "email_match")
    assert keys(session, first.subject) == {"o-1", "o-2"}
    assert first.subject not in (stranger.subject, asked.subject)
    assert column(session, first.subject, "email") == "Mei@example.org"
    assert column(session, asked.subject, "email_provenance") == "wechat"
