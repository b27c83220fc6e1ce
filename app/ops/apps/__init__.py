"""``apps``: credentials from WeChat's consoles."""

import click

from app.ops.apps.add import add
from app.ops.apps.changes import change, delete, replace_secret
from app.ops.apps.check import check
from app.ops.apps.listing import list_apps

COMMANDS = (add, list_apps, check, change, replace_secret, delete)

apps = click.Group("apps", list(COMMANDS), help="Keep WeChat credentials (AppID and AppSecret).")
