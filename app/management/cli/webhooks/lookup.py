"""Finds the webhook that an argument names."""

from app.management.cli.command import refuse
from app.management.cli.deployment import session
from app.notifications import webhooks
from app.notifications.webhooks import Webhook


def load(webhook_id: str) -> Webhook:
    """Ends the command where there is none."""
    known = webhooks.get(session(), webhook_id)
    if known is None:
        refuse(f"There is no webhook {webhook_id}; see webhooks list.")
    return known
