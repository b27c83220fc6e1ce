"""``keys prune``: retired keys go when nothing signed by them is alive."""

import click

from app.audit.trail import Event, record
from app.management.cli.command import command, refuse
from app.management.cli.deployment import ACTOR, clock, provider, session
from app.management.cli.durations import Duration, spoken
from oidc.keys.maintenance import HINTED, longest_life


@command("prune")
@click.option("--after", type=Duration(), help="How long a key has been retired, such as 60d.")
def prune(after: int | None) -> None:
    """Remove keys that retired 30 days ago, or longer where a token may live longer.

    \b
    qiao keys prune
    qiao keys prune --after 60d
    """
    longest = longest_life(session(), provider().clients, provider().settings)
    if after is not None and after < longest:
        refuse(f"Tokens live for up to {spoken(longest)}: keep retired keys at least that long.")
    keep = after if after is not None else max(HINTED, longest)
    gone = provider().keys.remove_retired(session(), clock()() - keep)
    if gone:
        event = Event("signing_key.removed", ACTOR, detail={"count": gone})
        record(session(), clock(), event)
    session().commit()
    click.echo(f"Removed {gone} retired keys.")
