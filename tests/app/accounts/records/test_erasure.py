"""Forgetting people: their own wish, and WeChat's authorization-change events."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.identification.outcomes import SignedIn
from app.accounts.identification.sign_in import sign_in
from app.accounts.records import directory, erasure, linking, merge
from app.accounts.records.erasure import Erased
from app.audit import trail
from app.sessions import browser
from app.tables.people import (
    ACCOUNT,
    ACCOUNT_CONFLICT,
    ACCOUNT_MERGE,
    BROWSER_SESSION,
    EXTERNAL_KEY,
)
from federation.wechat.push_event import withdrawal
from federation.wechat.source import WECHAT
from tests.app.accounts.wechat import MINI, MOBILE, PHONE, connection, identity, mobile
from tests.conftest import TestClock
from tests.wechat_apps import stored

WHO = identity("o1", unionid="u", name="Ming", picture="https://a.example/ming", phone=PHONE)


def obey(
    session: Session,
    clock: TestClock,
    event: str,
    appid: str,
    openid: str | None,
    revoke_info: str = "",
) -> Erased:
    """What a push of WeChat's leads to."""
    message = {"Event": event, "OpenID": openid or "", "RevokeInfo": revoke_info}
    wanted = withdrawal(stored(appid, "miniprogram"), message)
    assert wanted is not None
    return erasure.obey_push(session, clock, WECHAT, wanted)


def ming(session: Session, clock: TestClock) -> str:
    outcome = sign_in(session, WHO, connection(), clock)
    assert isinstance(outcome, SignedIn)
    return outcome.subject


def test_deleted_account_leaves_nothing_but_audit_lines(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)
    begun = browser.begin(session, clock, account, amr=("wechat",))
    shell = sign_in(session, identity("o9"), connection(), clock)
    assert isinstance(shell, SignedIn)
    merge.merge(session, clock, account, shell.subject, actor="admin:a")

    erased = erasure.delete_account(session, clock, account, actor=f"person:{account}")

    assert erased.revoke == account
    assert [ended.sid for ended in erased.ended] == [begun.sid]
    for table in (ACCOUNT, EXTERNAL_KEY, BROWSER_SESSION, ACCOUNT_CONFLICT, ACCOUNT_MERGE):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert trail.page(session)[0].kind == "account.deleted"


def test_deleted_person_who_comes_back_is_new(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)
    erasure.delete_account(session, clock, account, actor=f"person:{account}")

    again = sign_in(session, WHO, connection(), clock)

    assert isinstance(again, SignedIn)
    assert again.created
    assert again.subject != account


@pytest.mark.parametrize("items", ["6", "19", "20", "205"])
def test_withdrawn_nickname_and_avatar_are_erased(
    session: Session, clock: TestClock, items: str
) -> None:
    account = ming(session, clock)

    erased = obey(session, clock, "user_authorization_revoke", MINI, "o1", revoke_info=items)

    view = directory.get(session, account)
    assert erased == Erased(account, ("profile",))
    assert view is not None
    assert (view.name, view.picture) == (None, None)


def test_several_withdrawn_items_are_all_erased(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)

    obey(session, clock, "user_authorization_revoke", MINI, "o1", revoke_info="6,8")

    view = directory.get(session, account)
    assert view is not None
    assert (view.name, view.phone) == (None, None)


def test_modified_user_loses_the_cached_profile(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)

    obey(session, clock, "user_info_modified", MINI, "o1")

    view = directory.get(session, account)
    assert view is not None
    assert view.name is None
    assert view.phone == PHONE


def test_name_that_the_person_wrote_is_not_wechats_to_erase(
    session: Session, clock: TestClock
) -> None:
    account = ming(session, clock)
    directory.rename(session, clock, account, "Ming Wang", actor="person", by_person=True)

    obey(session, clock, "user_info_modified", MINI, "o1")

    view = directory.get(session, account)
    assert view is not None
    assert view.name == "Ming Wang"


def test_withdrawn_phone_is_erased_with_its_verification(
    session: Session, clock: TestClock
) -> None:
    account = ming(session, clock)

    erased = obey(session, clock, "user_authorization_revoke", MINI, "o1", revoke_info="8")

    view = directory.get(session, account)
    assert erased.what == ("phone",)
    assert erased.revoke is None
    assert view is not None
    assert (view.phone, view.phone_verified_at, view.name) == (None, None, "Ming")


def test_withdrawn_authorization_of_an_app_unlinks_it_and_revokes(
    session: Session, clock: TestClock
) -> None:
    account = ming(session, clock)
    sign_in(session, identity("o2", appid=MOBILE, unionid="u"), mobile(), clock)
    browser.begin(session, clock, account, amr=("wechat",))

    erased = obey(session, clock, "user_authorization_revoke", MOBILE, "o2", revoke_info="301")

    assert (erased.what, erased.revoke, len(erased.ended)) == (("identity",), account, 1)
    assert [source.value for source in linking.sources_of(session, account)] == ["o1"]


def test_deregistered_wechat_unlinks_every_openid_of_it_and_erases_the_person(
    session: Session, clock: TestClock
) -> None:
    account = ming(session, clock)
    sign_in(session, identity("o2", appid=MOBILE, unionid="u"), mobile(), clock)

    erased = obey(session, clock, "user_authorization_cancellation", MINI, "o1")

    view = directory.get(session, account)
    assert erased.revoke == account
    assert session.scalar(select(func.count()).select_from(EXTERNAL_KEY)) == 0
    assert view is not None
    assert (view.name, view.picture, view.phone) == (None, None, None)


def test_deregistered_wechat_leaves_another_linked_one(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)
    linking.link(session, account, identity("o2", unionid="u2"), connection(), clock)

    obey(session, clock, "user_authorization_cancellation", MINI, "o1")

    view = directory.get(session, account)
    assert [source.value for source in linking.sources_of(session, account)] == ["o2"]
    assert view is not None
    assert view.name == "Ming"


@pytest.mark.parametrize(("appid", "openid"), [(MINI, "nobody"), (MINI, None), (MOBILE, "o1")])
def test_push_about_somebody_unknown_changes_nothing(
    session: Session, clock: TestClock, appid: str, openid: str | None
) -> None:
    account = ming(session, clock)

    erased = obey(session, clock, "user_authorization_cancellation", appid, openid)

    assert erased == Erased()
    assert len(linking.sources_of(session, account)) == 1


def test_withdrawn_camera_changes_nothing(session: Session, clock: TestClock) -> None:
    account = ming(session, clock)

    erased = obey(session, clock, "user_authorization_revoke", MINI, "o1", revoke_info="7")

    assert erased == Erased(account)
