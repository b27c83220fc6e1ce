"""``streams push``: sends the security events that are due."""

from collections import Counter
from dataclasses import asdict

import click

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import provider
from app.shared_signals.pushing import LIMIT, push_due


@command("push")
@as_json
def push(as_json: bool) -> None:
    """Push the security events that are due, once each; what fails is tried again later.

    Servers do this by themselves. It is for a timer where no server is running all the time, and
    safe beside them.

    \b
    flask --app wsgi streams push
    """
    total: Counter[str] = Counter()
    while True:
        done = push_due(provider())
        total.update(asdict(done))
        if done.attempts < LIMIT:
            break
    if as_json:
        print_json(dict(total))
        return
    click.echo(
        f"{total['delivered']} security events delivered, {total['pending']} to be tried again, "
        f"{total['abandoned']} given up, {total['unwanted']} no longer wanted."
    )
