"""Stories of the app that the set-up guide registers: the helper for Android, on a JDK."""

import json
import time
from typing import Any
from urllib.parse import urljoin

import requests

from tests.interop.person import Form, Forms
from tests.mobile.phone import Phone

LAUNCH, SEND_AUTH = "wechat", "wechat-app"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36"
)
TIMEOUT = 60
MOST_PAGES = 8


def signs_in_by_send_auth(phone: Phone) -> None:
    app = phone.app("sign-in", SEND_AUTH)
    phone.agrees(app, phone.until(app, "send_auth"))

    assert phone.until(app, "signed_in")["claims"]["idp"] == SEND_AUTH


def says_that_send_auth_was_refused(phone: Phone) -> None:
    app = phone.app("sign-in", SEND_AUTH)
    phone.until(app, "send_auth")
    app.say("send-auth-denied")

    assert phone.until(app, "failed")["reason"] == "CANCELLED"


def cancels_while_the_mini_program_is_open(phone: Phone) -> None:
    app = phone.app("sign-in", LAUNCH)
    launch = phone.until(app, "launch")
    phone.opens(launch)
    phone.visits(launch, "li-lei", "read")
    app.say("cancel")

    assert phone.until(app, "failed")["reason"] == "CANCELLED"
    assert phone.visits(launch, "li-lei", "confirm")["body"]["error"] == "ticket_denied"


def is_killed_while_the_person_confirms(phone: Phone) -> None:
    app = phone.app("sign-in", LAUNCH)
    launch = phone.until(app, "launch")
    phone.until(app, "waiting")
    app.kill()
    phone.confirms(launch)
    next_one = phone.app("resume")

    assert phone.until(next_one, "signed_in")["claims"]["idp"] == LAUNCH


def refreshes_with_its_key_alone(phone: Phone) -> None:
    app = phone.app("sign-in", LAUNCH)
    phone.confirms(phone.until(app, "launch"))
    app.say("returned")
    phone.until(app, "signed_in")
    first, userinfo = tokens(phone), f"{phone.deployment.issuer}/userinfo"
    (phone.memory / "tokens").write_text(json.dumps({**first, "ends": 0}), encoding="utf-8")
    app.say("headers", "GET", userinfo)
    headers = phone.until(app, "headers")["headers"]
    second = tokens(phone)["refresh_token"]
    thief = {"grant_type": "refresh_token", "client_id": phone.client[0], "refresh_token": second}
    stolen = requests.post(f"{phone.deployment.issuer}/token", thief, timeout=TIMEOUT)

    assert second != first["refresh_token"]
    assert requests.get(userinfo, headers=headers, timeout=TIMEOUT).json()["sub"]
    assert stolen.json()["error"] == "invalid_grant"


def goes_on_in_the_browser(phone: Phone) -> None:
    """Under association rule ``ask``, for somebody new."""
    app = phone.app("sign-in", LAUNCH)
    phone.confirms(phone.until(app, "launch"), "john-smith")
    app.say("returned")
    app.say("redirected", says_that_they_are_new(phone, phone.until(app, "browser")["address"]))

    assert phone.until(app, "signed_in")["claims"]["idp"] == LAUNCH


def says_that_they_are_new(phone: Phone, address: str) -> str:
    """What the phone's browser is sent back to the app with."""
    browser = requests.Session()
    browser.trust_env = False
    browser.headers["User-Agent"] = ANDROID
    shown = browser.get(address, allow_redirects=False, timeout=TIMEOUT)
    for _ in range(MOST_PAGES):
        if shown.is_redirect:
            address = urljoin(shown.url, shown.headers["Location"])
            if not address.startswith(phone.deployment.issuer):
                return address
            shown = browser.get(address, allow_redirects=False, timeout=TIMEOUT)
        else:
            action, fields = as_new(Forms(shown.text).found)
            where = urljoin(shown.url, action)
            shown = browser.post(where, fields, allow_redirects=False, timeout=TIMEOUT)
    raise AssertionError(shown.text)


def as_new(forms: list[Form]) -> tuple[str, dict[str, str]]:
    for form in forms:
        if ("decision", "allow") in form.buttons:
            return form.action, {**form.fields, "decision": "allow"}
        if form.action.endswith("/new"):
            return form.action, form.fields
    raise AssertionError(forms)


def tokens(phone: Phone) -> dict[str, Any]:
    return dict(json.loads((phone.memory / "tokens").read_text(encoding="utf-8")))


def is_told_of_a_confirmation_at_once(phone: Phone) -> None:
    """By the long poll, without coming to the front."""
    app = phone.app("sign-in", LAUNCH)
    launch = phone.until(app, "launch")
    phone.opens(launch)
    phone.visits(launch, "li-lei", "read")
    while not phone.until(app, "waiting")["opened"]:
        pass
    time.sleep(1.5)  # it waits again
    phone.visits(launch, "li-lei", "confirm")
    begun = time.monotonic()
    phone.until(app, "signed_in")

    assert time.monotonic() - begun < 5


STORIES = (
    signs_in_by_send_auth,
    says_that_send_auth_was_refused,
    cancels_while_the_mini_program_is_open,
    is_killed_while_the_person_confirms,
    refreshes_with_its_key_alone,
    is_told_of_a_confirmation_at_once,
)
