"""``flask --app wsgi demo ...``: the demo's native app. It talks to a running demo over HTTP."""

import json

import click
from joserfc.errors import JoseError

from app.demo.deployment import NATIVE_CLIENT
from app.demo.native import NativeApp, SignInFailed, VirtualPhone, sign_in


@click.group()
def demo() -> None:
    """Try Qiao out against the running demo."""


@demo.command()
@click.option("--issuer", default="http://127.0.0.1:8000", show_default=True, help="Qiao.")
@click.option("--sandbox", default="http://127.0.0.1:8001", show_default=True, help="The sandbox.")
@click.option("--client-id", default=NATIVE_CLIENT, show_default=True, help="A first-party client.")
@click.option("--connection", default="wechat-mini", show_default=True, help="Its unique ID.")
@click.option("--person", help="Confirms by itself, such as li-lei; without: on the virtual phone.")
@click.option("--app-id", help="The AppID that WeChat says the app has, instead of the demo's own.")
def native(
    issuer: str,
    sandbox: str,
    client_id: str,
    connection: str,
    person: str | None,
    app_id: str | None,
) -> None:
    """Sign in as a native app does: PKCE, /challenge, WeChat, /token; print the claims."""
    try:
        app = NativeApp.discover(issuer, client_id, click.echo)
        result = sign_in(app, VirtualPhone(sandbox, app_id), connection, person)
    except (SignInFailed, JoseError) as error:
        raise click.ClickException(str(error)) from error
    click.secho("\nID token, verified:", bold=True)
    click.echo(json.dumps(result["claims"], indent=2, ensure_ascii=False))
    click.secho("\nUserinfo:", bold=True)
    click.echo(json.dumps(result["userinfo"], indent=2, ensure_ascii=False))
