"""``clients list`` and ``show``."""

import click

from app.enablement import sources
from app.management.cli.clients.documents import document
from app.management.cli.clients.lookup import load
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import operator, session
from app.management.cli.tables import moment, print_facts, print_table
from app.management.services.client_search import search
from app.management.services.learning import LEARNT
from oidc.clients.client import Client
from oidc.clients.secrets import ClientSecret


@command("list")
@click.option("--after", default="", help="Go on after this client_id.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000))
@click.option("--naming", default="", help="A part of the client_id, of a name, or of an address.")
@click.option("--learns", type=click.Choice(list(LEARNT)), help="Those alone that are told this.")
@as_json
def list_clients(after: str, limit: int, naming: str, learns: str | None, as_json: bool) -> None:
    """List applications in the order of their ids."""
    page = search(operator(), naming, after=after, limit=limit, learns=learns or "")
    if as_json:
        print_json([document(client) for client in page])
        return
    rows = [
        (client.client_id, client.metadata.client_name, _kind(client), _state(client))
        for client in page
    ]
    print_table(
        ("CLIENT", "NAME", "KIND", "STATE"), rows, "There are no clients; see clients add --help."
    )
    if len(page) == limit:
        click.echo(f"More: --after {page[-1].client_id}", err=True)


@command("show")
@click.argument("client_id", metavar="CLIENT")
@as_json
def show(client_id: str, as_json: bool) -> None:
    """Show all that is known of an application; --json gives its RFC 7591 metadata."""
    client = load(client_id)
    if as_json:
        print_json(document(client))
        return
    enabled = sources.of_client(session(), client_id, enabled_only=True)
    print_facts(
        [
            ("client_id", client.client_id),
            ("state", _state(client)),
            ("registered", moment(client.created_at)),
            ("secrets", [_secret(secret) for secret in client.live_secrets()]),
            ("connections", [each.connection_id for each in enabled]),
            *client.metadata.to_document().items(),
        ]
    )


def _kind(client: Client) -> str:
    kind = "public" if client.is_public else "confidential"
    return f"{client.metadata.application_type}, {kind}"


def _state(client: Client) -> str:
    words = ["disabled" if client.disabled else "enabled"]
    words += ["first-party"] if client.is_first_party else []
    words += ["registered itself"] if client.dynamic else []
    return ", ".join(words)


def _secret(secret: ClientSecret) -> str:
    ends = f", ends {moment(secret.expires_at)}" if secret.expires_at else ""
    return f"made {moment(secret.created_at)}{ends}"
