"""``wechat-apps add``: stores a credential."""

from typing import Any

import click

from app.management.cli import secrets_entry
from app.management.cli.command import command
from app.management.cli.deployment import operator, session
from app.management.services import credentials
from federation.wechat.source import WECHAT

KINDS = [kind.id for kind in WECHAT.credentials.kinds]


@command("add")
@click.argument("app_id")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--secret", envvar="WECHAT_APP_SECRET", help="Asked for when left out.")
@click.option("--name", default="", help="For administrators to know it by.")
@click.option(
    "--original-id", default="", help="gh_..., needed to launch a mini program from an app."
)
@click.option(
    "--open-platform", default="", help="Label of the Open Platform account that it is bound to."
)
@click.option("--default", "is_default", is_flag=True, help="Make it the default mini program.")
@click.option("--push-token", default="", envvar="WECHAT_PUSH_TOKEN", help="Token of the pushes.")
@click.option("--push-key", default="", envvar="WECHAT_PUSH_KEY", help="EncodingAESKey.")
def add(app_id: str, secret: str | None, **fields: Any) -> None:
    """Store a WeChat credential; APP_ID is wx and 16 hexadecimal digits.

    The AppSecret is asked for, or read from standard input, or from WECHAT_APP_SECRET.

    \b
    qiao wechat-apps add wx0123456789abcdef --kind miniprogram \\
        --original-id gh_0123456789ab --open-platform main --default
    """
    secret = secrets_entry.enter("AppSecret", secret)
    wanted = WECHAT.credentials.read({"app_id": app_id, "secret": secret, **fields})
    app = credentials.create(operator(), WECHAT, wanted)
    session().commit()
    click.echo(f"Stored {app.id}. Try it: qiao wechat-apps check {app.id}")
