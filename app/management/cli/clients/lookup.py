"""Finding the client that a command names."""

from app.management.cli.command import refuse
from app.management.cli.deployment import provider, session
from oidc.clients.client import Client


def load(client_id: str) -> Client:
    """The client, disabled or not, or the end of the command."""
    client = provider().clients.stored(session(), client_id)
    if client is None:
        refuse(f"There is no client {client_id}.")
    return client
