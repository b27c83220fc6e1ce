"""Every second copy of a step that succeeded goes on, or says where to go."""

from typing import Any

from tests.deployment import Browser, Deployment, onward
from tests.relying_party import RelyingParty
from tests.spec.conftest import deployment

__all__ = ["deployment"]
ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36"


def consented(deployment: Deployment) -> tuple[Browser, RelyingParty, Any]:
    """A browser that has been through a sign-in: itself, the application, the parked request."""
    deployment.connection()
    shop = deployment.application(first_party=True)
    browser = deployment.browser()
    started = shop.start()
    finished = browser.prove_by_scan(started.url, "li-lei")
    return browser, shop, (started, finished.location)


def test_finish_that_is_sent_twice_goes_on(deployment: Deployment) -> None:
    deployment.connection()
    browser = deployment.browser()
    login = browser.get(deployment.application().start().url)
    scan = browser.submit(browser.get(login.location), login.location, connection="wechat")
    browser.scan(scan.location, "li-lei")
    page = browser.get(scan.location)
    first = browser.submit(page, scan.location + "/finish")

    again = browser.submit(page, scan.location + "/finish")

    assert (again.status_code, again.location) == (303, first.location)


def test_reload_while_the_code_lives_gives_it_again(deployment: Deployment) -> None:
    browser, shop, (started, resume) = consented(deployment)
    lost = browser.get(resume)
    deployment.clock.advance(59)

    answer = browser.get(resume)

    code = shop.response(answer.location, started)["code"]
    assert lost.status_code == 303
    assert shop.redeem(code, started).status_code == 200


def test_code_that_is_given_again_lives_no_longer(deployment: Deployment) -> None:
    browser, shop, (started, resume) = consented(deployment)
    browser.get(resume)
    deployment.clock.advance(59)
    code = shop.response(browser.get(resume).location, started)["code"]
    deployment.clock.advance(2)

    assert shop.redeem(code, started).get_json()["error"] == "invalid_grant"


def test_back_after_the_end_says_where_to_go(deployment: Deployment) -> None:
    browser, shop, (started, resume) = consented(deployment)
    code = shop.response(browser.get(resume).location, started)["code"]
    shop.redeem(code, started)

    page = browser.get(resume)
    sign_in = browser.get(resume.replace("/authorize/", "/sign-in/"))

    assert "already finished" in page.text
    assert onward(page) == "https://shop.example/"
    assert (sign_in.status_code, sign_in.location) == (303, resume)


def test_second_tab_goes_on_once_the_first_is_signed_in(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True)
    browser = deployment.browser()
    second = shop.start()
    waiting = browser.get(second.url).location
    scan = browser.submit(browser.get(waiting), waiting, connection="wechat").location
    browser.sign_in(shop.start().url, "li-lei")

    reloaded, at_the_code = browser.get(waiting), browser.get(scan)

    assert reloaded.status_code == at_the_code.status_code == 303
    assert reloaded.location == at_the_code.location
    assert shop.response(browser.get(reloaded.location).location, second)["code"]


def test_second_tab_that_must_ask_again_still_asks(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True)
    browser = deployment.browser()
    waiting = browser.get(shop.start(prompt="login").url).location
    browser.sign_in(shop.start().url, "li-lei")

    page = browser.get(browser.get(waiting).location)

    assert "You are signed in here as" in page.text


def test_scheme_of_an_app_is_opened_by_a_touch_on_android(deployment: Deployment) -> None:
    deployment.connection()
    app = deployment.application(
        "app",
        redirect_uris=("com.example.app:/callback",),
        application_type="native",
        token_endpoint_auth_method="none",
    )
    browser = deployment.browser()
    started = app.start()
    consent = browser.sign_in(started.url, "li-lei").location
    browser.agent = ANDROID

    page = browser.consent(consent)

    assert page.status_code == 200
    assert "Back to App" in page.text
    code = app.response(onward(page), started)["code"]
    assert app.redeem(code, started).status_code == 200
