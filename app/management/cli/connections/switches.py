"""``connections enable`` and ``disable``: everywhere, or for one application."""

from collections.abc import Sequence

import click

from app.elements import current_federation
from app.management.cli.command import Refusal, command, refuse
from app.management.cli.deployment import operator, provider, session
from app.management.services import connections, enablements
from federation import Connection
from federation.upstreams import KEEPS_TOKENS

_for_clients = click.option(
    "--client", "clients", multiple=True, help="Only for this application; repeat it for more."
)


@command("enable")
@click.argument("connection_id", metavar="CONNECTION")
@_for_clients
@click.option(
    "--tokens/--no-tokens",
    default=None,
    help="Whether the applications may have people's tokens at the source (RFC 8693).",
)
def enable(connection_id: str, clients: tuple[str, ...], tokens: bool | None) -> None:
    """Let an application use a connection; without --client switch the connection itself on.

    Tokens are for connections that keep them. They let an application act for people at the source.

    \b
    qiao connections enable wechat --client shop --client admin
    qiao connections enable google --client calendar --tokens
    """
    if tokens is not None and not clients:
        refuse("Say with --client which applications --tokens is about.")
    _hand_tokens(connection_id, clients, tokens)
    _switch(connection_id, clients, on=True)


@command("disable")
@click.argument("connection_id", metavar="CONNECTION")
@_for_clients
@click.option("--revoke", is_flag=True, help="Also end every session and token that began by it.")
def disable(connection_id: str, clients: tuple[str, ...], revoke: bool) -> None:
    """Stop an application from using a connection; without --client switch it off for all.

    For one application, what it may do with sign-ins of the past ends as well: its next refresh
    and its next look at userinfo are refused. Switched off for all, people who are signed in stay
    so, unless --revoke signs them out, ends their tokens and tells the applications.

    \b
    qiao connections disable wechat --client shop
    qiao connections disable wechat --revoke
    """
    if revoke and clients:
        refuse("--revoke ends what began by the connection for all; leave --client out.")
    if not clients:
        _take_down(load(connection_id), revoke)
        return
    _switch(connection_id, clients, on=False)


def _hand_tokens(connection_id: str, clients: tuple[str, ...], tokens: bool | None) -> None:
    if tokens is None:
        return
    if tokens and not load(connection_id).options.get(KEEPS_TOKENS):
        refuse(f"{connection_id} keeps no tokens: choose so at the connection first.")
    check_clients(clients)
    for client_id in clients:
        enablements.hand_tokens(operator(), client_id, connection_id, allowed=tokens)


def _switch(connection_id: str, clients: tuple[str, ...], *, on: bool) -> None:
    connection = load(connection_id)
    check_clients(clients)
    enablements.switch_all(operator(), clients, [connection_id], enabled=on)
    if not clients:
        connections.switch(operator(), connection, enabled=on)
    session().commit()
    state = "enabled" if on else "disabled"
    click.echo(f"{connection_id} is {state} for {', '.join(clients) or 'all who may use it'}.")


def load(connection_id: str) -> Connection:
    """The connection, or the end of the command."""
    connection = current_federation().connections.get(session(), connection_id)
    if connection is None:
        refuse(f"There is no connection {connection_id}.")
    return connection


def check_clients(clients: Sequence[str]) -> None:
    """Ends the command with a sentence for each application that does not exist."""
    unknown = [name for name in clients if provider().clients.stored(session(), name) is None]
    if unknown:
        raise Refusal([f"There is no client {name}." for name in unknown])


def _take_down(connection: Connection, revoke: bool) -> None:
    ended = connections.switch(operator(), connection, enabled=False, revoke=revoke)
    session().commit()
    click.echo(f"{connection.id} is disabled for all who may use it.")
    if revoke:
        click.echo(f"{ended.sessions} sessions and {ended.grants} grants ended.")


def check_mode(mode: str) -> None:
    """Ends the command with the ways to sign in that there are, where this is none."""
    known = [each.id for each in current_federation().sources.modes]
    if mode not in known:
        refuse(f"There is no mode {mode}; there are: {', '.join(known)}.")
