"""What commands that deliver what is due have in common."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict

import click

from app.management.cli.command import print_json
from app.rounds import LIMIT, Round


def deliver_all(make: Callable[[], Round], what: str, *, as_json: bool) -> None:
    """Makes rounds until nothing is due, and tells how they ended.

    :param what: is delivered, in the plural.
    """
    total: Counter[str] = Counter()
    while True:
        done = make()
        total.update(asdict(done))
        if done.attempts < LIMIT:
            break
    if as_json:
        print_json(dict(total))
        return
    click.echo(
        f"{total['delivered']} {what} delivered, {total['pending']} to be tried again, "
        f"{total['abandoned']} given up, {total['unwanted']} no longer wanted."
    )
