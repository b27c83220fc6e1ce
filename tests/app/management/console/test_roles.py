"""Every route, with records that are there: a viewer changes nothing, a stranger sees nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.identification import contradictions
from app.accounts.records import merge, receipts
from app.administrators import invitations
from app.administrators.admins import AdminFields
from app.database import db
from app.groups import catalog
from app.groups.catalog import GroupFields
from app.management.services.jobs import store
from app.notifications import outbox, webhooks
from app.notifications.events import Announcement
from app.notifications.webhooks import WebhookFields
from app.sessions import browser
from app.tables.people import Base as AppBase
from federation.models import Base as FederationBase
from oidc.apis.api import ApiFields
from oidc.database.models import Base as OidcBase
from tests.app.management.console.console import Console, make_admin
from tests.app.management.console.guards import NEEDED, PUBLIC
from tests.app.site import Site
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.slow

OWN_SIGN_IN = "/admin/you"
TRAIL = {"audit_event", "admin_session", "admin_challenge"}
"""Refusals are written down, sessions note that they are used, questions are asked."""
TYPED = {
    "name": "changed",
    "client_name": "changed",
    "name_en": "changed",
    "app_id": MINI_PROGRAM.appid,
    "secret": "0123456789abcdef0123456789abcdef",
    "client_id": "client-shop",
    "connection_id": "wechat",
    "connection": "wechat",
    "accent": "#ffcc00",
    "on": "1",
    "enabled": "1",
    "sure": "1",
    "anyway": "1",
    "allow": "1",
    "what": "disable",
    "existing": "revoke",
    "decision": "dismiss",
    "role": "owner",
    "username": "mallory",
    "password": "correct horse battery",
    "alg": "RS256",
    "at_once": "1",
    "openid": "oABCDEFGHIJKLMNOPQR",
    "enabled-wechat": "",
    "version-wechat": "1",
    "redirect_uris": "https://shop.example/callback",
    "type": "web",
}


@pytest.fixture
def known(site: Site) -> dict[str, str]:
    """Something of each kind, by the names that routes use."""
    client = site.client()
    site.connection(client)
    session, clock = db.session(), site.clock
    people = [site.passwords.create(session, clock, name, "a" * 12) for name in "abcd"]
    merged = merge.merge(session, clock, people[0], people[1], actor="test")
    conflict = contradictions.note(session, clock, "phone_shared", people[2], other=people[3])
    browser.begin(session, clock, people[0], amr=("wechat",), connection_id="wechat")
    owner = make_admin(site, "owner", "owner")
    wanted = AdminFields("lin", "Lin", "viewer")
    invitation, _token = invitations.invite(session, clock, wanted, actor="test")
    site.provider.apis.add(session, "orders", ApiFields("https://api.example/orders"))
    told = Announcement("account.disabled", {}, clock())
    outbox.post(session, [webhook_of(site)], told, clock())
    [notification] = outbox.page(session, "ops")
    group = catalog.add(session, clock, GroupFields("crew"))
    job = store.create(session, clock, "import", "test", {"columns": ["phone"]}, "uploaded")
    receipt = receipts.write(session, clock, "0" * 22, {"account": 1}, actor="test")
    db.session.commit()
    return {
        "stream_id": "none",
        "scheme": "dark",
        "group_id": group.id,
        "event_id": "none",
        "token": "none",
        "webhook_id": "ops",
        "target": "ops",
        "notification_id": notification.id,
        "job_id": job.id,
        "receipt_id": receipt.id,
        "client_id": client.client_id,
        "connection_id": "wechat",
        "api_id": "orders",
        "preset_id": "gitea",
        "name": "MP_verify_x.txt",
        "source_id": "wechat",
        "credential_id": MINI_PROGRAM.appid,
        "account_id": people[0],
        "merge_id": merged.merge_id,
        "conflict_id": str(conflict),
        "admin_id": owner.id,
        "invitation_id": invitation.id,
        "mode": "wechat-miniprogram",
        "id_hash": "0" * 64,
        "other": people[2],
    }


def webhook_of(site: Site) -> str:
    provider = site.provider
    fields = WebhookFields("https://127.0.0.1:1/nobody")
    made, _secret = webhooks.create(
        db.session(), site.clock, provider.keyring, provider.outbound, fields, "ops"
    )
    return made.id


def routes(site: Site, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Method and address of every page that asks for somebody."""
    for rule in site.app.url_map.iter_rules():
        if not rule.endpoint.startswith("admin.") or rule.endpoint in PUBLIC:
            continue
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known[found[1]], rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield method, address


def everything() -> dict[str, list[Any]]:
    """Every row of every table, but for the trail."""
    db.session.rollback()
    tables = [
        table
        for base in (AppBase, FederationBase, OidcBase)
        for table in base.metadata.sorted_tables
        if table.name not in TRAIL
    ]
    return {table.name: sorted(map(str, db.session.execute(select(table)))) for table in tables}


def test_viewer_changes_nothing_by_any_form(site: Site, known: dict[str, str]) -> None:
    make_admin(site, "eve", "viewer")
    console = Console(site.app.test_client())
    console.sign_in("eve")
    typed = {**TYPED, "other": known["other"], "csrf_token": console.csrf()}
    before = everything()

    forms = [path for method, path in routes(site, known) if method == "POST"]
    others = [path for path in forms if not path.startswith((OWN_SIGN_IN, "/admin/confirm"))]
    answers = {path: console._send("post", path, data=typed).status_code for path in others}

    assert len(others) > 30
    assert {path: code for path, code in answers.items() if code != 403} == {}
    assert everything() == before


def test_owner_sends_the_same_forms_and_changes_much(site: Site, known: dict[str, str]) -> None:
    """Else the test above would prove nothing."""
    make_admin(site, "han", "owner")
    console = Console(site.app.test_client())
    console.sign_in()
    typed = {**TYPED, "other": known["other"], "csrf_token": console.csrf()}
    before = everything()

    for method, path in routes(site, known):
        if method == "POST" and not path.startswith(OWN_SIGN_IN) and "delete" not in path:
            assert console._send("post", path, data=typed).status_code < 500, path

    after = everything()
    changed = {name for name in before if before[name] != after[name]}
    assert {"account", "admin", "client", "connection", "source_enablement"} <= changed


def test_stranger_sees_the_sign_in_page_and_nothing_else(site: Site, known: dict[str, str]) -> None:
    stranger = Console(site.app.test_client())
    token = stranger.csrf()
    before = everything()

    for method, path in routes(site, known):
        if method == "GET":
            answer = stranger.get(path)
            assert answer.status_code == 303, path
            assert answer.location.startswith("/admin/sign-in?page="), path
            assert len(answer.data) < 600, path
        else:
            answer = stranger._send("post", path, data={"csrf_token": token})
            assert answer.status_code == 401, path
            assert "Sign in to the console" in answer.text, path
            assert not [name for name in ("Shop", "phone_shared") if name in answer.text], path

    assert everything() == before
    assert len(NEEDED) > 50
