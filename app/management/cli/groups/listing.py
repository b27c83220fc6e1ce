"""``groups list`` and ``show``."""

from dataclasses import replace

import click

from app.groups import access, catalog, members
from app.groups.rules import KINDS
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import session
from app.management.cli.groups.lookup import load
from app.management.cli.tables import moment, print_facts, print_table
from app.management.services import records

EVERYBODY = 10_000_000


@command("list")
@as_json
def list_groups(as_json: bool) -> None:
    """List groups by name, with how many people were put into each."""
    known = catalog.every(session())
    if as_json:
        every = ((one, catalog.rules_of(session(), one.id)) for one in known)
        whole = [replace(one, fields=replace(one.fields, rules=rules)) for one, rules in every]
        print_json([records.group(one) for one in whole])
        return
    counts = members.put_counts(session(), (one.id for one in known), EVERYBODY)
    rows = [(one.name, one.id, counts[one.id], one.fields.display) for one in known]
    print_table(
        ("GROUP", "ID", "PUT THERE", "CALLED"), rows, "There are no groups; see groups add --help."
    )


@command("show")
@click.argument("group", metavar="GROUP")
@as_json
def show(group: str, as_json: bool) -> None:
    """Show a group, named by id or name, with its rules."""
    known = load(group)
    if as_json:
        print_json(records.group(known))
        return
    of_kind = [
        (f"rule {kind}", sorted(one.value for one in known.fields.rules if one.kind == kind))
        for kind in KINDS
    ]
    print_facts(
        [
            ("id", known.id),
            ("name", known.name),
            ("display", known.fields.display),
            ("description", known.fields.description),
            *((name, values) for name, values in of_kind if values),
            ("members", members.count(session(), known.id, EVERYBODY)),
            ("applications", access.of_group(session(), known.id)),
            ("made", moment(known.created_at)),
        ]
    )
