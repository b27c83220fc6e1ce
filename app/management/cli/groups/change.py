"""``groups change`` and ``delete``."""

from dataclasses import replace
from typing import Any

import click

from app.management.cli.command import command, refuse
from app.management.cli.deployment import operator, session
from app.management.cli.groups.lookup import load
from app.management.cli.groups.options import group_options, rules, words
from app.management.services import groups


@command("change")
@click.argument("group", metavar="GROUP")
@click.option("--name", help="What applications are told.")
@group_options
@click.option("--no-rules", is_flag=True, help="Take every rule away that is not given.")
def change(group: str, no_rules: bool, **options: Any) -> None:
    """Change a group, named by id or name: of the rules those of the kinds that are given.

    \b
    qiao groups change staff --email-domain example.com --email-domain example.org
    qiao groups change staff --no-rules
    """
    known, texts, given = load(group), words(options), rules(options)
    if not texts and not given and not no_rules:
        refuse("Say what to change; see groups change --help.")
    kept = [] if no_rules else [one for one in known.fields.rules if one.kind not in given]
    every = frozenset([*kept, *(rule for some in given.values() for rule in some)])
    fields = replace(known.fields, rules=every, **texts)
    groups.change(operator(), known, fields, known.version)
    session().commit()
    click.echo(f"Changed {known.id}.")


@command("delete")
@click.argument("group", metavar="GROUP")
@click.confirmation_option(prompt="Nobody is let in anywhere by it any more. Delete it?")
def delete(group: str) -> None:
    """Delete a group with its members and rules; the people stay."""
    known = load(group)
    groups.delete(operator(), known, known.version)
    session().commit()
    click.echo(f"Deleted {known.name}.")
