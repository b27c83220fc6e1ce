"""``credentials preview-move``: who would be lost, before anything changes."""

import click

from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.credentials.lookup import load, load_source
from app.management.cli.deployment import operator
from app.management.cli.tables import print_facts
from app.management.services import moving
from app.management.services.moving import Preview

WORDS = {
    "known": "known there already",
    "shared": "found again by the shared name (UnionID)",
    "phone": "found again by the verified phone number",
    "other": "somebody new there, with another way into their account",
    "lost": "LOST: no way into their account",
}


@command("preview-move")
@click.argument("source_id", metavar="SOURCE")
@click.argument("credential_id", metavar="ID")
@click.option("--to", "to", metavar="ID", help="The credential that takes its place.")
@click.option(
    "--open-platform", metavar="LABEL", help="The Open Platform account that it moves to instead."
)
@click.option("--after", default="", metavar="SUB", help="Name the lost ones after this one.")
@as_json
def preview_move(
    source_id: str,
    credential_id: str,
    to: str | None,
    open_platform: str | None,
    after: str,
    as_json: bool,
) -> None:
    """Report who would be lost when a program is replaced by another, or moves to another account
    of its console. Nothing is changed.

    \b
    qiao credentials preview-move wechat wx0123456789abcdef --to wxfedcba9876543210
    qiao credentials preview-move wechat wx0123456789abcdef --open-platform new
    """
    source = load_source(source_id)
    known = load(source, credential_id)
    if (to is None) == (open_platform is None):
        refuse("Say either --to or --open-platform.")
    if to is not None:
        seen = moving.replacing(operator(), source, known, load(source, to), after)
    else:
        label = {"open_platform": open_platform or ""}
        seen = moving.relabelling(operator(), source, known, label, after)
    if as_json:
        print_json({"counts": seen.counts, "lost": seen.lost, "linking_by_phone": seen.by_phone})
        return
    _tell(seen)


def _tell(seen: Preview) -> None:
    counted = [(WORDS[bridge], str(number)) for bridge, number in seen.counts.items()]
    print_facts([("people", str(seen.people)), *counted])
    if not seen.by_phone:
        click.echo("No connection asks for the phone number and links by it.")
    for account in seen.lost:
        click.echo(account)
    if len(seen.lost) == moving.MOST_LOST:
        click.echo(f"Perhaps more; see --after {seen.lost[-1]}.", err=True)
