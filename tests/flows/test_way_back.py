"""Every page on which a sign-in ends wears the application's brand and leads back to it."""

import re
from typing import Any

from app.database import db
from app.enablement import sources
from tests.deployment import Browser, Deployment, onward
from tests.flows.test_cancel import refusal


def ended(browser: Browser, url: str, person: str = "li-lei") -> Any:
    page = browser.prove_by_scan(url, person)
    assert page.status_code in (403, 409), page.text
    return page


def leave(browser: Browser, page: Any) -> Any:
    [action] = re.findall(r'<form class="leave" method="post" action="([^"]+)"', page.text)
    assert re.findall(r'<div class="name"><bdi>([^<]*)', page.text) == ["Shop"]
    return browser.submit(page, action)


def test_person_without_an_account_and_connection_that_was_switched_off_lead_back(
    deployment: Deployment,
) -> None:
    deployment.connection(login_only=True)
    shop, browser = deployment.application(), deployment.browser()
    stranger = shop.start()

    page = ended(browser, stranger.url)
    ways = browser.get(re.findall(r'href="(/sign-in/[^"]+)">All ways', page.text)[0])

    assert "No account here belongs to this WeChat" in page.text
    assert ways.status_code == 200  # and not the code again, at once
    assert refusal(shop, stranger, leave(browser, page)) == "access_denied"

    second = shop.start()
    login = browser.get(second.url).location
    scan = browser.get(login).location
    with deployment.app.app_context():
        sources.switch(db.session(), deployment.clock, "shop", "wechat", enabled=False, actor="x")
        db.session.commit()
    page = browser.get(scan)

    assert "This way of signing in is not available" in page.text
    assert refusal(shop, second, leave(browser, page)) == "access_denied"


def test_sign_in_that_took_too_long_can_still_be_refused_and_then_says_where_to_go(
    deployment: Deployment,
) -> None:
    deployment.connection()
    shop = deployment.application(client_uri="https://shop.example/start")
    browser, started = deployment.browser(), shop.start()
    login = browser.get(started.url).location
    deployment.clock.advance(1801)

    page = browser.get(login)
    stranger = deployment.browser().get(login)

    assert "This sign-in took too long" in page.text
    assert "Shop" not in stranger.text
    assert 'href="/"' in stranger.text
    assert refusal(shop, started, leave(browser, page)) == "access_denied"
    over = browser.get(login)
    assert "already finished" in over.text
    assert onward(over) == "https://shop.example/start"


def test_wrong_number_is_told_as_one(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser = deployment.application(), deployment.browser()
    scan = browser.get(browser.get(shop.start().url).location).location
    browser.ticket(scan)
    scene = deployment.wechat.mini_program_codes()[0]["scene"]
    phone = deployment.app.test_client(use_cookies=False)
    phone.post(f"/federation/v1/tickets/{scene}/confirm", json={"js_code": "x", "number": 9})

    page = browser.get(scan)

    assert 'data-reason="wrong_number">Wrong number<' in page.text
    assert "A wrong number was picked on the phone" in page.text
    assert ">Declined<" not in page.text
