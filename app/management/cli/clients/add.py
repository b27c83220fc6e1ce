"""``clients add``: registers applications, from options or from a file."""

from typing import Any, TextIO

import click

from app.elements import current_federation
from app.management.cli.clients.documents import Document, Wanted, document, read_file, read_wanted
from app.management.cli.clients.for_program import preset_document, show_pasted
from app.management.cli.clients.lookup import tell_scopes_of_nothing
from app.management.cli.clients.options import members, metadata_options, starting_document
from app.management.cli.command import Refusal, as_json, command, print_json, refuse
from app.management.cli.deployment import operator, session
from app.management.cli.tables import print_facts
from app.management.services import clients, enablements
from oidc.clients.client import Client

Added = tuple[Client, str | None]


@command("add")
@metadata_options
@click.option("--native", is_flag=True, help="A mobile or desktop app: no secret, PKCE.")
@click.option(
    "--from-json",
    "file",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="Read RFC 7591 metadata: an object or a list of them; - is standard input.",
)
@click.option(
    "--for",
    "program",
    metavar="PROGRAM",
    help="Which program it is; see clients presets. Its own needs are filled in.",
)
@click.option("--url", help="With --for: where the program is reached.")
@click.option("--client-id", help="Keep this id (it is made up otherwise).")
@click.option("--secret", envvar="CLIENT_SECRET", help="Keep this secret.")
@click.option("--connection", "connections", multiple=True, help="Connections to enable for it.")
@as_json
def add(
    *,
    native: bool,
    file: TextIO | None,
    program: str | None,
    url: str | None,
    client_id: str | None,
    secret: str | None,
    connections: tuple[str, ...],
    as_json: bool,
    **options: Any,
) -> None:
    """Register an application. Its secret is shown this once.

    \b
    qiao clients add --name Shop --redirect-uri https://shop.example/callback \\
        --connection wechat
    qiao clients add --name App --native --first-party \\
        --redirect-uri com.example.app:/callback
    qiao clients add --from-json clients.json --json

    With --from-json, members client_id and client_secret keep those of another server; what else
    describes the application stands in the file, too. --connection is for each of them.
    """
    _refuse_what_is_not_used(file, program, url, native, options)
    documents: list[Document] = read_file(file) if file else [starting_document(native, options)]
    if program:
        documents = [preset_document(program, url, options)]
    if client_id or secret:
        documents = _with_identity(documents, client_id, secret)
    wanted = read_wanted(documents)
    _check_connections(connections)
    added = [_add(one, connections) for one in wanted]
    session().commit()
    _show(added, as_json)
    if program and not as_json:
        show_pasted(program, *added[0])
    for client, _ in added:
        for sentence in clients.words_of_care(client.metadata, connections):
            click.echo(sentence, err=True)
        tell_scopes_of_nothing(client)


def _refuse_what_is_not_used(
    file: TextIO | None, program: str | None, url: str | None, native: bool, options: dict[str, Any]
) -> None:
    """Nothing that somebody types is left out without a word."""
    given = [*members(options), *(["native"] if native else []), *(["for"] if program else [])]
    if file and given:
        refuse(
            f"With --from-json, {', '.join(given)} would not be used: put it into the file instead."
        )
    if url and not program:
        refuse("--url is of use with --for PROGRAM alone.")


def _with_identity(
    documents: list[Document], client_id: str | None, secret: str | None
) -> list[Document]:
    if len(documents) != 1:
        refuse("--client-id and --secret are for one client, not for a list of them.")
    given = {"client_id": client_id, "client_secret": secret}
    return [{**documents[0], **{name: value for name, value in given.items() if value}}]


def _check_connections(connections: tuple[str, ...]) -> None:
    known = {one.id for one in current_federation().connections.all(session())}
    unknown = [name for name in connections if name not in known]
    if unknown:
        raise Refusal([f"There is no connection {name}." for name in unknown])


def _add(wanted: Wanted, connections: tuple[str, ...]) -> Added:
    client, secret = clients.create(operator(), wanted.metadata, wanted.client_id, wanted.secret)
    enablements.switch_all(operator(), [client.client_id], connections, enabled=True)
    return client, secret


def _show(added: list[Added], as_json: bool) -> None:
    if as_json:
        documents = [document(client, secret) for client, secret in added]
        print_json(documents[0] if len(documents) == 1 else documents)
        return
    for client, secret in added:
        click.echo(f"Added {client.metadata.client_name or client.client_id}.")
        print_facts([("client_id", client.client_id), ("client_secret", secret)])
        if secret:
            click.echo("Keep the secret now; it cannot be shown again.")
