"""``webhooks list``, ``show`` and ``events``."""

import click

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import session
from app.management.cli.tables import moment, print_facts, print_table
from app.management.cli.webhooks.lookup import load
from app.management.services import records
from app.notifications import webhooks
from app.notifications.events import TYPES
from app.notifications.webhooks import Webhook


def state(one: Webhook) -> str:
    if one.enabled:
        return "on"
    return "gone" if one.gone_at else "off"


@command("list")
@as_json
def list_webhooks(as_json: bool) -> None:
    """List webhooks."""
    known = webhooks.everybody(session())
    if as_json:
        print_json([records.webhook(one) for one in known])
        return
    rows = [(one.id, state(one), one.url, one.events) for one in known]
    nothing = "There are no webhooks; see webhooks add --help."
    print_table(("WEBHOOK", "STATE", "URL", "EVENTS"), rows, nothing)


@command("show")
@click.argument("webhook")
@as_json
def show(webhook: str, as_json: bool) -> None:
    """Show a webhook."""
    known = load(webhook)
    if as_json:
        print_json(records.webhook(known))
        return
    print_facts(
        [
            ("id", known.id),
            ("url", known.url),
            ("state", state(known)),
            ("events", known.events),
            ("description", known.description),
            ("gone since", moment(known.gone_at)),
            ("old secret until", moment(known.old_secret_until)),
            ("added", moment(known.created_at)),
        ]
    )


@command("events")
@as_json
def events(as_json: bool) -> None:
    """List the types of events, and which of them are written to administrators by mail."""
    if as_json:
        print_json([{"type": one.name, "mail": bool(one.mail)} for one in TYPES])
        return
    rows = [(one.name, bool(one.mail), one.label) for one in TYPES]
    print_table(("EVENT", "MAIL", "WHAT HAPPENED"), rows, "")
