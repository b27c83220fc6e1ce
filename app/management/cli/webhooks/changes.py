"""``webhooks add``, ``change`` and ``remove``."""

from dataclasses import replace

import click

from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import operator, session
from app.management.cli.webhooks.lookup import load
from app.management.services import records
from app.management.services import webhooks as service
from app.notifications.webhooks import WebhookFields


@command("add")
@click.argument("url")
@click.option("--id", "webhook_id", help="Made up if left out.")
@click.option("--event", "events", multiple=True, help="A type of event; all unless told. Repeat.")
@click.option("--description", default="", help="For whoever reads the list.")
@as_json
def add(
    url: str, webhook_id: str | None, events: tuple[str, ...], description: str, as_json: bool
) -> None:
    """Add a webhook. Its secret is printed this once.

    \b
    qiao webhooks add https://chat.example/hooks/qiao \\
        --event credential.refused --event administrator.created
    """
    fields = WebhookFields(url, events or ("*",), description)
    made, secret = service.create(operator(), fields, webhook_id)
    session().commit()
    if as_json:
        print_json(records.webhook(made, secret))
        return
    click.echo(f"Added {made.id}. Its secret, this once:", err=True)
    click.echo(secret)


@command("change")
@click.argument("webhook")
@click.option("--url", help="Where it is.")
@click.option("--event", "events", multiple=True, help="Replaces the types of events. Repeat.")
@click.option("--description", help="For whoever reads the list.")
@click.option("--enabled/--disabled", default=None, help="Off: what waits is given up.")
def change(
    webhook: str,
    url: str | None,
    events: tuple[str, ...],
    description: str | None,
    enabled: bool | None,
) -> None:
    """Change a webhook: what is given replaces what was there.

    \b
    qiao webhooks change ops --disabled
    """
    known = load(webhook)
    sent = {"url": url, "events": events or None, "description": description, "enabled": enabled}
    given = {name: value for name, value in sent.items() if value is not None}
    if not given:
        refuse("Say what to change; see webhooks change --help.")
    service.change(operator(), known, replace(known.fields, **given))  # type: ignore[arg-type]
    session().commit()
    click.echo(f"Changed {known.id}.")


@command("remove")
@click.argument("webhook")
@click.confirmation_option(prompt="What waits for it is dropped. Remove it?")
def remove(webhook: str) -> None:
    """Remove a webhook, with all that was on its way to it."""
    known = load(webhook)
    service.delete(operator(), known)
    session().commit()
    click.echo(f"Removed {known.id}.")
