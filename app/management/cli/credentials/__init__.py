"""``credentials`` of every source.

``add`` and ``changes`` take what its form declares (``typed``), ``check`` tries one at its source,
``explanations`` say what the form asks for; ``listing`` and ``lookup`` find them.
"""

import click

from app.management.cli.credentials.add import add
from app.management.cli.credentials.changes import change, delete
from app.management.cli.credentials.check import check
from app.management.cli.credentials.listing import list_credentials

COMMANDS = (add, list_credentials, check, change, delete)

credentials = click.Group("credentials", list(COMMANDS), help="Keep the credentials of sources.")
