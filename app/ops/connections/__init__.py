"""``connections``: the sign-in methods that people see as buttons."""

import click

from app.ops.connections.add import add
from app.ops.connections.change import change, delete
from app.ops.connections.listing import list_connections
from app.ops.connections.switches import disable, enable

COMMANDS = (add, list_connections, change, enable, disable, delete)

connections = click.Group("connections", list(COMMANDS), help="Offer ways to sign in.")
