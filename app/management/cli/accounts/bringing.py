"""``accounts import``: people from elsewhere, in any number."""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TextIO

import click

from app.accounts.imports.batches import BATCH, foresee_batch, import_people
from app.accounts.imports.decoding import ENCODINGS, Encoding
from app.accounts.imports.foreseen import Foreseen
from app.accounts.imports.outcomes import Progress, note_begin, progressed
from app.accounts.imports.rows import COLUMNS, Refusal, Row, UnreadableFile, read_rows
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import ACTOR, clock, session
from app.management.services.people_files import readable

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REPORT = click.File("w", encoding="utf-8", lazy=False)


@command("import")
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--open-platform", help="Label of the Open Platform account of the UnionIDs.")
@click.option("--appid", help="Of OpenIDs that stand without @ and an AppID.")
@click.option(
    "--region", default="CN", show_default=True, help="Of numbers without a country code."
)
@click.option(
    "--encoding", type=click.Choice(ENCODINGS), default="auto", show_default=True, help="Of FILE."
)
@click.option(
    "--map",
    "mapped",
    nargs=2,
    multiple=True,
    metavar="FIELD COLUMN",
    help="Which column is what; columns that are not named are left out.",
)
@click.option("--report", type=REPORT, help="Write refused rows to this file (CSV).")
@click.option("--results", type=REPORT, help="Write what became of every row to this file (CSV).")
@as_json
def import_file(
    file: Path,
    dry_run: bool,
    encoding: Encoding,
    mapped: tuple[tuple[str, str], ...],
    report: TextIO | None,
    results: TextIO | None,
    as_json: bool,
    **meaning: str | None,
) -> None:
    """Import people from CSV or JSON: phone, unionid, openid@appid, name, email.

    Running it again changes nothing, so what was cut off is simply run again. Rows that cannot be
    imported are listed with their reason; the exit code is 1 when there are any, and the others
    are imported all the same. UTF-8, UTF-16 and GB18030 are told apart.

    \b
    qiao accounts import people.csv --open-platform main --dry-run
    qiao accounts import people.csv --map phone 手机号 --map name 姓名

    \b
    phone,unionid,openid@appid,name
    13800138000,oUnion...,oOpen...@wx0123456789abcdef,李雷
    """
    told = _Told(report, results, quiet=as_json)
    done = Progress()
    try:
        with file.open("rb") as content:
            text = _Watched(readable(content, encoding), file, quiet=as_json)
            people = read_rows(text, mapped=dict(mapped) or None, **meaning)  # type: ignore[arg-type]
            for done in _brought(people, file.name, dry_run):
                told.add(done)
            text.end()
    except UnreadableFile as error:
        refuse(
            f"{file} has columns that are not known ({error}); known: {', '.join(COLUMNS)}. "
            "Say which is what with --map."
        )
    _tell(done, dry_run, as_json)
    if done.refusals:
        raise click.exceptions.Exit(1)


def _brought(people: Iterable[Row | Refusal], name: str, dry_run: bool) -> Iterator[Progress]:
    if not dry_run:
        note_begin(session(), clock(), ACTOR, {"file": name[-100:]})
        session().commit()  # now: an import that is killed leaves this line
        for done in import_people(session(), clock(), people, actor=ACTOR):
            session().commit()  # before it is told: what is cut off here is in no file of results
            yield done
        session().commit()
        return
    earlier, begun, done, rest = Foreseen(), clock()(), Progress(), iter(people)
    while chunk := list(itertools.islice(rest, BATCH)):
        done = progressed(done, foresee_batch(session(), chunk, begun, earlier))
        session().rollback()
        yield done
    earlier.close()


class _Told:
    """Says what became of rows as it goes, so that no list of them is kept in memory."""

    def __init__(self, report: IO[str] | None, results: IO[str] | None, *, quiet: bool) -> None:
        self._report = report
        self._results = results
        self._quiet = quiet
        if report is not None:
            report.write("line,reason,explanation\n")
        if results is not None:
            results.write("line,outcome,reason,sub\n")

    def add(self, done: Progress) -> None:
        for row in done.refused:
            if self._report is not None:
                self._report.write(f'{row.line},{row.reason},"{row.sentence}"\n')
            elif not self._quiet:
                click.echo(f"line {row.line}: {row.sentence}", err=True)
        if self._report is not None:
            self._report.flush()
        if self._results is not None:
            self._results.writelines(
                f"{one.line},{one.what},{one.reason},{one.account_id or ''}\n"
                for one in done.outcomes
            )
            self._results.flush()


class _Watched:
    """A text that is read with a progress bar at a terminal."""

    def __init__(self, text: TextIO, file: Path, *, quiet: bool) -> None:
        self._text = text
        hidden = True if quiet else None
        length = file.stat().st_size
        self._bar = click.progressbar(length=length, label="Importing", hidden=bool(hidden))
        self._bar.__enter__()

    def read(self, size: int) -> str:
        return self._counted(self._text.read(size))

    def readline(self, size: int) -> str:
        return self._counted(self._text.readline(size))

    def end(self) -> None:
        self._bar.__exit__(None, None, None)

    def _counted(self, some: str) -> str:
        self._bar.update(len(some.encode(errors="replace")))
        return some


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
