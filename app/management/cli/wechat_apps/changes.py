"""``wechat-apps change``, ``replace-secret`` and ``delete``."""

from typing import Any

import click

from app.management.cli import secrets_entry
from app.management.cli.command import command, refuse
from app.management.cli.credentials.lookup import load
from app.management.cli.deployment import operator, session
from app.management.services import credentials
from federation import CredentialFields
from federation.wechat.source import WECHAT


@command("change")
@click.argument("app_id")
@click.option("--name", help="For administrators to know it by.")
@click.option("--original-id", help="gh_...")
@click.option("--open-platform", help="Label of the Open Platform account.")
@click.option("--default/--not-default", "is_default", default=None, help="Default mini program?")
@click.option("--push-token", envvar="WECHAT_PUSH_TOKEN", help="Token of the pushes.")
@click.option("--push-key", envvar="WECHAT_PUSH_KEY", help="EncodingAESKey.")
def change(app_id: str, **options: Any) -> None:
    """Change what is known of a credential; what is not given stays.

    \b
    qiao wechat-apps change wx0123456789abcdef --original-id gh_0123456789ab --default
    """
    given = {name: value for name, value in options.items() if value is not None}
    if not given:
        refuse("Say what to change; see wechat-apps change --help.")
    app, form = load(WECHAT, app_id), WECHAT.credentials
    wanted = form.read({**CredentialFields.of(app, form).flat(form), **given})
    credentials.change(operator(), WECHAT, app, wanted, app.version)
    session().commit()
    click.echo(f"Changed {app_id}.")


@command("replace-secret")
@click.argument("app_id")
@click.option("--secret", envvar="WECHAT_APP_SECRET", help="Asked for when left out.")
def replace_secret(app_id: str, secret: str | None) -> None:
    """Store another AppSecret, after it was reset in WeChat's console.

    \b
    qiao wechat-apps replace-secret wx0123456789abcdef
    """
    app = load(WECHAT, app_id)
    typed = {"secret": secrets_entry.enter("AppSecret", secret)}
    credentials.replace_secrets(operator(), WECHAT, app, typed)
    session().commit()
    click.echo(f"Stored. Try it: qiao wechat-apps check {app_id}")


@command("delete")
@click.argument("app_id")
def delete(app_id: str) -> None:
    """Forget a credential that no connection names."""
    credentials.delete(operator(), WECHAT, load(WECHAT, app_id))
    session().commit()
    click.echo(f"Deleted {app_id}.")
