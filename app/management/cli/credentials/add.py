"""``credentials add``: stores a credential of a source."""

import click

from app.management.cli.command import command
from app.management.cli.credentials.lookup import load_source
from app.management.cli.credentials.typed import asked_for, field_options, values_of
from app.management.cli.deployment import operator, session
from app.management.services import credentials
from federation import CredentialFields


@command("add")
@click.argument("source_id", metavar="SOURCE")
@click.argument("credential_id", metavar="ID")
@click.option("--kind", default="", help="Where the source has several kinds.")
@field_options
@click.option("--name", default="", help="For administrators to know it by.")
@click.option("--default", "is_default", is_flag=True, help="For connections that name none.")
def add(
    source_id: str,
    credential_id: str,
    kind: str,
    given: tuple[str, ...],
    files: tuple[str, ...],
    name: str,
    is_default: bool,
) -> None:
    """Store a credential; ID is what the source calls it, such as an AppID or a client_id.

    Secrets that are not given are asked for, or read from standard input.

    \b
    qiao credentials add wechat wx0123456789abcdef --kind website
    """
    source = load_source(source_id)
    kinds = source.credentials.kinds
    kind = kind or (kinds[0].id if len(kinds) == 1 else "")
    values = asked_for(source, kind, values_of(source, kind, given, files))
    fields = CredentialFields(credential_id, kind, values, name, is_default)
    made = credentials.create(operator(), source, fields)
    session().commit()
    click.echo(f"Stored {made.id}. Try it: qiao credentials check {source.id}")
