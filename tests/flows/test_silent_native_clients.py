"""A local program opens /authorize in somebody's browser, in the name of an application without
a secret: no code comes of it unless a person goes on (RFC 8252 8.6, RFC 6749 10.2)."""

from typing import Any

import pytest

from tests.deployment import Browser, Deployment
from tests.flows.story import signed_in
from tests.relying_party import RelyingParty

pytestmark = pytest.mark.in_turn

LOOPBACK = "http://127.0.0.1/callback"
HOW = {
    "loopback": (LOOPBACK, "http://127.0.0.1:51004/callback"),
    "loopback, IPv6": ("http://[::1]/callback", "http://[::1]:51004/callback"),
    "custom scheme": ("com.example.app:/callback", "com.example.app:/callback"),
    "https on the loopback": ("https://localhost/callback", "https://localhost/callback"),
}


def application(
    deployment: Deployment, registered: str, asked: str, *, first_party: bool, **metadata: Any
) -> RelyingParty:
    fields = {
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "redirect_uris": (registered,),
        "first_party": first_party,
        **metadata,
    }
    app = deployment.application("app", **fields)
    app.redirect_uri = asked
    return app


def somebody(deployment: Deployment, app: RelyingParty, *, consents: bool) -> Browser:
    """A browser in which somebody is signed in who has let the application in before."""
    browser = signed_in(deployment).browser
    if consents:
        asked = browser.get(app.start().url)
        browser.consent(asked.location)
    return browser


@pytest.mark.parametrize("how", HOW.values(), ids=HOW.keys())
@pytest.mark.parametrize("first_party", [True, False], ids=["first party", "remembered consent"])
def test_program_that_asks_by_itself_gets_no_code(
    deployment: Deployment, how: tuple[str, str], first_party: bool
) -> None:
    app = application(deployment, *how, first_party=first_party)
    browser = somebody(deployment, app, consents=not first_party)
    started = app.start()

    asked = browser.get(started.url)
    page = browser.get(asked.location)
    gone_on = browser.submit(page, asked.location)
    sent = app.response(browser.get(gone_on.location).location, started)

    assert asked.location.startswith("/continue/")
    assert "Continue as" in page.text
    assert page.text.count('class="button') == 1
    assert "id_token" in app.redeem(sent["code"], started).get_json()


@pytest.mark.parametrize("how", HOW.values(), ids=HOW.keys())
def test_prompt_none_needs_a_person(deployment: Deployment, how: tuple[str, str]) -> None:
    app = application(deployment, *how, first_party=True)
    browser = somebody(deployment, app, consents=False)
    started = app.start(prompt="none")

    answer = browser.get(started.url)

    assert app.response(answer.location, started)["error"] == "interaction_required"


def test_pushed_request_is_not_answered_silently_either(deployment: Deployment) -> None:
    app = application(deployment, *HOW["custom scheme"], first_party=True)
    browser = somebody(deployment, app, consents=False)
    started = app.start()
    fields = dict(part.split("=", 1) for part in started.url.partition("?")[2].split("&"))
    pushed = app.http.post(
        "/par",
        data="&".join(f"{k}={v}" for k, v in fields.items()),
        content_type="application/x-www-form-urlencoded",
    ).get_json()

    asked = browser.get(f"/authorize?client_id=app&request_uri={pushed['request_uri']}")

    assert asked.location.startswith("/continue/")


def test_second_code_needs_a_person_again(deployment: Deployment) -> None:
    app = application(deployment, *HOW["custom scheme"], first_party=True)
    browser = somebody(deployment, app, consents=False)
    asked = browser.get(app.start().url)
    browser.submit(browser.get(asked.location), asked.location)

    again = browser.get(app.start().url)

    assert again.location.startswith("/continue/")


def test_form_of_somebody_else_goes_on_as_nobody(deployment: Deployment) -> None:
    app = application(deployment, *HOW["custom scheme"], first_party=True)
    browser = somebody(deployment, app, consents=False)
    asked = browser.get(app.start().url)
    page = browser.get(asked.location)

    sent = browser.submit(page, asked.location, session="somebody-elses")

    assert browser.get(sent.location).location == asked.location


def test_page_speaks_chinese(deployment: Deployment) -> None:
    app = application(deployment, *HOW["custom scheme"], first_party=True)
    browser = somebody(deployment, app, consents=False)

    asked = browser.get(app.start(ui_locales="zh-CN").url)

    assert "的身份继续" in browser.get(asked.location).text


def test_claimed_https_address_stays_silent(deployment: Deployment) -> None:
    address = "https://app.example/callback"
    app = application(deployment, address, address, first_party=True)
    browser = somebody(deployment, app, consents=False)
    loud, silent = app.start(), app.start(prompt="none")

    answers = [app.response(browser.get(each.url).location, each) for each in (loud, silent)]

    assert all("code" in answer for answer in answers)


def test_application_that_authenticates_stays_silent(deployment: Deployment) -> None:
    app = application(
        deployment,
        LOOPBACK,
        LOOPBACK,
        first_party=True,
        token_endpoint_auth_method="client_secret_basic",
    )
    browser = somebody(deployment, app, consents=False)
    started = app.start()

    answer = browser.get(started.url)

    assert "code" in app.response(answer.location, started)
