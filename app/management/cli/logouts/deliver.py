"""``logouts deliver``: sends the logout tokens that are due."""

from collections import Counter
from dataclasses import asdict

import click

from app.logout_worker import LIMIT, deliver_due
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import provider


@command("deliver")
@as_json
def deliver(as_json: bool) -> None:
    """Send the logout tokens that are due, once each; what fails is tried again later.

    Servers do this by themselves. It is for a timer where no server is running all the time, and
    safe beside them.

    \b
    flask --app wsgi logouts deliver
    """
    total: Counter[str] = Counter()
    while True:
        done = deliver_due(provider())
        total.update(asdict(done))
        if done.attempts < LIMIT:
            break
    if as_json:
        print_json(dict(total))
        return
    click.echo(
        f"{total['delivered']} logout tokens delivered, {total['pending']} to be tried again, "
        f"{total['abandoned']} given up, {total['unwanted']} no longer wanted."
    )
