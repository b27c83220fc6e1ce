"""``apps change``, ``replace-secret`` and ``delete``."""

from dataclasses import replace
from typing import Any

import click

from app.management.cli import secrets_entry
from app.management.cli.command import command, refuse
from app.management.cli.deployment import operator, session
from app.management.services import wechat_apps
from app.sign_in.federation import current_federation
from federation import WeChatApp


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
    flask --app wsgi apps change wx0123456789abcdef --original-id gh_0123456789ab --default
    """
    given = {name: value for name, value in options.items() if value is not None}
    if not given:
        refuse("Say what to change; see apps change --help.")
    app = find(app_id)
    wechat_apps.change(operator(), app, replace(wechat_apps.fields_of(app), **given), app.version)
    session().commit()
    click.echo(f"Changed {app_id}.")


@command("replace-secret")
@click.argument("app_id")
@click.option("--secret", envvar="WECHAT_APP_SECRET", help="Asked for when left out.")
def replace_secret(app_id: str, secret: str | None) -> None:
    """Store another AppSecret, after it was reset in WeChat's console.

    \b
    flask --app wsgi apps replace-secret wx0123456789abcdef
    """
    app = find(app_id)
    wechat_apps.replace_secret(operator(), app, secrets_entry.enter("AppSecret", secret))
    session().commit()
    click.echo(f"Stored. Try it: flask --app wsgi apps check {app_id}")


@command("delete")
@click.argument("app_id")
def delete(app_id: str) -> None:
    """Forget a credential that no connection names."""
    wechat_apps.delete(operator(), find(app_id))
    session().commit()
    click.echo(f"Deleted {app_id}.")


def find(app_id: str) -> WeChatApp:
    """The credential, or the end of the command."""
    app = current_federation().wechat_apps.get(session(), app_id)
    if app is None:
        refuse(f"There is no WeChat app {app_id}.")
    return app
