"""``webhooks deliveries``, ``resend``, ``test`` and ``deliver``; ``mail test``."""

from collections import Counter

import click
from flask import current_app

from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import operator, session
from app.management.cli.tables import moment, print_table
from app.management.cli.webhooks.lookup import load
from app.management.services import records
from app.management.services import webhooks as service
from app.notifications import outbox
from app.notifications.lanes import Lanes
from app.notifications.outbox import Notification


@command("deliveries")
@click.argument("webhook")
@click.option("--limit", default=50, type=click.IntRange(1, 1000), help="How many, newest first.")
@as_json
def deliveries(webhook: str, limit: int, as_json: bool) -> None:
    """List what was sent to a webhook, or waits."""
    found = outbox.page(session(), load(webhook).id, limit=limit)
    if as_json:
        print_json([records.notification(one) for one in found])
        return
    rows = [
        (one.id, one.type, one.state, one.attempts, one.status, moment(one.created_at), one.failure)
        for one in found
    ]
    headings = ("ID", "EVENT", "STATE", "TRIES", "STATUS", "SINCE", "FAILURE")
    print_table(headings, rows, "Nothing was sent yet.")


@command("resend")
@click.argument("webhook")
@click.argument("notification")
def resend(webhook: str, notification: str) -> None:
    """Have a notification sent again, by the next node that looks."""
    again = service.resend(operator(), load(webhook).id, notification)
    session().commit()
    click.echo(f"{again.id} is due.")


@command("test")
@click.argument("webhook")
@as_json
def test(webhook: str, as_json: bool) -> None:
    """Send a test to a webhook at once; the exit code is 1 where it is not taken."""
    sent = service.test(operator(), load(webhook))
    session().commit()
    tell(sent, as_json=as_json)


@command("deliver")
@as_json
def deliver(as_json: bool) -> None:
    """Send the notifications that are due, once each; what fails is tried again later.

    Servers do this by themselves. It is for a timer where no server is running all the time, and
    safe beside them.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    lanes, total = Lanes(app), Counter[str]()
    while done := lanes.deliver_due():
        total += done
    lanes.close()
    counted = {state: total[state] for state in ("delivered", "pending", "abandoned")}
    if as_json:
        print_json(counted)
        return
    click.echo(
        f"{counted['delivered']} notifications delivered, {counted['pending']} to be tried again, "
        f"{counted['abandoned']} given up."
    )


@command("test")
@as_json
def test_mail(as_json: bool) -> None:
    """Send a test mail at once; the exit code is 1 where it is not taken."""
    sent = service.test_mail(operator())
    session().commit()
    tell(sent, as_json=as_json)


def tell(sent: Notification, *, as_json: bool) -> None:
    """Says what became of a test."""
    if as_json:
        print_json(records.notification(sent))
    elif sent.state == "delivered":
        click.echo(f"Taken ({sent.status}).")
    if sent.state != "delivered":
        refuse(sent.failure or "It was not taken.")
