"""``clients check``: an application beside its program, and what its last requests did."""

import json
from shlex import quote

import click

from app.management.cli.clients.for_program import NOT_RUN
from app.management.cli.clients.lookup import load
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import operator
from app.management.cli.tables import moment
from app.management.services import records
from app.management.services.client_check import Examination, Finding, examine
from app.management.services.presets import UnknownPreset

SIGNS = {"wrong": "wrong", "care": "look ", "past": "past "}


@command("check")
@click.argument("client_id", metavar="CLIENT")
@click.option(
    "--for",
    "program",
    metavar="PROGRAM",
    help="Which program it is; the one it was registered as otherwise.",
)
@as_json
def check(client_id: str, program: str | None, as_json: bool) -> None:
    """Compare an application with its program and its last requests, and say what to change.

    The exit code is 1 when something has to be changed.
    """
    client = load(client_id)
    try:
        done = examine(operator(), client, program)
    except UnknownPreset:
        refuse(f"There is no program {program} in the list; see clients presets.")
    if as_json:
        print_json(records.examination(done))
    else:
        _print(done)
    if not done.is_well:
        raise SystemExit(1)


def _print(done: Examination) -> None:
    if done.preset:
        run = done.preset.run or NOT_RUN
        click.echo(f"{done.client.client_id} beside {done.preset.title} ({run})")
    else:
        click.echo(f"{done.client.client_id}, of which nobody said which program it is (--for)")
    last = done.signed_in_at
    click.echo(f"Last sign-in: {moment(last)}." if last else "Nobody has signed in lately.")
    for one in done.findings:
        _print_finding(one)
    if not done.findings:
        click.echo("Nothing to change.")
    if any(one.about == "connections" for one in done.findings):
        click.echo(f"\nTo enable one: qiao connections enable CONNECTION --client {_id(done)}")
    if done.change:
        document = quote(json.dumps(done.change, ensure_ascii=False))
        click.echo(f"\nTo change all of it here: echo {document} |")
        click.echo(f"    qiao clients change --from-json - -- {_id(done)}")


def _id(done: Examination) -> str:
    return quote(done.client.client_id)


def _print_finding(one: Finding) -> None:
    times = f" ({one.times} times, last {moment(one.last_at)})" if one.last_at else ""
    click.echo(f"\n{SIGNS[one.level]}  {one.seen % one.values}{times}")
    told = f"It was told at {one.told}" if one.told and one.level == "wrong" else ""
    for line in (one.detail, told, one.advice % one.values):
        if line:
            click.echo(f"       {line}")
    if one.change:
        click.echo(f"       {json.dumps(dict(one.change), ensure_ascii=False)}")
