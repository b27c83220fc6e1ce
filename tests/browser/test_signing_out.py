"""Signing out as a person sees it, of an application that is told in both channels."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from app.demo.deployment import Deployment
from tests.browser.conftest import NewPage
from tests.browser.people import Desktop, Phone
from tests.browser.test_application import signed_in
from tests.relying_party import s256
from tests.spec.receiver import Receiver, receiving


@pytest.fixture
def forum(demo: Deployment) -> Iterator[Receiver]:
    """Another application, registered by command, whose server notes what reaches it."""
    with receiving() as server:
        options = {
            "--client-id": "forum",
            "--name": "Forum",
            "--redirect-uri": server.url + "/callback",
            "--post-logout-redirect-uri": server.url + "/bye",
            "--frontchannel-logout-uri": server.url + "/front",
            "--backchannel-logout-uri": server.url + "/back",
            "--connection": "wechat-mini",
        }
        words = [word for option in options.items() for word in option]
        command("clients", "add", *words, "--first-party", demo=demo)
        yield server
        command("clients", "delete", "forum", "--yes", demo=demo)


def command(*words: str, demo: Deployment) -> None:
    environment = {**os.environ, **demo.qiao_environment()}
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        env=environment,
        check=True,
        capture_output=True,
    )


def enter(desktop: Desktop, forum: Receiver) -> None:
    """Signs in to the forum, silently, as whoever is signed in."""
    request = {
        "response_type": "code",
        "client_id": "forum",
        "redirect_uri": forum.url + "/callback",
        "scope": "openid",
        "code_challenge": s256("v" * 43),
        "code_challenge_method": "S256",
    }
    desktop.page.goto(f"{desktop.demo.issuer}/authorize?{urlencode(request)}")
    expect(desktop.page).to_have_url(re.compile(re.escape(forum.url + "/callback?code=")))


def test_person_who_says_yes_is_signed_out_everywhere_and_sent_back(
    desktop: Desktop, phone: Phone, forum: Receiver
) -> None:
    signed_in(desktop, phone)
    enter(desktop, forum)
    back = {"client_id": "forum", "post_logout_redirect_uri": forum.url + "/bye", "state": "s 1"}

    desktop.page.goto(f"{desktop.demo.issuer}/logout?{urlencode(back)}")
    expect(desktop.page.locator("h1")).to_have_text("Sign out?")
    desktop.page.locator("button[value=leave]").click()

    expect(desktop.page).to_have_url(forum.url + "/bye?state=s+1")
    assert "/front" in forum.visits
    assert forum.arrived.wait(10), "the server has not delivered the logout token"
    assert list(forum.forms[0]) == ["logout_token"]
    desktop.page.goto(f"{desktop.demo.issuer}/logout")
    expect(desktop.page.locator("h1")).to_have_text("Nobody is signed in here")


def test_signing_out_needs_no_javascript(new_page: NewPage, demo: Deployment, phone: Phone) -> None:
    desktop = Desktop(new_page(java_script_enabled=False), demo)
    desktop.ask_to_sign_in()
    number = desktop.number()
    phone.picked_up_by("john-smith")
    phone.scan()
    phone.confirm(number)
    desktop.page.locator("[data-finish] button").click()
    desktop.allow()
    desktop.is_signed_in()

    desktop.page.goto(f"{demo.issuer}/logout")
    desktop.page.locator("button[value=leave]").click()

    expect(desktop.page.locator("h1")).to_have_text("You are signed out")
    desktop.page.goto(f"{demo.application}/login")
    expect(desktop.page.get_by_role("heading", name="Sign in")).to_be_visible()
