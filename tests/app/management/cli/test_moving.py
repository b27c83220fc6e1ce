"""``credentials preview-move``: who would be lost, before anything changes."""

from typing import Any

import pytest
from sqlalchemy import insert

from app.database import db
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from federation import ConnectionFields
from tests.app.management.cli.conftest import Operator
from tests.wechat_apps import wechat_app

SECRET = "a5ec7e70f7eapp000000000000000001"
OLD, NEW, WEB = "wx00000000000000a1", "wx00000000000000a2", "wx00000000000000a3"
PHONE = {"phone": "+8613800000001", "phone_provenance": "wechat_phone"}
PEOPLE: dict[str, dict[str, Any]] = {
    "known": {"keys": [(NEW, None)]},
    "shared": {"keys": [("unionid:main", None)]},
    "phone": {"account": PHONE},
    "twin": {"account": PHONE | {"phone": "+8613800000002"}},
    "other": {"keys": [(WEB, None)]},
    "password": {"account": {"password_hash": "x"}},
    "unproven": {"account": {"phone": "+8613800000003", "phone_provenance": "operator"}},
    "lost": {},
}
TWIN = {"phone": "+8613800000002", "phone_provenance": "wechat_phone"}


@pytest.fixture
def town(operator: Operator) -> Operator:
    """Two mini programs and a website, and people of the old one in every situation."""
    with operator.app.app_context():
        session, federation = db.session(), operator.federation
        for app_id, kind in ((OLD, "miniprogram"), (NEW, "miniprogram"), (WEB, "website")):
            fields = wechat_app(
                app_id,
                kind,
                SECRET,
                open_platform="main" if app_id != WEB else "",
            )
            federation.credentials.of("wechat").create(session, fields)
        for name, app_id, mode in (("mini", OLD, "miniprogram"), ("web", WEB, "website")):
            more = {"association": "phone", "phone": "required"} if app_id == OLD else {}
            named = {"en": name}
            connection = ConnectionFields(name, f"wechat-{mode}", named, app_id=app_id, **more)
            federation.connections.create(session, connection)
        for name, known in PEOPLE.items():
            person(name, known.get("account", {}), [(OLD, None), *known.get("keys", [])])
        person("the twin", TWIN, [])
        session.commit()
    return operator


def person(name: str, account: dict[str, Any], keys: list[tuple[str, None]]) -> None:
    times = {"created_at": 1, "updated_at": 1}
    db.session.execute(insert(ACCOUNT).values(id=name, **times, **account))
    for place, _ in keys:
        namespace = f"wechat:{place}" if ":" in place else f"wechat:openid:{place}"
        seen = {"first_seen": 1, "last_seen": 1}
        row = {"namespace": namespace, "value": f"o-{name}", "account_id": name, **seen}
        db.session.execute(insert(EXTERNAL_KEY).values(**row))


def test_everybody_is_told_by_the_first_bridge_that_carries_them(town: Operator) -> None:
    asked = ("credentials", "preview-move", "wechat", OLD)

    replaced = town.read(*asked, "--to", NEW)
    town.run("connections", "change", "mini", "--association", "none")
    without_phones = town.read(*asked, "--to", NEW)
    moved = town.read(*asked, "--open-platform", "another")
    said = town.run(*asked, "--to", NEW)

    assert replaced["counts"] == {"known": 1, "shared": 1, "phone": 1, "other": 2, "lost": 3}
    assert replaced["lost"] == ["lost", "twin", "unproven"]
    assert replaced["linking_by_phone"] == ["mini"]
    assert without_phones["counts"]["phone"] == 0
    assert without_phones["lost"] == ["lost", "phone", "twin", "unproven"]
    assert moved["counts"] == {"known": 1, "shared": 0, "phone": 0, "other": 0, "lost": 0}
    assert "LOST" in said
    assert "No connection asks for the phone number" in said


def test_question_that_makes_no_sense_is_refused(town: Operator) -> None:
    asked = ("credentials", "preview-move", "wechat", OLD)

    assert "Choose another" in town.refused(*asked, "--to", OLD)
    assert "one kind" in town.refused(*asked, "--to", WEB)
    assert "stays as it is" in town.refused(*asked, "--open-platform", "main")
    assert "either" in town.refused(*asked)
