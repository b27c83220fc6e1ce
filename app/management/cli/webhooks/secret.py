"""``webhooks rotate-secret``."""

import click

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import operator, session
from app.management.cli.durations import Duration, spoken
from app.management.cli.webhooks.lookup import load
from app.management.services import records
from app.management.services import webhooks as service
from app.notifications.webhooks import OVERLAP


@command("rotate-secret")
@click.argument("webhook")
@click.option(
    "--overlap",
    type=Duration(),
    default=OVERLAP,
    help="For how long the old one signs too, such as 12h; a day unless told, 0 where it leaked.",
)
@as_json
def rotate_secret(webhook: str, overlap: int, as_json: bool) -> None:
    """Make another secret, printed this once; both sign for a day."""
    after, secret = service.rotate(operator(), load(webhook), overlap=overlap)
    session().commit()
    if as_json:
        print_json(records.webhook(after, secret))
        return
    both = f" The old one signs too for {spoken(overlap)}." if overlap else ""
    click.echo(f"The new secret of {after.id}, this once:{both}", err=True)
    click.echo(secret)
