"""``groups members``, ``add-members`` and ``remove-members``."""

import io
from typing import BinaryIO

import click

from app.audit.trail import masked
from app.groups import members
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import operator, session
from app.management.cli.groups.lookup import load
from app.management.cli.tables import people, print_table
from app.management.services import groups, records
from app.management.services.groups import Named
from app.management.services.people_files import first_column

WHO = click.argument("who", nargs=-1, metavar="[PERSON]...")
FILE = click.option(
    "--from", "file", type=click.File("rb"), metavar="FILE", help="One on each line."
)


@command("members")
@click.argument("group", metavar="GROUP")
@click.option("--search", default="", help="A sub, phone, e-mail, or how a name begins.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@as_json
def list_members(group: str, search: str, limit: int, as_json: bool) -> None:
    """List who is in a group, those of its rules with them; the newest accounts first."""
    found = members.page(session(), load(group).id, words=search, limit=limit)
    if as_json:
        print_json([records.member(one) for one in found])
        return
    rows = [(one.account_id, one.name, masked(one.phone), one.origin) for one in found]
    print_table(("SUB", "NAME", "PHONE", "HOW"), rows, "Nobody is in it.")


@command("add-members")
@click.argument("group", metavar="GROUP")
@WHO
@FILE
def add_members(group: str, who: tuple[str, ...], file: BinaryIO | None) -> None:
    """Put people into a group, by sub, user name, phone, e-mail or name at a source.

    \b
    qiao groups add-members staff li.lei +8613800138000
    qiao groups add-members staff --from people.txt
    """
    known, named = load(group), _named(who, file)
    added = groups.add_members(operator(), known, named.ids, "import" if file else "hand")
    session().commit()
    click.echo(f"Put {people(added)} into {known.name}.")
    _tell_missing(named)


@command("remove-members")
@click.argument("group", metavar="GROUP")
@WHO
@FILE
def remove_members(group: str, who: tuple[str, ...], file: BinaryIO | None) -> None:
    """Take people out of a group who were put there; a rule may keep them in."""
    known, named = load(group), _named(who, file)
    removed = groups.remove_members(operator(), known, named.ids)
    session().commit()
    click.echo(f"Took {people(removed)} out of {known.name}.")
    _tell_missing(named)


def _named(who: tuple[str, ...], file: BinaryIO | None) -> Named:
    names = [*who, *(first_column(io.BytesIO(file.read())) if file else ())]
    if not names:
        refuse("Name people, or a file with --from.")
    return groups.people_named(session(), names)


def _tell_missing(named: Named) -> None:
    """On standard error, with exit code 1: the others were done all the same."""
    for name in named.unknown:
        click.echo(f"Nobody is called {name}.", err=True)
    for name in named.several:
        click.echo(f"Several people are called {name}; name one by the sub.", err=True)
    if named.unknown or named.several:
        raise click.exceptions.Exit(1)
