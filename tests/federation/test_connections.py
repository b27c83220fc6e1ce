"""Connections: what is refused at save, how the credential is found, and when edits are seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, update
from sqlalchemy.orm import Session

from federation.connection_store import ConnectionStore
from federation.connections import ConnectionFields
from federation.credential_store import CredentialStore
from federation.errors import InvalidFields, NotFound, VersionConflict
from federation.models import ConnectionRow
from federation.wechat.source import WECHAT
from tests.conftest import TestClock
from tests.federation.conftest import store_of_connections
from tests.federation.test_wechat_apps import PROGRAM, WEBSITE
from tests.wechat_apps import changed

SCAN = ConnectionFields(
    id="wechat-scan",
    mode="wechat-miniprogram",
    display_name={"en": "WeChat", "zh": "微信登录 💬"},
    login_only=True,
    phone="optional",
    association="ask",
    options={"env_version": "trial"},
    position=3,
)
WEB = ConnectionFields(
    id="web", mode="wechat-website", display_name={"zh": "扫码"}, app_id=WEBSITE.id
)


@pytest.fixture(autouse=True)
def _known_apps(apps: CredentialStore, session: Session) -> None:
    apps.create(session, PROGRAM)
    apps.create(session, WEBSITE)
    session.commit()


def test_connection_comes_back_as_it_was_saved(
    connections: ConnectionStore, session: Session
) -> None:
    connections.create(session, SCAN)

    found = connections.get(session, "wechat-scan")

    assert found is not None
    assert (found.mode, found.login_only, found.phone) == ("wechat-miniprogram", True, "optional")
    assert (found.association, found.options["env_version"], found.enabled) == (
        "ask",
        "trial",
        True,
    )
    assert found.display_name == {"en": "WeChat", "zh": "微信登录 💬"}
    assert connections.get(session, "nobody") is None


def test_empty_credential_means_the_default_mini_program(
    connections: ConnectionStore, apps: CredentialStore, session: Session
) -> None:
    second = changed(PROGRAM, app_id="wx1111111111111111")
    connections.create(session, SCAN)
    before = connections.get(session, SCAN.id)

    apps.create(session, second)
    after = connections.get(session, SCAN.id)

    assert before is not None
    assert after is not None
    assert (before.credential.id, after.credential.id) == (PROGRAM.id, second.id)
    assert after.uses_default


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "a" * 32}, "id"),
        ({"id": "WeChat"}, "id"),
        ({"id": "we_chat"}, "id"),
        ({"id": "微信"}, "id"),
        ({"id": "wechat\n"}, "id"),
        ({"mode": "wechat"}, "mode"),
        ({"display_name": {}}, "display_name"),
        ({"display_name": {"en": "  "}}, "display_name"),
        ({"display_name": {"en": "n" * 41}}, "display_name"),
        ({"phone": "sometimes"}, "phone"),
        ({"association": "nickname"}, "association"),
        ({"options": {"env_version": "beta"}}, "env_version"),
        ({"options": {"colour": "red"}}, "colour"),
        ({"app_id": "wx9999999999999999"}, "app_id"),
        ({"app_id": WEBSITE.id}, "app_id"),
        ({"mode": "wechat-website", "phone": "never", "options": {}}, "app_id"),
        (
            {"mode": "wechat-website", "app_id": WEBSITE.id, "phone": "required", "options": {}},
            "phone",
        ),
    ],
)
def test_nonsense_in_a_field_is_told_about_that_field(
    connections: ConnectionStore, session: Session, change: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        connections.create(session, replace(SCAN, **change))

    assert [problem.field for problem in refused.value.problems] == [field]
    assert connections.all(session) == []


def test_all_problems_are_told_at_once(connections: ConnectionStore, session: Session) -> None:
    fields = ConnectionFields(id="A B", mode="?", phone="?", association="?")

    with pytest.raises(InvalidFields) as refused:
        connections.create(session, fields)

    told = {problem.field for problem in refused.value.problems}
    assert told == {"id", "mode", "display_name", "phone", "association"}


def test_wrong_kind_of_app_is_told_by_the_kind_that_is_wanted(
    connections: ConnectionStore, session: Session
) -> None:
    with pytest.raises(InvalidFields) as refused:
        connections.create(session, replace(SCAN, app_id=WEBSITE.id))

    assert "mini program" in refused.value.problems[0].message


def test_mini_program_without_a_default_needs_a_credential(
    connections: ConnectionStore, apps: CredentialStore, session: Session
) -> None:
    apps.update(session, PROGRAM.id, changed(PROGRAM, is_default=False), 1)

    with pytest.raises(InvalidFields) as refused:
        connections.create(session, SCAN)

    assert [problem.field for problem in refused.value.problems] == ["app_id"]


def test_taken_id_is_refused(connections: ConnectionStore, session: Session) -> None:
    connections.create(session, SCAN)

    with pytest.raises(InvalidFields) as refused:
        connections.create(session, SCAN)

    assert refused.value.problems[0].field == "id"


def test_id_and_mode_never_change(connections: ConnectionStore, session: Session) -> None:
    connections.create(session, SCAN)
    changed = replace(WEB, id="other")

    with pytest.raises(InvalidFields) as refused:
        connections.update(session, SCAN.id, changed, 1)

    assert {problem.field for problem in refused.value.problems} == {"id", "mode"}


def test_second_of_two_editors_is_told(connections: ConnectionStore, session: Session) -> None:
    connections.create(session, SCAN)
    first = connections.update(session, SCAN.id, replace(SCAN, phone="never"), 1)

    with pytest.raises(VersionConflict):
        connections.update(session, SCAN.id, replace(SCAN, phone="required"), 1)

    assert first.version == 2
    assert connections.get(session, SCAN.id) == first


def test_update_and_delete_of_nothing_say_so(
    connections: ConnectionStore, session: Session
) -> None:
    with pytest.raises(NotFound):
        connections.update(session, "nobody", SCAN, 1)
    with pytest.raises(NotFound):
        connections.delete(session, "nobody")


def test_buttons_are_the_usable_enabled_connections_in_order(
    connections: ConnectionStore, apps: CredentialStore, session: Session
) -> None:
    connections.create(session, SCAN)
    connections.create(session, WEB)
    connections.create(session, replace(WEB, id="off", enabled=False))
    both = [one.id for one in connections.enabled(session)]

    apps.update(session, PROGRAM.id, changed(PROGRAM, is_default=False), 1)

    assert both == ["web", "wechat-scan"]
    assert [one.id for one in connections.enabled(session)] == ["web"]
    assert not connections.get(session, SCAN.id).credential.is_usable  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("names", "locale", "label"),
    [
        ({"en": "WeChat", "zh": "微信"}, "zh", "微信"),
        ({"en": "WeChat", "zh": "微信"}, "zh_Hans_CN", "微信"),
        ({"en": "WeChat", "zh": "微信"}, "zh-CN", "微信"),
        ({"en": "WeChat", "zh": "微信"}, "de", "WeChat"),
        ({"zh": "微信"}, "en", "微信"),
        ({"en": "", "zh": "微信"}, "en", "微信"),
    ],
)
def test_label_is_in_the_persons_language_as_far_as_possible(
    connections: ConnectionStore, session: Session, names: dict[str, str], locale: str, label: str
) -> None:
    connection = connections.create(session, replace(SCAN, display_name=names))

    assert connection.label(locale) == label


def test_reading_within_a_second_costs_no_statement_and_later_one(
    connections: ConnectionStore, session: Session, engine: Engine, clock: TestClock
) -> None:
    connections.create(session, SCAN)

    with _counting(engine) as statements:
        connections.get(session, SCAN.id)
        at_once = len(statements)
        clock.advance(1)
        connections.get(session, SCAN.id)
        connections.enabled(session)

    assert (at_once, len(statements)) == (0, 1)


def test_edit_by_another_process_is_seen_within_a_second(
    connections: ConnectionStore, cipher: object, session: Session, clock: TestClock
) -> None:
    connections.create(session, SCAN)
    elsewhere = store_of_connections(CredentialStore(WECHAT, cipher, clock), clock)  # type: ignore[arg-type]
    elsewhere.update(session, SCAN.id, replace(SCAN, enabled=False), 1)

    at_once = connections.get(session, SCAN.id)
    clock.advance(1)
    later = connections.get(session, SCAN.id)

    assert at_once is not None
    assert later is not None
    assert (at_once.enabled, later.enabled) == (True, False)


def test_invalidate_makes_a_change_behind_the_stores_back_visible(
    connections: ConnectionStore, session: Session
) -> None:
    connections.create(session, SCAN)
    session.execute(update(ConnectionRow).values(enabled=False, version=9))

    connections.invalidate()

    assert connections.enabled(session) == []


@contextmanager
def _counting(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection, cursor, statement, *rest):  # type: ignore[no-untyped-def]
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)
