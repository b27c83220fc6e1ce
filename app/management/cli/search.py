"""``search``: one question to everything."""

import click

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import ACTOR
from app.management.cli.tables import print_table
from app.management.services import search as service
from app.management.services.deployment import acting_as


@command("search")
@click.argument("text")
@as_json
def search(text: str, as_json: bool) -> None:
    """Look for people, groups, applications, connections, credentials, APIs and administrators.

    TEXT may be the number of a request too, as an error page shows it: then the log is searched.

    \b
    qiao search shop
    """
    found = service.everything(acting_as(ACTOR), text, administrators=True)
    if as_json:
        names = ("kind", "id", "name", "detail", "source")
        print_json([{name: getattr(one, name) for name in names} for one in found])
        return
    rows = [(one.kind, one.id, one.name, one.detail) for one in found]
    print_table(("KIND", "ID", "NAME", ""), rows, "Nothing was found.")
