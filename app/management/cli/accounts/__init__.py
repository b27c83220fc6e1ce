"""``accounts``: people.

``create``, ``editing`` (``add``) and ``bringing`` (``import``) add them, ``listing`` finds and
``show`` describes them, ``compare`` puts two side by side, ``switches`` stop and start them,
``editing`` changes and erases one; ``jobs`` do one thing to many, whom ``filters`` find.
"""

import click

from app.management.cli.accounts.bringing import import_file
from app.management.cli.accounts.compare import compare
from app.management.cli.accounts.create import create
from app.management.cli.accounts.editing import add, change, erase, receipt
from app.management.cli.accounts.jobs import do, jobs, resume
from app.management.cli.accounts.listing import export_accounts, list_accounts
from app.management.cli.accounts.show import show
from app.management.cli.accounts.switches import disable, enable, set_password, sign_out

COMMANDS = (
    *(list_accounts, show, compare, add, create, change, import_file, export_accounts),
    *(disable, enable, sign_out, set_password, erase, receipt, do, jobs, resume),
)

accounts = click.Group("accounts", list(COMMANDS), help="Find, add, change and stop people.")
