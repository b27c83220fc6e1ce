"""``keys rotate``: one step towards the next signing key, or all of them at once."""

from dataclasses import asdict

import click

from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import operator, provider, session
from app.management.cli.tables import moment
from app.management.services import signing_keys
from oidc.keys.rotation import RotationStep
from oidc.protocol.signing_algorithms import ALGORITHMS


@command("rotate")
@click.option("--alg", type=click.Choice(tuple(ALGORITHMS)), help="Only keys of this algorithm.")
@click.option("--now", "at_once", is_flag=True, help="Publish a key and sign with it at once.")
@click.option("--due", is_flag=True, help="Only what is due by age: for a daily timer.")
@as_json
def rotate(alg: str | None, at_once: bool, due: bool, as_json: bool) -> None:
    """Replace the signing keys without a gap, one step at each run.

    The first run publishes the next key; a run a day later lets it sign, when every relying
    party has had time to fetch it. The old key stays published until `keys prune`.

    With --now the new key signs from this moment: for a key that leaked, and for the
    certification module that rotates keys while it runs. All nodes follow within seconds.

    \b
    qiao keys rotate
    qiao keys rotate --alg RS256 --now
    qiao keys rotate --due
    """
    if at_once and due:
        raise click.UsageError("--now and --due exclude each other.")
    known = provider().settings.signing_algorithms
    if alg is not None and alg not in known:
        refuse(f"This server signs with {', '.join(known)} (QIAO_SIGNING_ALGORITHMS).")
    wanted = [alg] if alg else signing_keys.algorithms(provider(), session())
    moved = [signing_keys.rotate(operator(), each, at_once=at_once, due=due) for each in wanted]
    retired = signing_keys.retire_dropped(operator())
    session().commit()
    if as_json:
        print_json([asdict(each) for each in moved])
        return
    for each in moved:
        click.echo(_sentence(each))
    for kid in retired:
        click.echo(f"{kid} signs no more: its algorithm is not in QIAO_SIGNING_ALGORITHMS.")


def _sentence(moved: RotationStep) -> str:
    ready = moment(moved.ready_at)
    return {
        "publish": f"{moved.alg}: {moved.kid} is published and may sign from {ready}; "
        "run keys rotate again then.",
        "activate": f"{moved.alg}: {moved.kid} signs from now on.",
        "wait": f"{moved.alg}: {moved.kid} is published and may sign from {ready}; "
        "run keys rotate again then, or with --now.",
        "nothing": f"{moved.alg}: nothing is due.",
    }[moved.move]
