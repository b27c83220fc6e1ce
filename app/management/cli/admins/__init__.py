"""``admins``: the people who run the deployment.

``create`` makes one, ``help`` lets one in again who is locked out.
"""

import click

from app.management.cli.admins.create import create
from app.management.cli.admins.help import list_admins, set_password

COMMANDS = (create, list_admins, set_password)

admin = click.Group("admin", list(COMMANDS), help="Say who may open the config pages at /admin.")
