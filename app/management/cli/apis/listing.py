"""``apis list`` and ``show``."""

import click

from app.management.cli.apis.lookup import load
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import provider, session, settings
from app.management.cli.durations import spoken
from app.management.cli.tables import moment, print_facts, print_table
from app.management.services import records


@command("list")
@as_json
def list_apis(as_json: bool) -> None:
    """List APIs in the order of their ids."""
    known = provider().apis.all(session())
    if as_json:
        print_json([records.api(one) for one in known])
        return
    rows = [
        (one.id, one.resource, one.called("en"), one.fields.token_format, one.fields.scope_names)
        for one in known
    ]
    nothing = "There are no APIs; see apis add --help."
    print_table(("API", "RESOURCE", "NAME", "TOKENS", "SCOPES"), rows, nothing)
    for uri in settings().resources:
        click.echo(f"Known by QIAO_RESOURCES alone, without scopes: {uri}", err=True)


@command("show")
@click.argument("api", metavar="API")
@as_json
def show(api: str, as_json: bool) -> None:
    """Show an API, named by id or resource."""
    known = load(api)
    if as_json:
        print_json(records.api(known))
        return
    fields = known.fields
    described = [(f"scope {scope.name}", list(scope.words.values())) for scope in fields.scopes]
    lifetime = fields.token_lifetime
    print_facts(
        [
            ("id", known.id),
            ("resource", known.resource),
            ("name", list(fields.name.values())),
            *described,
            ("default scopes", fields.default_scopes),
            ("tokens", fields.token_format),
            ("token lifetime", spoken(lifetime) if lifetime else "as the application has it"),
            ("introspected by", fields.introspected_by),
            ("open to self-registered", fields.open_to_self_registered),
            ("registered", moment(known.created_at)),
        ]
    )
