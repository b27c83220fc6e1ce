"""``apis change`` and ``remove``."""

from dataclasses import replace
from typing import Any

import click

from app.management.cli.apis.lookup import load
from app.management.cli.apis.options import api_options, members
from app.management.cli.command import command, refuse
from app.management.cli.deployment import operator, session
from app.management.services import apis


@command("change")
@click.argument("api", metavar="API")
@api_options
def change(api: str, **options: Any) -> None:
    """Change an API, named by id or resource: what is given replaces what was there.

    \b
    qiao apis change orders --token-lifetime 5m --introspected-by orders-api
    """
    known = load(api)
    given = members(options, dict(known.fields.name))
    if not given:
        refuse("Say what to change; see apis change --help.")
    apis.change(operator(), known, replace(known.fields, **given))
    session().commit()
    click.echo(f"Changed {known.id}.")


@command("remove")
@click.argument("api", metavar="API")
@click.confirmation_option(prompt="No application gets tokens for it any more. Remove it?")
def remove(api: str) -> None:
    """Remove an API. Tokens for it that are out live until they end."""
    known = load(api)
    apis.delete(operator(), known)
    session().commit()
    click.echo(f"Removed {known.id}.")
