"""``accounts``: people."""

import click

from app.ops.accounts.bringing import import_file
from app.ops.accounts.create import create
from app.ops.accounts.show import show
from app.ops.accounts.switches import disable, enable, set_password, sign_out

COMMANDS = (create, import_file, show, disable, enable, sign_out, set_password)

accounts = click.Group("accounts", list(COMMANDS), help="Create, import and stop accounts.")
