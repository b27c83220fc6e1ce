"""``qiao demo ...``: applications of the demo that need no screen, over HTTP."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import click
import requests
from joserfc.errors import JoseError

from app.demo import native_java
from app.demo.browser import PLACES, Browser
from app.demo.deployment import NATIVE_CLIENT
from app.demo.java_helper import NoHelper
from app.demo.native import NativeApp, sign_in, sign_in_as_mini_program
from app.demo.traffic_command import traffic
from app.demo.virtual_phone import SignInFailed, VirtualPhone

DEVICES = {"android": "Pixel 9", "ios": "iPhone 17", "harmony": "HUAWEI Pura 80"}
"""What the three kinds of phones call themselves."""

issuer_option = click.option(
    "--issuer", default="http://localhost:8000", show_default=True, help="Qiao."
)
sandbox_option = click.option(
    "--sandbox", default="http://127.0.0.1:8001", show_default=True, help="The sandbox."
)


@click.group()
def demo() -> None:
    """Try Qiao out against the running demo."""


@demo.command()
@issuer_option
@sandbox_option
@click.option("--client-id", default=NATIVE_CLIENT, show_default=True, help="A first-party client.")
@click.option(
    "--redirect-uri",
    default=native_java.REDIRECT_URI,
    show_default=True,
    help="Of a client of your own: one that it has registered.",
)
@click.option("--connection", default="wechat-mini", show_default=True, help="Its unique ID.")
@click.option("--person", help="Confirms by itself, such as li-lei; without: on the virtual phone.")
@click.option("--app-id", help="The AppID that WeChat says the app has, instead of the demo's own.")
@click.option("--platform", type=click.Choice([*DEVICES]), default="android", show_default=True)
@click.option(
    "--helper",
    type=click.Choice(["java", "python"]),
    help="Without: clients/android where a JDK and Maven are found and the phone is an Android.",
)
def native(
    issuer: str,
    sandbox: str,
    client_id: str,
    redirect_uri: str,
    connection: str,
    person: str | None,
    app_id: str | None,
    platform: str,
    helper: str | None,
) -> None:
    """Sign in as a native app does: PKCE, /challenge, WeChat, /token; print the claims."""
    phone = VirtualPhone(sandbox, app_id)

    def by_python() -> dict[str, Any]:
        app = NativeApp.discover(issuer, client_id, click.echo, DEVICES[platform])
        return sign_in(app, phone, connection, person)

    def by_java() -> dict[str, Any]:
        NativeApp.discover(issuer, client_id, click.echo, "")  # says what to do where nothing runs
        known = (issuer, client_id, redirect_uri)
        return native_java.sign_in(known, phone, connection, person, click.echo)

    if helper == "python" or (helper is None and platform != "android"):
        _tell(by_python)
    else:
        _tell(by_java if helper else lambda: _first(by_java, by_python))


@demo.command("mini-program")
@issuer_option
@sandbox_option
@click.option("--client-id", default=NATIVE_CLIENT, show_default=True, help="A first-party client.")
@click.option("--connection", default="wechat-mini", show_default=True, help="Its unique ID.")
@click.option("--person", default="li-lei", show_default=True, help="Who holds the phone.")
def mini_program(issuer: str, sandbox: str, client_id: str, connection: str, person: str) -> None:
    """Sign in as a mini program that is the application itself; print the claims."""

    def in_wechat() -> dict[str, Any]:
        app = NativeApp.discover(issuer, client_id, click.echo, "")
        return sign_in_as_mini_program(app, VirtualPhone(sandbox), connection, person)

    _tell(in_wechat)


@demo.command()
@sandbox_option
@click.option(
    "--application", default="http://127.0.0.1:8002", show_default=True, help="The application."
)
@click.option(
    "--in",
    "place",
    type=click.Choice([*PLACES]),
    default="computer",
    show_default=True,
    help="Where the browser is: by scanning, by a link, or inside WeChat.",
)
@click.option("--person", default="li-lei", show_default=True, help="Who sits before it.")
def browser(sandbox: str, application: str, place: str, person: str) -> None:
    """Sign in to the demo application in a browser on a computer, on a phone or inside WeChat."""
    try:
        Browser(place, VirtualPhone(sandbox), person, click.echo).sign_in(application)
    except SignInFailed as error:
        raise click.ClickException(str(error)) from error
    except requests.ConnectionError as error:
        raise click.ClickException(nobody_there(error)) from error
    click.secho(f"{person} is signed in to {application}.", bold=True)


demo.add_command(traffic)


def _first(
    by_java: Callable[[], dict[str, Any]], by_python: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """By the helper for Android where it can be had here."""
    try:
        return by_java()
    except NoHelper as reason:
        click.echo(f"The native app is a Python program: {str(reason).partition(chr(10))[0]}.")
        return by_python()


def nobody_there(error: requests.ConnectionError) -> str:
    """What to do where nothing answers."""
    asked = urlsplit(str(error.request.url)) if error.request is not None else None
    place = f" at {asked.scheme}://{asked.netloc}" if asked else ""
    return f"Nothing answers{place}. Is `make demo` running? Of one at another port, name where."


def _tell(sign_in: Callable[[], dict[str, Any]]) -> None:
    try:
        result = sign_in()
    except (SignInFailed, JoseError, NoHelper) as error:
        raise click.ClickException(str(error)) from error
    except requests.ConnectionError as error:
        raise click.ClickException(nobody_there(error)) from error
    click.secho("\nID token, verified:", bold=True)
    click.echo(json.dumps(result["claims"], indent=2, ensure_ascii=False))
    click.secho("\nUserinfo:", bold=True)
    click.echo(json.dumps(result["userinfo"], indent=2, ensure_ascii=False))
