"""``credentials change`` and ``delete``."""

from dataclasses import replace

import click

from app.management.cli.command import command, refuse
from app.management.cli.credentials.lookup import load, load_source
from app.management.cli.credentials.typed import field_options, values_of
from app.management.cli.deployment import operator, session
from app.management.services import credentials
from federation import CredentialFields


@command("change")
@click.argument("source_id", metavar="SOURCE")
@click.argument("credential_id", metavar="ID")
@field_options
@click.option("--name", help="For administrators to know it by.")
@click.option("--default/--not-default", "is_default", default=None, help="Default of its kind?")
def change(
    source_id: str,
    credential_id: str,
    given: tuple[str, ...],
    files: tuple[str, ...],
    name: str | None,
    is_default: bool | None,
) -> None:
    """Change what is known of a credential, secrets included; what is not given stays.

    \b
    qiao credentials change wechat wx0123456789abcdef --set open_platform=main
    """
    source = load_source(source_id)
    known = load(source, credential_id)
    values = values_of(source, known.kind, given, files)
    if not values and name is None and is_default is None:
        refuse("Say what to change; see credentials change --help.")
    kept = CredentialFields.of(known, source.credentials)
    wanted = replace(
        kept,
        values={**kept.values, **values},
        name=kept.name if name is None else name,
        is_default=kept.is_default if is_default is None else is_default,
    )
    credentials.change(operator(), source, known, wanted, known.version)
    session().commit()
    click.echo(f"Changed {credential_id}.")


@command("delete")
@click.argument("source_id", metavar="SOURCE")
@click.argument("credential_id", metavar="ID")
def delete(source_id: str, credential_id: str) -> None:
    """Forget a credential that no connection names."""
    source = load_source(source_id)
    credentials.delete(operator(), source, load(source, credential_id))
    session().commit()
    click.echo(f"Deleted {credential_id}.")
