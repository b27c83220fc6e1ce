"""``logouts clear``: drops the logout tokens that wait."""

import click

from app.management.cli.clients.lookup import load
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import operator, session
from oidc.logout import outbox


@command("clear")
@click.option("--client", "client_id", metavar="CLIENT", help="Only those for this application.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def clear(client_id: str | None, yes: bool, as_json: bool) -> None:
    """Drop the logout tokens that wait: those applications never hear of these sign-outs.

    For an application that will not answer any more, and between two runs of a test suite, whose
    addresses the next run has again. What is on its way at this moment may still arrive.

    \b
    qiao logouts clear --client shop
    """
    whose = load(client_id).client_id if client_id else None
    if not yes:
        asked = f"for {whose}" if whose else "for every application"
        click.confirm(f"Drop the logout tokens that wait {asked}?", abort=True)
    gone = outbox.clear(session(), whose)
    if gone:
        operator().note("logout.cleared", {"count": gone}, client_id=whose)
    session().commit()
    if as_json:
        print_json({"cleared": gone})
        return
    click.echo(f"{gone} logout tokens dropped.")
