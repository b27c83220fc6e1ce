"""``connections add``: offers a way to sign in."""

from typing import Any

import click

from app.management.cli.command import command
from app.management.cli.connections.options import connection_options, fields
from app.management.cli.connections.switches import check_clients, check_mode
from app.management.cli.deployment import operator, session
from app.management.services import connections, enablements
from federation import ConnectionFields


@command("add")
@click.argument("connection_id", metavar="ID")
@click.option("--mode", required=True, help="Such as wechat-miniprogram; any other word lists all.")
@connection_options
@click.option("--off", is_flag=True, help="Do not switch it on yet.")
@click.option("--client", "clients", multiple=True, help="Applications to enable it for.")
def add(connection_id: str, mode: str, off: bool, clients: tuple[str, ...], **options: Any) -> None:
    """Add a connection; its ID (lower-case letters, digits, hyphens) never changes.

    \b
    qiao connections add wechat --mode wechat-miniprogram \\
        --name "Sign in with WeChat" --name-zh 使用微信登录 --client shop
    qiao connections add wechat-app --mode wechat-mobile \\
        --name WeChat --app wx0123456789abcdef
    """
    check_clients(clients)
    check_mode(mode)
    wanted = ConnectionFields(connection_id, mode, enabled=not off, **fields(options, mode))
    connection = connections.create(operator(), wanted)
    enablements.switch_all(operator(), clients, [connection.id], enabled=True)
    session().commit()
    click.echo(f"Added {connection.id}.")
    if not clients:
        click.echo(
            "No application can use it yet: "
            f"qiao connections enable {connection.id} --client CLIENT"
        )
