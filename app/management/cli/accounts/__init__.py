"""``accounts``: people.

``create`` and ``bringing`` (``import``) add them, ``show`` says who somebody is, ``compare``
puts two side by side, ``switches`` stop and start them.
"""

import click

from app.management.cli.accounts.bringing import import_file
from app.management.cli.accounts.compare import compare
from app.management.cli.accounts.create import create
from app.management.cli.accounts.show import show
from app.management.cli.accounts.switches import disable, enable, set_password, sign_out

COMMANDS = (create, import_file, show, compare, disable, enable, sign_out, set_password)

accounts = click.Group("accounts", list(COMMANDS), help="Create, import and stop accounts.")
