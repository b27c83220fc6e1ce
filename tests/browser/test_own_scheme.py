"""Back to an app by a scheme of its own, which Chromium on Android opens only after a touch."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from playwright.sync_api import expect

from app.demo.deployment import Deployment
from tests.browser.conftest import NewPage
from tests.browser.people import Desktop, Phone
from tests.browser.test_application import signed_in
from tests.browser.test_signing_out import command
from tests.relying_party import s256

ANDROID = "Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile Safari/537.36"
BACK = "com.example.shop:/back"
VERIFIER = "v" * 43


def test_touch_leads_back_to_the_app_with_a_code_that_works_however_often_the_page_is_loaded(
    desktop: Desktop, phone: Phone, new_page: NewPage, demo: Deployment
) -> None:
    signed_in(desktop, phone)
    registered = ("--client-id", "shop-app", "--native", "--connection", "wechat-mini")
    named = ("--name", "Shop", "--redirect-uri", BACK, "--first-party")
    command("clients", "add", *registered, *named, demo=demo)
    page = new_page("phone", user_agent=ANDROID)
    page.context.add_cookies(desktop.page.context.cookies())  # type: ignore[arg-type]
    wished: list[str] = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.enable")
    devtools.on("Page.frameRequestedNavigation", lambda told: wished.append(told["url"]))
    asked = {
        "response_type": "code",
        "client_id": "shop-app",
        "redirect_uri": BACK,
        "scope": "openid",
        "state": "s 1",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
    }

    page.goto(f"{demo.issuer}/authorize?{urlencode(asked)}")
    page.get_by_role("button", name=re.compile("Continue as")).click()
    button = page.locator("a.button.primary")
    expect(button).to_have_text("Back to Shop")
    assert not any(each.startswith(BACK) for each in wished), "nothing leaves before the touch"
    wished.clear()
    button.click()
    button.click()  # the app was not there at first

    assert len(wished) == 2
    sent = parse_qs(urlsplit(wished[-1]).query)
    assert (wished[-1].partition("?")[0], sent["state"]) == (BACK, ["s 1"])
    expect(button).to_be_visible()
    form = {
        "grant_type": "authorization_code",
        "client_id": "shop-app",
        "redirect_uri": BACK,
        "code": sent["code"][0],
        "code_verifier": VERIFIER,
    }
    tokens = requests.post(f"{demo.issuer}/token", data=form, timeout=30)
    assert "id_token" in tokens.json(), tokens.text
    command("clients", "delete", "shop-app", "--yes", demo=demo)
