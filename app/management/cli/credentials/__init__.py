"""``credentials`` of every source.

``add`` and ``changes`` take what its form declares (``typed``), ``check`` tries one at its source,
``explanations`` say what the form asks for; ``listing`` and ``lookup`` find them;
``moving`` tells who would be lost when one gives way to another.
"""

import click

from app.management.cli.credentials.add import add
from app.management.cli.credentials.changes import change, delete
from app.management.cli.credentials.check import check
from app.management.cli.credentials.listing import list_credentials
from app.management.cli.credentials.moving import preview_move

COMMANDS = (add, list_credentials, check, change, preview_move, delete)

credentials = click.Group("credentials", list(COMMANDS), help="Keep the credentials of sources.")
