"""Finding the client that a command names, and what is to be said of one that it changed."""

import click

from app.management.cli.command import refuse
from app.management.cli.deployment import operator, provider, session
from app.management.services import apis
from oidc.clients.client import Client


def load(client_id: str) -> Client:
    """The client, disabled or not, or the end of the command."""
    client = provider().clients.stored(session(), client_id)
    if client is None:
        refuse(f"There is no client {client_id}.")
    return client


def tell_scopes_of_nothing(client: Client) -> None:
    """Says, beside the result, which of its scopes no API here has."""
    unknown = apis.scopes_of_nothing(operator(), client.metadata.scope)
    if unknown:
        click.echo(
            f"{client.client_id} may ask for {' '.join(unknown)}, which no API here has: correct"
            " the spelling, or register the API that has it.",
            err=True,
        )
