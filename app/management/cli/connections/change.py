"""``connections change`` and ``delete``."""

from dataclasses import replace
from typing import Any

import click

from app.management.cli.command import command, refuse
from app.management.cli.connections.options import connection_options, fields
from app.management.cli.connections.switches import load
from app.management.cli.deployment import operator, session
from app.management.services import connections
from federation import ConnectionFields


@command("change")
@click.argument("connection_id", metavar="CONNECTION")
@connection_options
def change(connection_id: str, **options: Any) -> None:
    """Change a connection; what is not given stays. --app "" goes back to the default one.

    \b
    qiao connections change wechat --phone required --login-only
    """
    if all(value is None for value in options.values()):
        refuse("Say what to change; see connections change --help.")
    connection = load(connection_id)
    given = fields(options, connection.mode, connection.display_name)
    given["options"] = {**connection.options, **given["options"]}
    wanted = replace(ConnectionFields.of(connection), **given)
    connections.change(operator(), connection, wanted, connection.version)
    session().commit()
    click.echo(f"Changed {connection_id}.")


@command("delete")
@click.argument("connection_id", metavar="CONNECTION")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(connection_id: str, yes: bool) -> None:
    """Remove a connection for good, with the sessions and tokens that came from it.

    Accounts and their identities stay: another connection with the same credential, or one
    that shares its names, finds them again.

    \b
    qiao connections delete wechat-old --yes
    """
    load(connection_id)
    if not yes:
        click.confirm(f"Delete {connection_id} and sign out whoever came by it?", abort=True)
    gone = connections.delete(operator(), connection_id)
    session().commit()
    click.echo(
        f"Deleted {connection_id}; {gone.sessions} sessions ended, {gone.grants} grants were "
        "revoked."
    )
