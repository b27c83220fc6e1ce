"""The demo's native app by the helper for Android, which runs on this computer's JDK."""

import json
import queue
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from app.demo.java_helper import JavaApp, compiled
from app.demo.native import SCOPE
from app.demo.virtual_phone import PATIENCE, TIMEOUT, SandboxRefused, SignInFailed, VirtualPhone

REDIRECT_URI = "com.example.demo:/callback"

Say = Callable[[str], None]


def sign_in(
    app: tuple[str, str, str],
    phone: VirtualPhone,
    connection: str,
    person: str | None,
    say: Say,
) -> dict[str, Any]:
    """The same as `app.demo.native.sign_in`, by another program.

    :param app: issuer, client_id and a redirect URI that is registered.
    :raises app.demo.java_helper.NoHelper: there is no JDK here, or no Maven.
    :raises SignInFailed: nobody was signed in.
    """
    say("Compiling the helper for Android; the first time, what it needs is fetched before.")
    with tempfile.TemporaryDirectory() as folder:
        path = compiled(_made(Path(folder) / "classes"))
        known = (*app, SCOPE)
        say("The native app is clients/android, on this computer's JDK.")
        with JavaApp(path, Path(folder) / "memory", known, ("sign-in", connection)) as java:
            return _until_signed_in(java, app[0], phone, person, say)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _until_signed_in(
    java: JavaApp, issuer: str, phone: VirtualPhone, person: str | None, say: Say
) -> dict[str, Any]:
    number = 0
    while True:
        told = _next(java)
        event = told.pop("event")
        if event == "waiting":
            number = _shown(told["number"], number, say)
        elif event == "launch":
            _launch(java, phone, told, number, person, say)
        elif event == "send_auth":
            _send_auth(java, phone, told, person, say)
        elif event == "signed_in":
            return {"claims": told["claims"], "userinfo": _userinfo(java, issuer)}
        else:
            raise SignInFailed(f"{event}: {told.get('reason')}: {told.get('words', '')}")


def _next(java: JavaApp) -> dict[str, Any]:
    try:
        return java.next(PATIENCE)
    except queue.Empty:
        raise SignInFailed("Nobody confirmed in time.") from None


def _shown(number: int, before: int, say: Say) -> int:
    if number != before:
        say(f"If the mini program asks for a number, it is this one: {number}")
    return number


def _launch(
    java: JavaApp,
    phone: VirtualPhone,
    launch: dict[str, Any],
    number: int,
    person: str | None,
    say: Say,
) -> None:
    say("Launch parameters for WXLaunchMiniProgram:")
    say(json.dumps(launch, indent=2, ensure_ascii=False))
    shown = phone.launch_mini_program(launch)
    if person is None:
        say(f"Open the virtual phone and confirm: {shown}")
        return
    try:
        if phone.confirm(person, launch["path"], number):
            say(f"The mini program asked for the number; {person} picked {number}.")
        say(f"{person} confirmed on the virtual phone.")
    except SandboxRefused:
        raise
    except SignInFailed as refused:
        say(f"The mini program was told: {refused}")
    java.say("returned")


def _send_auth(
    java: JavaApp, phone: VirtualPhone, asked: dict[str, Any], person: str | None, say: Say
) -> None:
    say("SendAuth parameters for WeChat's SDK:")
    say(json.dumps(asked, indent=2))
    code = phone.send_auth(asked, person, say)
    if code is None:
        java.say("send-auth-denied")
    else:
        say("WeChat gave the app a code.")
        java.say("send-auth", code, asked["state"])


def _userinfo(java: JavaApp, issuer: str) -> dict[str, Any]:
    """Asked with the helper's own headers: token and proof."""
    address = f"{issuer}/userinfo"
    java.say("headers", "GET", address)
    headers = _next(java)["headers"]
    return dict(requests.get(address, headers=headers, timeout=TIMEOUT).json())
