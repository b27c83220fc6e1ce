"""The page of notifications: webhooks from the first to the last button, and mail."""

import html
import re
from collections.abc import Iterator

import pytest

from app.audit.trail import Event, record
from app.database import db
from app.notifications import outbox
from app.notifications.outbox import page
from tests.app.management.console.console import Console, make_admin
from tests.app.notifications.receiver import Hook, hooking
from tests.app.site import Site

PATH = "/admin/notifications"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooking() as hook:
        yield hook


def test_webhook_is_added_tried_changed_and_deleted(
    site: Site, console: Console, hook: Hook
) -> None:
    empty = console.get(PATH).text
    form = console.get(f"{PATH}/new")
    wrong = console.fill(form, f"{PATH}/new", {"url": "http://hooks.example/", "events": []})
    sent = {"url": hook.url, "id": "ops", "events": ["account.disabled"], "description": "Ops"}
    made = console.fill(form, f"{PATH}/new", {**sent, "enabled": "1"})
    one = f"{PATH}/ops"
    console.post(f"{one}/test")
    hook.statuses = [500]
    failed = console.post(f"{one}/test")
    shown = console.get(one).text
    saved = console.fill(console.get(one), one, {"events": ["*"]})
    again = console.post(f"{one}/rotate-secret")
    told = Event("account.disabled", subject="5f0c")
    record(db.session(), site.clock, told)
    db.session.commit()
    newest = next(one for one in page(db.session(), "ops") if one.type == "account.disabled")
    waits = console.get(one).text
    with_body = outbox.claim_next(db.session(), "ops", site.clock())
    assert with_body is not None
    outbox.settle(db.session(), with_body, outbox.Outcome(500, "no"), site.clock())
    db.session.commit()
    resent = console.post(f"{one}/deliveries/{newest.id}/resend")
    gone = console.post(f"{one}/delete")

    assert "No webhook yet." in empty
    assert "No mail is sent." in empty
    assert (wrong.status_code, 'id="problem-url-1"' in wrong.text) == (422, True)
    assert 'id="problem-events-1"' in wrong.text
    [secret] = re.findall(r'id="secret"[^>]*value="([^"]+)"', made.text)
    [other] = re.findall(r'id="secret"[^>]*value="([^"]+)"', again.text)
    assert html.unescape(secret).startswith("whsec_")
    assert secret != other
    assert secret not in shown
    assert (failed.status_code, saved.status_code, resent.status_code) == (303, 303, 303)
    assert "It answered 500" in shown
    assert "<code>200</code>" in shown
    assert "webhook.test" in shown
    assert ("An account was disabled" in waits, "waits" in waits) == (True, True)
    assert gone.location == PATH
    assert console.get(one).status_code == 404


def test_viewer_looks_and_changes_nothing(site: Site, console: Console, hook: Hook) -> None:
    console.post(f"{PATH}/new", {"url": hook.url, "id": "ops", "events": "*", "enabled": "1"})
    make_admin(site, "wei", "viewer")
    viewer = Console(site.app.test_client())
    viewer.sign_in("wei")

    page_of_one = viewer.get(f"{PATH}/ops").text

    assert "Send a test" not in page_of_one
    for act in ("test", "rotate-secret", "delete"):
        assert viewer.post(f"{PATH}/ops/{act}").status_code == 403
    assert viewer.post(f"{PATH}/mail/test").status_code == 403
    assert hook.received == []
