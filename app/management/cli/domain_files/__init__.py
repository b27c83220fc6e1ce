"""``domain-files``: files at the root by which sources and others see that the domain is ours.

``changes`` puts one there and takes it away, ``listing`` shows them.
"""

import click

from app.management.cli.domain_files.changes import add, remove
from app.management.cli.domain_files.listing import list_files

COMMANDS = (add, list_files, remove)

domain_files = click.Group(
    "domain-files",
    list(COMMANDS),
    help="Serve files that prove the domain, such as MP_verify_….txt.",
)
