"""Rule ``ask``: whose is a WeChat that nobody knows here yet? Asked in the browser, always."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.deployment import Browser, Deployment
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native, redeem
from tests.relying_party import RelyingParty, Started

pytestmark = pytest.mark.in_turn

NEW_PERSON = "john-smith"
RETURN = "com.example.app:/callback"


def subject(shop: RelyingParty, started: Started, location: str) -> Any:
    tokens = shop.redeem(shop.response(location, started)["code"], started).get_json()
    return shop.verified(tokens["id_token"])["sub"]


def an_account(deployment: Deployment, shop: RelyingParty, person: str) -> Any:
    """``person`` becomes known, as somebody who is new here; their ``sub``."""
    started, browser = shop.start(), deployment.browser()
    question = browser.prove_by_scan(started.url, person).location
    return subject(shop, started, answer_new(browser, question).location)


def answer_new(browser: Browser, question: str) -> Any:
    done = browser.submit(browser.get(question), f"{question}/new")
    return browser.get(done.location)


def prove(browser: Browser, question: str, person: str) -> Any:
    """Proves an account with its WeChat; leads to the page that names it."""
    scan = browser.submit(browser.get(question), f"{question}/prove", connection="wechat")
    browser.scan(scan.location, person)
    return browser.submit(browser.get(scan.location), scan.location + "/finish")


def connect(browser: Browser, page: str) -> Any:
    """Agrees to connect the new WeChat with the account that the page names."""
    return browser.submit(browser.get(page), page)


def asked_shop(deployment: Deployment, **changes: Any) -> RelyingParty:
    for person in ("li-lei", NEW_PERSON):
        deployment.wechat.person(person, unionid="unbound")
    deployment.connection(association="ask", **changes)
    return deployment.application(first_party=True)


def question_of(browser: Browser, started: Started) -> str:
    """The page where the new WeChat is asked about."""
    return str(browser.prove_by_scan(started.url, NEW_PERSON).location)


def test_wechat_that_the_account_knows_proves_it(deployment: Deployment) -> None:
    shop = asked_shop(deployment)
    known = an_account(deployment, shop, "li-lei")
    browser, started, later = deployment.browser(), shop.start(), shop.start()
    question = question_of(browser, started)

    proven = connect(browser, prove(browser, question, "li-lei").location)
    first = subject(shop, started, browser.get(proven.location).location)
    again = deployment.browser().sign_in(later.url, NEW_PERSON)

    assert first == known
    assert subject(shop, later, again.location) == known


def test_wechat_that_nobody_knows_proves_nothing(deployment: Deployment) -> None:
    shop = asked_shop(deployment)
    browser, started = deployment.browser(), shop.start()
    question = question_of(browser, started)

    refused = prove(browser, question, "zhang-wei")

    assert refused.status_code == 403
    assert "No account here knows this WeChat either" in refused.text
    assert browser.get(question).status_code == 200


def test_question_survives_a_reload_and_is_answered_once(deployment: Deployment) -> None:
    shop = asked_shop(deployment)
    browser, started = deployment.browser(), shop.start()
    question = question_of(browser, started)
    page = browser.get(question)

    reloaded = browser.get(question)
    first = browser.submit(page, f"{question}/new")
    second = browser.submit(page, f"{question}/new")

    assert reloaded.status_code == 200
    assert first.location == second.location
    assert "code" in shop.response(browser.get(first.location).location, started)


def test_expired_question_leads_back_to_signing_in(deployment: Deployment) -> None:
    shop = asked_shop(deployment)
    browser, started = deployment.browser(), shop.start()
    question = question_of(browser, started)
    deployment.clock.advance(901)

    late = browser.get(question)
    page = browser.get(browser.get(browser.get(late.location).location).location)

    assert "to sign in" in page.text
    assert page.status_code == 200


def test_question_of_another_browser_is_refused(deployment: Deployment) -> None:
    shop = asked_shop(deployment)
    browser, started = deployment.browser(), shop.start()
    question = question_of(browser, started)

    refused = deployment.browser().get(question)

    assert refused.status_code == 403
    assert "This sign-in was begun in another browser" in refused.text


def test_login_only_offers_no_new_account(deployment: Deployment) -> None:
    shop = asked_shop(deployment, login_only=True)
    browser, started = deployment.browser(), shop.start()
    question = question_of(browser, started)

    page = browser.get(question)
    forced = browser.http.post(f"{question}/new", data={"csrf_token": token_on(page.text)})

    assert f"{question}/new" not in page.text
    assert forced.location.startswith("/authorize/")


def token_on(text: str) -> str:
    return text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def to_the_browser(deployment: Deployment, app: RelyingParty, **more: str) -> Any:
    """The in-app sign-in of somebody new, up to where the app must open a browser."""
    asked = begin(app, state="s-of-the-app", **more).get_json()
    confirm(deployment, asked["launch"], NEW_PERSON)
    return go_on(app, asked["auth_session"])


def open_in_browser(browser: Browser, app: RelyingParty, answer: Any) -> str:
    """Opens the request_uri; the page that the browser ends at."""
    query = {"client_id": app.client_id, "request_uri": answer.get_json()["request_uri"]}
    location = browser.get("/authorize?" + urlencode(query)).location
    return str(browser.get(location).location)


def returned(location: str) -> dict[str, str]:
    assert location.startswith(RETURN)
    return {name: value[0] for name, value in parse_qs(urlsplit(location).query).items()}


def test_in_app_question_goes_on_in_the_browser_and_comes_back(deployment: Deployment) -> None:
    asked_shop(deployment)
    app, browser = native(deployment), deployment.browser()

    answer = to_the_browser(deployment, app)
    question = open_in_browser(browser, app, answer)
    sent = returned(answer_new(browser, question).location)
    tokens = redeem(app, sent["code"], redirect_uri=RETURN).get_json()

    assert (answer.status_code, answer.get_json()["error"]) == (400, "redirect_to_web")
    assert "/which/" in question
    assert sent["state"] == "s-of-the-app"
    claims = app.verified(tokens["id_token"], "n-of-the-app")
    assert claims["wechat_openid"] == deployment.wechat.openid(NEW_PERSON)


def test_in_app_question_is_answered_with_an_account_that_exists(deployment: Deployment) -> None:
    shop = asked_shop(deployment)
    known = an_account(deployment, shop, "li-lei")
    app, browser = native(deployment), deployment.browser()
    question = open_in_browser(browser, app, to_the_browser(deployment, app))

    proven = connect(browser, prove(browser, question, "li-lei").location)
    sent = returned(browser.get(proven.location).location)
    tokens = redeem(app, sent["code"], redirect_uri=RETURN).get_json()

    assert app.verified(tokens["id_token"])["sub"] == known


def test_whoever_is_signed_in_in_the_browser_is_not_taken_for_the_person_at_the_app(
    deployment: Deployment,
) -> None:
    shop = asked_shop(deployment)
    app, browser, started = native(deployment), deployment.browser(), shop.start()
    answer_new(browser, browser.prove_by_scan(started.url, "li-lei").location)

    question = open_in_browser(browser, app, to_the_browser(deployment, app))
    sent = returned(answer_new(browser, question).location)
    tokens = redeem(app, sent["code"], redirect_uri=RETURN).get_json()

    claims = app.verified(tokens["id_token"])
    assert claims["wechat_openid"] == deployment.wechat.openid(NEW_PERSON)


def test_in_app_question_survives_leaving_its_page_and_expiry(deployment: Deployment) -> None:
    asked_shop(deployment)
    app, browser = native(deployment), deployment.browser()
    question = open_in_browser(browser, app, to_the_browser(deployment, app))
    choose = question.partition("/which/")[0]

    left = browser.get(choose)
    other = browser.get(f"{choose}?ways=all")
    deployment.clock.advance(901)
    over = browser.get(choose)

    assert left.location == question
    assert (other.status_code, over.status_code) == (200, 303)
    assert "/scan/" in over.location


def test_in_app_request_cannot_name_a_foreign_redirect_uri(deployment: Deployment) -> None:
    asked_shop(deployment)
    app = native(deployment)

    refused = begin(app, redirect_uri="https://evil.example/callback")

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
