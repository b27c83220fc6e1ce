"""``accounts list`` and ``accounts export``: the list of people, looked at or taken away."""

from typing import Any, TextIO

import click

from app.accounts.records import glances, listing
from app.accounts.records.listing import ORDERS, Order
from app.audit.trail import masked
from app.management.cli.accounts.filters import filtered, wanted_of
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import clock, operator, session
from app.management.cli.tables import moment, people, print_table
from app.management.services import people_exports, records
from app.management.services.people_exports import COLUMNS, USUAL


@command("list")
@filtered
@click.option("--sort", type=click.Choice(ORDERS), default=ORDERS[0], show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@as_json
def list_accounts(sort: Order, limit: int, as_json: bool, **options: Any) -> None:
    """List people, and say how many there are.

    \b
    qiao accounts list --search 娜 --connection wechat --sort seen_last
    """
    wanted = wanted_of(options)
    page = listing.page(session(), wanted, sort, limit=limit)
    found, count = page.people, listing.count(session(), wanted, shown=page)
    seen = glances.glances(session(), found, clock()())
    if as_json:
        items = [records.account(one) for one in found]
        print_json({"items": items, "count": {"number": count.number, "kind": count.kind}})
        return
    rows = [
        (
            one.id,
            one.name or one.username,
            masked(one.phone),
            moment(seen[one.id].last_sign_in or None) or "never",
            seen[one.id].connections,
            moment(one.created_at),
        )
        for one in found
    ]
    headings = ("sub", "name", "phone", "last sign-in", "connections", "created")
    print_table(headings, rows, "Nobody was found.")
    said = {"exactly": "", "at_least": "more than ", "about": "about "}[count.kind]
    click.echo(f"{said}{people(count.number)}", err=True)


@command("export")
@click.argument("file", metavar="FILE", type=click.File("w", encoding="utf-8", lazy=False))
@filtered
@click.option("--format", "form", type=click.Choice(("csv", "json")), default="csv")
@click.option(
    "--column",
    "columns",
    multiple=True,
    type=click.Choice(tuple(COLUMNS)),
    help="One of the columns; several times for several.",
)
def export_accounts(file: TextIO, form: str, columns: tuple[str, ...], **options: Any) -> None:
    """Write people to FILE (- for standard output), as CSV or JSON lines, the oldest first.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it; accounts import
    takes it back.

    \b
    qiao accounts export people.csv --state active --column name --column phone
    """
    actor, wanted = operator(), wanted_of(options)
    actor.note("accounts.exported", {"columns": list(columns or USUAL)})
    session().commit()
    make = people_exports.json_lines if form == "json" else people_exports.csv_lines
    lines = make(actor, wanted, columns or USUAL)
    file.writelines(people_exports.told(actor, lines, int(form == "csv")))
