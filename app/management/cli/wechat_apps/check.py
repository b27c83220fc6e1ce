"""``apps check``: asks WeChat whether it takes a credential."""

import click

from app.management.cli.command import Refusal, command, refuse
from app.management.cli.deployment import operator, session
from app.management.cli.wechat_apps.explanations import explain
from app.management.services import wechat_apps
from app.sign_in.federation import current_federation
from federation import WeChatApp
from federation.errors import Misconfigured, Unavailable


@command("check")
@click.argument("app_id", metavar="[APP_ID]", default="")
def check(app_id: str) -> None:
    """Ask WeChat whether it takes a credential; all of them without an APP_ID.

    Nobody is signed in. What WeChat last held against a credential that works is forgotten.

    \b
    flask --app wsgi apps check
    flask --app wsgi apps check wx0123456789abcdef
    """
    wanted = [
        app for app in current_federation().wechat_apps.all(session()) if app_id in ("", app.app_id)
    ]
    if not wanted:
        refuse(f"There is no WeChat app {app_id}." if app_id else "There are no WeChat apps.")
    session().rollback()  # the database is not kept waiting for WeChat
    problems = [problem for app in wanted if (problem := _ask(app))]
    session().commit()
    if problems:
        raise Refusal(problems)


def _ask(app: WeChatApp) -> str | None:
    try:
        wechat_apps.check(operator(), app)
    except Misconfigured as error:
        why = explain(error.errcode) if app.is_usable else "the AppSecret cannot be read"
        return f"{app.app_id}: {why}."
    except Unavailable:
        return f"{app.app_id}: WeChat could not be asked; is {_base()} reachable from here?"
    click.echo(f"{app.app_id}: WeChat takes the AppID and the AppSecret.")
    return None


def _base() -> str:
    return current_federation().settings.api_base
