"""``clients disable``, ``enable`` and ``delete``."""

import click

from app.management.cli.clients.lookup import load
from app.management.cli.command import command
from app.management.cli.deployment import operator, session
from app.management.services import clients


@command("disable")
@click.argument("client_id", metavar="CLIENT")
def disable(client_id: str) -> None:
    """Stop an application: it cannot sign anybody in, nor use its tokens, until it is enabled."""
    _switch(client_id, disabled=True)


@command("enable")
@click.argument("client_id", metavar="CLIENT")
def enable(client_id: str) -> None:
    """Let a disabled application work again; its tokens that are not too old work again too."""
    _switch(client_id, disabled=False)


@command("delete")
@click.argument("client_id", metavar="CLIENT")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(client_id: str, yes: bool) -> None:
    """Remove an application for good, with its consents and everything it was granted.

    \b
    qiao clients delete shop --yes
    """
    client = load(client_id)
    name = client.metadata.client_name or client_id
    if not yes:
        click.confirm(f"Delete {name} and revoke all its tokens?", abort=True)
    revoked = clients.delete(operator(), client)
    session().commit()
    click.echo(f"Deleted {client_id}; {revoked} grants were revoked.")


def _switch(client_id: str, *, disabled: bool) -> None:
    clients.switch(operator(), load(client_id), enabled=not disabled)
    session().commit()
    click.echo(f"{client_id} is {'disabled' if disabled else 'enabled'}.")
