"""``webhooks``: whose servers are told of what happens here, and what became of it.

``changes`` adds, changes and removes; ``secret`` rotates; ``listing`` shows them, and
``deliveries`` what was sent, sends it again, and tries one out. ``lookup`` finds one.
"""

import click

from app.management.cli.webhooks.changes import add, change, remove
from app.management.cli.webhooks.deliveries import deliver, deliveries, resend, test
from app.management.cli.webhooks.listing import events, list_webhooks, show
from app.management.cli.webhooks.secret import rotate_secret

webhooks = click.Group(
    "webhooks",
    commands=(
        list_webhooks,
        events,
        show,
        add,
        change,
        rotate_secret,
        remove,
        test,
        deliveries,
        resend,
        deliver,
    ),
    help="Tell other servers of what happens here.",
)
