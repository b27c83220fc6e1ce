"""``accounts import``: people from elsewhere, in any number."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TextIO

import click

from app.accounts.imports.batches import Progress, import_people
from app.accounts.imports.rows import COLUMNS, UnreadableFile, read_rows
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import ACTOR, clock, session

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REPORT = click.File("w", encoding="utf-8", lazy=False)


@command("import")
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--open-platform", help="Label of the Open Platform account of the UnionIDs.")
@click.option(
    "--region", default="CN", show_default=True, help="Of numbers without a country code."
)
@click.option("--report", type=REPORT, help="Write refused rows to this file (CSV).")
@as_json
def import_file(
    file: Path,
    dry_run: bool,
    open_platform: str | None,
    region: str,
    report: TextIO | None,
    as_json: bool,
) -> None:
    """Import people from CSV or JSON lines: phone, unionid, openid@appid, name.

    Running it again changes nothing. Rows that cannot be imported are listed with their reason;
    the exit code is 1 when there are any, and the others are imported all the same.

    \b
    flask --app wsgi accounts import people.csv --open-platform main --dry-run
    flask --app wsgi accounts import people.csv --open-platform main --report refused.csv

    \b
    phone,unionid,openid@appid,name
    13800138000,oUnion...,oOpen...@wx0123456789abcdef,李雷
    """
    refused = _RefusedRows(report, quiet=as_json)
    done = Progress()
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            people = read_rows(
                _watched(lines, file, as_json), open_platform=open_platform, region=region
            )
            for done in import_people(session(), clock(), people, actor=ACTOR):
                refused.add(done)
                _end_batch(dry_run)
            _end_batch(dry_run)
    except UnreadableFile as error:
        refuse(f"{file} has columns that are not known ({error}); known: {', '.join(COLUMNS)}.")
    except UnicodeDecodeError:
        refuse(f"{file} is not UTF-8.")
    _tell(done, dry_run, as_json)
    if done.refusals:
        raise click.exceptions.Exit(1)


class _RefusedRows:
    """Says which rows were refused as it goes, so that no list of them is kept in memory."""

    def __init__(self, report: IO[str] | None, *, quiet: bool) -> None:
        self._report = report
        self._quiet = quiet
        if report is not None:
            report.write("line,reason,explanation\n")

    def add(self, done: Progress) -> None:
        for row in done.refused:
            if self._report is not None:
                self._report.write(f'{row.line},{row.reason},"{row.sentence}"\n')
            elif not self._quiet:
                click.echo(f"line {row.line}: {row.sentence}", err=True)


def _watched(lines: TextIO, file: Path, quiet: bool) -> Iterator[str]:
    """The lines, with a progress bar at a terminal."""
    if quiet:
        yield from lines
        return
    with click.progressbar(length=file.stat().st_size, label="Importing") as bar:
        for line in lines:
            yield line
            bar.update(len(line.encode()))


def _end_batch(dry_run: bool) -> None:
    if dry_run:
        session().rollback()
    else:
        session().commit()


def _tell(done: Progress, dry_run: bool, as_json: bool) -> None:
    counts = {
        "rows": done.rows,
        "created": done.created,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "refused": done.refusals,
    }
    if as_json:
        print_json({**counts, "dry_run": dry_run})
        return
    click.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))
    if dry_run:
        click.echo("Nothing was changed (--dry-run).")
