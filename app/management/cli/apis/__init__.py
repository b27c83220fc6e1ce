"""``apis``: protected resources that access tokens are for.

``add`` registers one by what ``options`` say, ``listing`` shows them, ``change`` changes and
removes one that ``lookup`` finds.
"""

import click

from app.management.cli.apis.add import add
from app.management.cli.apis.change import change, remove
from app.management.cli.apis.listing import list_apis, show

COMMANDS = (add, list_apis, show, change, remove)

apis = click.Group("apis", list(COMMANDS), help="Register APIs, with their scopes.")
