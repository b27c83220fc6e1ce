"""``apis add``."""

from typing import Any

import click

from app.management.cli.apis.options import api_options, members
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import operator, session
from app.management.cli.tables import print_facts
from app.management.services import apis, records
from oidc.apis.api import ApiFields


@command("add")
@click.argument("resource")
@click.option("--id", "api_id", help="What administrators call it; made up otherwise.")
@api_options
@as_json
def add(resource: str, api_id: str | None, as_json: bool, **options: Any) -> None:
    """Register an API by its resource identifier: an address that its tokens carry as aud.

    \b
    qiao apis add https://api.example/orders --name Orders --name-zh 订单 \\
        --scope "orders:read=Read your orders|查看你的订单" --default-scope orders:read
    qiao apis add https://tools.example/mcp --name Tools \\
        --scope "mcp:tools=Use its tools for you|替你使用它的工具" --default-scope mcp:tools \\
        --open-to-self-registered
    """
    made = apis.create(operator(), ApiFields(resource=resource, **members(options)), api_id)
    session().commit()
    if as_json:
        print_json(records.api(made))
        return
    click.echo(f"Added {made.called('en')}.")
    print_facts([("id", made.id), ("resource", made.resource)])
