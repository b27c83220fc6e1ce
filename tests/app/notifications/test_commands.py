"""``webhooks``, ``mail`` and what ``doctor`` and the metrics say of both."""

from typing import Any

from app.audit.trail import Event, record
from app.database import db
from app.management.cli.doctor.mail_checks import check_mail, check_webhooks
from app.metrics.facts import Facts
from tests.app.management.cli.conftest import Operator
from tests.app.notifications.receiver import Hook
from tests.deployment import Deployment


def waiting(deployment: Deployment) -> dict[str, float]:
    """What the metrics say of the outbox."""
    found = {each.name: each for each in Facts(deployment.app).collect()}
    return {each.labels["outbox"]: each.value for each in found["qiao_outbox_waiting"].samples}


def findings(deployment: Deployment) -> dict[str, list[str]]:
    """What doctor says of mail and webhooks, by level."""
    about: dict[str, list[str]] = {}
    with deployment.app.app_context():
        for one in (*check_mail(), *check_webhooks()):
            about.setdefault(one.level, []).append(one.what)
    return about


def test_webhook_is_kept_from_the_command_line(deployment: Deployment, hook: Hook) -> None:
    operator = Operator(deployment.app, deployment.clock)
    types: Any = operator.read("webhooks", "events")
    made = operator.read("webhooks", "add", hook.url, "--id", "ops", "--event", "account.disabled")
    bare = operator.run("webhooks", "add", hook.url, "--id", "spare")
    taken = operator.refused("webhooks", "add", "http://hooks.example", "--id", "ops")
    with deployment.app.app_context():
        record(db.session(), deployment.clock, Event("account.disabled", subject="5f0c"))
        db.session.commit()
    before = waiting(deployment)
    hook.statuses = [500, 200]
    first = operator.read("webhooks", "deliver")
    late = deployment.clock.advance(7200) or findings(deployment)
    second = operator.read("webhooks", "deliver")
    [told] = operator.read("webhooks", "deliveries", "ops")
    operator.run("webhooks", "resend", "ops", told["id"])
    tested = operator.read("webhooks", "test", "ops")
    hook.statuses = [400]
    failed = operator.refused("webhooks", "test", "ops")
    rotated = operator.read("webhooks", "rotate-secret", "ops", "--overlap", "0")
    operator.run("webhooks", "change", "ops", "--disabled", "--description", "Ops")
    shown = operator.read("webhooks", "show", "ops")
    listed = operator.run("webhooks", "list")
    table = operator.run("webhooks", "deliveries", "ops")
    operator.run("webhooks", "remove", "spare", "--yes")

    assert {"type": "account.created", "mail": False} in types
    assert bare.startswith("whsec_")
    assert "URL: " in taken
    assert (before["webhooks"], before["mail"]) == (2, 0)
    assert sum(first.values()) == 2
    assert any("notifications wait" in said for said in late["warn"])
    assert second["delivered"] == 1
    assert (told["type"], told["state"], told["status"]) == ("account.disabled", "delivered", 200)
    assert tested["state"] == "delivered"
    assert "It answered 400" in failed
    assert rotated["secret"] != made["secret"]
    assert (shown["enabled"], shown["description"]) == (False, "Ops")
    assert "off" in listed
    assert "webhook.test" in table
    assert "There is no webhook" in operator.refused("webhooks", "show", "spare")
    assert "set QIAO_SMTP_URL" in operator.refused("mail", "test")
    assert findings(deployment)["ok"][0] == "Nobody is written to (no QIAO_SMTP_URL)."
