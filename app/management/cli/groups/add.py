"""``groups add``."""

from typing import Any

import click

from app.groups.catalog import GroupFields
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import operator, session
from app.management.cli.groups.options import group_options, rules, words
from app.management.services import groups, records


@command("add")
@click.argument("name")
@group_options
@as_json
def add(name: str, as_json: bool, **options: Any) -> None:
    """Make a group by the name that applications are told.

    \b
    qiao groups add staff --display "Everybody who works here" --email-domain example.com
    qiao groups add vip --phones-from vip.txt
    """
    every = frozenset(rule for some in rules(options).values() for rule in some)
    made = groups.create(operator(), GroupFields(rules=every, **{"name": name, **words(options)}))
    session().commit()
    if as_json:
        print_json(records.group(made))
        return
    click.echo(f"Made {made.name} ({made.id}).")
