"""An application that nobody vouched for sends no browser on by a link (RFC 9700 4.11.2)."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import TestClock
from tests.databases import Database
from tests.relying_party import RelyingParty, Started
from tests.sandbox_server import LiveSandbox
from tests.spec.registrant import Registrant, registering

EVIL = "https://evil.example/cb"


@pytest.fixture
def registrant(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Registrant]:
    with registering(sqlite, wechat, clock) as registrant:
        yield registrant


def stranger(registrant: Registrant, **metadata: Any) -> RelyingParty:
    registered = registrant.register(redirect_uris=[EVIL], **metadata).get_json()
    return registrant.application(registered)


@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "token"},
        {"scope": "quatsch"},
        {"prompt": "none"},
        {"nonce": "n" * 3000},
        {"max_age": "soon", "response_mode": "fragment"},
        {"prompt": "none", "response_mode": "jwt"},
    ],
)
def test_error_for_a_stranger_is_a_page_that_names_the_host(
    registrant: Registrant, changes: dict[str, str | None]
) -> None:
    started = stranger(registrant).start(**changes)

    answer = registrant.deployment.browser().get(started.url)

    assert (answer.status_code, answer.location) == (200, None)
    assert "Go on to evil.example?" in answer.text
    assert f'href="{EVIL}' in answer.text
    assert "error=" in answer.text or "response=" in answer.text
    assert "http-equiv" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_form_for_a_stranger_waits_for_a_press(registrant: Registrant) -> None:
    started = stranger(registrant).start(prompt="none", response_mode="form_post")

    answer = registrant.deployment.browser().get(started.url)

    assert "form-post.js" not in answer.text
    assert '<input type="hidden" name="error" value="login_required">' in answer.text


def test_posted_and_pushed_requests_of_a_stranger_get_the_page_too(registrant: Registrant) -> None:
    shop = stranger(registrant)
    started = shop.start(prompt="none")
    browser = registrant.deployment.browser()
    form = "application/x-www-form-urlencoded"
    query = started.url.partition("?")[2]

    posted = browser.http.post("/authorize", data=query, content_type=form)
    then = browser.get(posted.location)
    if then.status_code == 303 and then.location.startswith("/authorize/"):
        then = browser.get(then.location)

    assert (then.status_code, then.location) == (200, None)
    assert "Go on to evil.example?" in then.text


def test_person_who_says_no_goes_back_to_the_stranger_at_once(registrant: Registrant) -> None:
    registrant.deployment.connection()
    shop = stranger(registrant)
    switch_on(registrant, shop)
    browser = registrant.deployment.browser()
    consent = browser.sign_in(shop.start().url, "li-lei")

    answer = browser.submit(browser.get(consent.location), consent.location, decision="deny")

    assert answer.status_code == 303
    assert answer.location.startswith(EVIL)


def test_application_of_an_administrator_is_answered_by_a_redirect(registrant: Registrant) -> None:
    shop = registrant.deployment.application()

    answer = registrant.deployment.browser().get(shop.start(prompt="none").url)

    assert answer.status_code == 303


def test_logout_with_an_id_token_of_a_stranger_redirects_nobody_else(
    registrant: Registrant,
) -> None:
    registrant.deployment.connection()
    shop = stranger(registrant, post_logout_redirect_uris=[EVIL])
    switch_on(registrant, shop)
    browser = registrant.deployment.browser()
    started = shop.start()
    answer = browser.consent(browser.sign_in(started.url, "li-lei").location)
    code = shop.response(answer.location, started)["code"]
    id_token = redeemed(shop, code, started)["id_token"]

    victim = registrant.deployment.browser().get(
        f"/logout?id_token_hint={id_token}&post_logout_redirect_uri={EVIL}"
    )

    assert (victim.status_code, victim.location) == (200, None)
    assert "http-equiv" not in victim.text
    assert "evil.example" in victim.text


def redeemed(shop: RelyingParty, code: str, started: Started) -> Any:
    answer = shop.redeem(code, started)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def switch_on(registrant: Registrant, shop: RelyingParty) -> None:
    registrant.deployment.switch_on(shop.client_id)
