"""``wechat-apps check``: asks WeChat whether it takes a credential."""

import click

from app.management.cli.command import as_json, command
from app.management.cli.credentials.check import ask_about
from federation.wechat.source import WECHAT


@command("check")
@click.argument("app_id", metavar="[APP_ID]", default="")
@as_json
def check(app_id: str, as_json: bool) -> None:
    """Ask WeChat whether it takes a credential; all of them without an APP_ID.

    Nobody is signed in. What WeChat last held against a credential that works is forgotten.

    \b
    qiao wechat-apps check
    qiao wechat-apps check wx0123456789abcdef
    """
    ask_about(WECHAT, app_id, as_json=as_json)
