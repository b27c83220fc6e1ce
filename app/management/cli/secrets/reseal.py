"""``secrets reseal``: everything that is stored sealed, sealed anew under the newest secret."""

import sys
from dataclasses import asdict
from functools import partial

import click

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import session, settings
from app.management.cli.tables import print_table
from app.management.cli.transactions import in_transaction
from app.management.services.resealing import Count, Key, Resealer, Step, rows_of
from app.management.services.sealed_columns import RESEALED, SealedColumn


@command("reseal")
@click.option("--dry-run", is_flag=True, help="Count what is sealed by older secrets, no more.")
@click.option(
    "--batch",
    default=200,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Rows that one transaction goes over.",
)
@as_json
def reseal(dry_run: bool, batch: int, as_json: bool) -> None:
    """Seal everything that is stored anew under the first of QIAO_SECRET_KEYS.

    Run it once every node has the new secret in front, and before an old one is taken away. It is
    safe beside the traffic. A run that was ended is gone on with by the next: what is sealed by the
    newest secret is left alone. Exit code 1: something could not be read, or was changed meanwhile.

    \b
    qiao secrets reseal --dry-run
    qiao secrets reseal
    """
    resealer = Resealer(settings().secret_keys, writes=not dry_run)
    counts = {each.name: _go_over(resealer, each, batch, quiet=as_json) for each in RESEALED}
    if as_json:
        print_json({name: asdict(count) for name, count in counts.items()})
    else:
        _tell(counts, dry_run)
    if any(count.lost or count.raced for count in counts.values()):
        raise click.exceptions.Exit(1)


def _go_over(resealer: Resealer, column: SealedColumn, batch: int, *, quiet: bool) -> Count:
    total, more = Count(), True
    after: Key | None = None
    length = 0 if quiet else rows_of(session(), column)
    with click.progressbar(length=length, label=column.name, file=sys.stderr, hidden=quiet) as bar:
        while more:
            step = in_transaction(partial(_step, resealer, column, after, batch))
            total, after, more = total + step.count, step.last, step.last is not None
            bar.update(step.count.rows)
    return total


def _step(resealer: Resealer, column: SealedColumn, after: Key | None, batch: int) -> Step:
    return resealer.step(session(), column, after, batch)


def _tell(counts: dict[str, Count], dry_run: bool) -> None:
    headings = ("COLUMN", "ROWS", "OLDER" if dry_run else "SEALED ANEW", "UNREADABLE")
    rows = [(name, str(one.rows), str(one.anew), str(one.lost)) for name, one in counts.items()]
    print_table(headings, rows, "")
    if any(count.raced for count in counts.values()):
        click.echo("Rows were changed meanwhile: run it once more.", err=True)
    if any(count.lost for count in counts.values()):
        click.echo(
            "No secret opens what is unreadable: enter it again, or add its secret.", err=True
        )
