"""WeChat apps: what is refused at save, and how credentials are kept, on every database."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.connection_store import ConnectionStore
from federation.connections import ConnectionFields
from federation.credential_store import CredentialStore
from federation.credentials import Fault
from federation.errors import InvalidFields, NotFound, StillInUse, VersionConflict
from federation.models import WeChatAppRow
from federation.wechat.source import WECHAT
from tests.conftest import TestClock
from tests.federation.conftest import TestCipher
from tests.wechat_apps import changed, wechat_app

SECRET = "0123456789abcdef0123456789abcdef"
PROGRAM = wechat_app(
    app_id="wx0123456789abcdef",
    kind="miniprogram",
    secret=SECRET,
    name="乘车码 🚄",
    original_id="gh_0123456789ab",
    open_platform="rail",
    is_default=True,
    push_token="PushToken1",
    push_key="A" * 43,
)
WEBSITE = wechat_app(
    app_id="wxfedcba9876543210", kind="website", secret="5a4d0000000000000000000000000001"
)


def test_app_comes_back_as_it_was_saved(apps: CredentialStore, session: Session) -> None:
    apps.create(session, PROGRAM)

    app = apps.get(session, PROGRAM.id)

    assert app is not None
    assert (app.kind, app.name, app["original_id"]) == (
        "miniprogram",
        "乘车码 🚄",
        "gh_0123456789ab",
    )
    secrets = (app["secret"], app["push_token"], app["push_key"])
    assert secrets == (SECRET, "PushToken1", "A" * 43)
    assert (app["open_platform"], app.is_default, app.version) == ("rail", True, 1)
    assert app.is_usable


def test_secrets_are_sealed_and_hidden(apps: CredentialStore, session: Session) -> None:
    app = apps.create(session, PROGRAM)

    row = session.execute(select(WeChatAppRow.__table__)).one()

    assert SECRET not in f"{row} {app!r} {PROGRAM!r}"
    assert "A" * 43 not in f"{row} {app!r} {PROGRAM!r}"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"app_id": ""}, "app_id"),
        ({"app_id": "wx0123"}, "app_id"),
        ({"app_id": "wx0123456789ABCDEF"}, "app_id"),
        ({"app_id": "gh_0123456789ab"}, "app_id"),
        ({"app_id": "wx0123456789abcdef\n"}, "app_id"),
        ({"kind": "alipay"}, "kind"),
        ({"secret": ""}, "secret"),
        ({"secret": "has a space in it"}, "secret"),
        ({"secret": "0123456789abcdef0123456789abcde"}, "secret"),
        ({"secret": "0123456789abcdef0123456789abcde!"}, "secret"),
        ({"secret": "密" * 32}, "secret"),
        ({"original_id": "wx0123456789abcdef"}, "original_id"),
        ({"name": "n" * 65}, "name"),
        ({"open_platform": "o" * 65}, "open_platform"),
        ({"kind": "website"}, "is_default"),
        ({"push_token": "no"}, "push_token"),
        ({"push_key": "A" * 42}, "push_key"),
    ],
)
def test_nonsense_in_a_field_is_told_about_that_field(
    apps: CredentialStore, session: Session, change: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        apps.create(session, changed(PROGRAM, **change))

    assert [problem.field for problem in refused.value.problems] == [field]
    assert apps.all(session) == []


def test_all_problems_are_told_at_once(apps: CredentialStore, session: Session) -> None:
    fields = wechat_app("gh_1", "", original_id="x", push_key="short")

    with pytest.raises(InvalidFields) as refused:
        apps.create(session, fields)

    told = {problem.field for problem in refused.value.problems}
    assert told == {"app_id", "kind", "secret", "original_id", "push_key"}


def test_same_app_twice_is_refused(apps: CredentialStore, session: Session) -> None:
    apps.create(session, PROGRAM)

    with pytest.raises(InvalidFields) as refused:
        apps.create(session, PROGRAM)

    assert refused.value.problems[0].field == "app_id"
    assert len(apps.all(session)) == 1


def test_empty_secret_on_update_keeps_the_old_one(apps: CredentialStore, session: Session) -> None:
    apps.create(session, PROGRAM)

    updated = apps.update(
        session, PROGRAM.id, changed(PROGRAM, secret="", push_key="", name="新名字"), 1
    )

    assert (updated["secret"], updated["push_key"]) == (SECRET, "A" * 43)
    assert (updated.name, updated.version) == ("新名字", 2)


def test_second_of_two_editors_is_told_and_loses_nothing_of_the_first(
    apps: CredentialStore, session: Session
) -> None:
    apps.create(session, PROGRAM)
    apps.update(session, PROGRAM.id, changed(PROGRAM, name="first"), 1)

    with pytest.raises(VersionConflict):
        apps.update(session, PROGRAM.id, changed(PROGRAM, name="second"), 1)

    assert apps.get(session, PROGRAM.id).name == "first"  # type: ignore[union-attr]


def test_kind_and_app_id_never_change(apps: CredentialStore, session: Session) -> None:
    apps.create(session, PROGRAM)
    wanted = changed(PROGRAM, app_id="wxaaaaaaaaaaaaaaaa", kind="website", is_default=False)

    with pytest.raises(InvalidFields) as refused:
        apps.update(session, PROGRAM.id, wanted, 1)

    assert {problem.field for problem in refused.value.problems} == {"app_id", "kind"}


def test_update_and_delete_of_nothing_say_so(apps: CredentialStore, session: Session) -> None:
    with pytest.raises(NotFound):
        apps.update(session, PROGRAM.id, PROGRAM, 1)
    with pytest.raises(NotFound):
        apps.delete(session, PROGRAM.id)


def test_new_default_mini_program_replaces_the_old_one(
    apps: CredentialStore, session: Session
) -> None:
    second = changed(PROGRAM, app_id="wx1111111111111111")
    apps.create(session, PROGRAM)

    apps.create(session, second)

    assert apps.default(session, "miniprogram") == apps.get(session, second.id)
    assert [app.id for app in apps.all(session) if app.is_default] == [second.id]


def test_app_of_a_connection_cannot_be_deleted(
    apps: CredentialStore, connections: ConnectionStore, session: Session
) -> None:
    apps.create(session, WEBSITE)
    connections.create(
        session, ConnectionFields("web", "wechat-website", {"en": "WeChat"}, app_id=WEBSITE.id)
    )

    with pytest.raises(StillInUse):
        apps.delete(session, WEBSITE.id)

    connections.delete(session, "web")
    apps.delete(session, WEBSITE.id)
    assert apps.all(session) == []


def test_secret_sealed_by_a_lost_key_leaves_the_other_apps_usable(
    apps: CredentialStore, session: Session, clock: TestClock
) -> None:
    CredentialStore(WECHAT, TestCipher(), clock).create(session, PROGRAM)
    apps.create(session, WEBSITE)

    usable = {app.id: app.is_usable for app in apps.all(session)}

    assert usable == {PROGRAM.id: False, WEBSITE.id: True}


def test_administrator_sees_why_wechat_refused_until_it_is_mended(
    apps: CredentialStore, session: Session, clock: TestClock
) -> None:
    apps.create(session, PROGRAM)
    apps.note_fault(session, PROGRAM.id, 40125)
    noted = apps.faults(session)

    apps.update(session, PROGRAM.id, PROGRAM, 1)

    assert noted == [Fault(PROGRAM.id, 40125, clock())]
    assert apps.faults(session) == []
