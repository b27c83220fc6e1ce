"""``connections``: the buttons.

``add`` and ``change`` take ``options``, ``listing`` shows them, ``switches`` turn them on and off.
"""

import click

from app.management.cli.connections.add import add
from app.management.cli.connections.change import change, delete
from app.management.cli.connections.listing import list_connections
from app.management.cli.connections.switches import disable, enable

COMMANDS = (add, list_connections, change, enable, disable, delete)

connections = click.Group("connections", list(COMMANDS), help="Offer ways to sign in.")
