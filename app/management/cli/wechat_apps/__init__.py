"""``wechat-apps``: WeChat apps, as 0.1.0 had them (see ``credentials``).

``add``, ``changes``, ``check`` and ``listing``.
"""

import click

from app.management.cli.wechat_apps.add import add
from app.management.cli.wechat_apps.changes import change, delete, replace_secret
from app.management.cli.wechat_apps.check import check
from app.management.cli.wechat_apps.listing import list_apps

COMMANDS = (add, list_apps, check, change, replace_secret, delete)

_HELP = "Keep WeChat credentials (AppID and AppSecret)."

wechat_apps = click.Group("wechat-apps", list(COMMANDS), help=_HELP)
apps = click.Group("apps", list(COMMANDS), help=_HELP, hidden=True)
"""The name that 0.1.0 published; it goes on working."""
