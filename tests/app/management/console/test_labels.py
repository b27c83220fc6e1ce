"""The log speaks the admin's language: whatever is written down has words."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from app.administrators.admins import AdminFields
from app.groups.catalog import GroupFields
from app.management.console.detail_names import DETAILS
from app.management.console.event_labels import EVENTS, by_surface
from app.notifications.webhooks import WebhookFields
from federation.connections import ConnectionFields
from oidc.apis.api import ApiFields
from tests.app.management.console.console import Console
from tests.app.site import Site

ROOT = Path(__file__).parents[4]
PLACE = {"Event": 0, "audit": 0, "_audit": 2}
"""Where the calls that write something down name its kind."""


def written_down() -> Iterator[str]:
    for package in ("app", "oidc", "federation"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield from kinds_of(node)


def kinds_of(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    said = [word.value for word in call.keywords if word.arg == "kind"]
    if name in PLACE and len(call.args) > PLACE[name]:
        said.append(call.args[PLACE[name]])
    elif is_note_of_an_actor(call):
        said = call.args[:1]
    if name in PLACE or is_note_of_an_actor(call):
        for constant in said:
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                yield constant.value


def is_note_of_an_actor(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "note"
        and "act" in ast.unparse(function.value)
    )


def test_every_kind_of_event_has_words() -> None:
    kinds = set(written_down())

    assert len(kinds) > 30
    assert kinds - EVENTS.keys() == set()
    assert sorted(kind for _, below in by_surface() for kind in below) == sorted(EVENTS)


def test_log_is_filtered_by_outcomes_in_the_admins_language(site: Site, console: Console) -> None:
    site.connection(site.client())
    console.post("/admin/who-uses-what", {"switch": "off wechat client-shop"})
    console.language = "zh-CN"

    page = console.get("/admin/log?outcome=disabled").text
    signed_in = console.get("/admin/log?kind=admin.signed_in").text

    assert '<option value="disabled" selected>关闭</option>' in page
    assert '<optgroup label="用户组与使用权限"><option value="group.created">' in page
    assert re.findall(r'<span class="mark-word quiet">(\w+)</span>', page) == ["关闭"]
    assert "使用密码。" in signed_in
    assert not re.search(r">[^<]*\b(?:password|totp|True|False)\b", signed_in)


def test_every_field_that_somebody_changed_has_words_and_is_told_in_them(
    site: Site, console: Console
) -> None:
    """But for the registered names of an application's metadata, which are words of their own."""
    site.connection(site.client())
    ours = (AdminFields, ApiFields, ConnectionFields, GroupFields, WebhookFields)
    named = {one.name for each in ours for one in fields(each)}
    console.post("/admin/groups/new", {"name": "staff", "description": "Us"})
    console.post("/admin/who-uses-what", {"switch": "off wechat client-shop"})
    console.language = "zh-CN"

    pages = {
        kind: console.get(re.findall(r'href="(/admin/log/\d+)"', listed.text)[0]).text
        for kind in ("group.created", "enablement.changed")
        for listed in [console.get(f"/admin/log?kind={kind}")]
    }

    assert named - DETAILS.keys() == set()
    assert "<dt>说明</dt>" in pages["group.created"]
    assert "<dt>启用</dt>" in pages["enablement.changed"]
    for page in pages.values():
        assert re.findall(r"<dt>[a-z_]+</dt>", page) == []
