"""``connections``: the sign-in methods that people see as buttons."""

import click

from app.management.cli.connections.add import add
from app.management.cli.connections.change import change, delete
from app.management.cli.connections.listing import list_connections
from app.management.cli.connections.switches import disable, enable

COMMANDS = (add, list_connections, change, enable, disable, delete)

connections = click.Group("connections", list(COMMANDS), help="Offer ways to sign in.")
