"""The way back from every page before consent: whoever began the sign-in is told no, once."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier
from typing import Any

import pytest

from app.database import db
from tests.deployment import Browser, Deployment
from tests.flows.story import SignedIn, signed_in
from tests.flows.test_device import begin, poll, television, type_code
from tests.flows.test_which_account import asked_shop, prove, question_of
from tests.relying_party import ISSUER, RelyingParty, Started

pytestmark = pytest.mark.in_turn

LOOPBACK = "http://127.0.0.1/callback"


def way_back(page: Any) -> str:
    """Where the form of the page's Cancel goes; there is one."""
    assert page.status_code == 200, page.text
    [action] = re.findall(r'<form class="leave" method="post" action="([^"]+)"', page.text)
    return str(action)


def go_back(browser: Browser, page: Any) -> Any:
    return browser.submit(page, way_back(page))


def refusal(shop: RelyingParty, started: Started, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    sent = shop.response(answer.location, started)
    assert "code" not in sent
    return sent["error"]


def scan_page(browser: Browser, started: Started) -> Any:
    login = browser.get(started.url)
    return browser.submit(browser.get(login.location), login.location, connection="wechat")


def test_sign_in_page_goes_back_to_the_application(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser = deployment.application(), deployment.browser()
    started = shop.start()
    page = browser.choice(started.url)

    answer = go_back(browser, page)
    again = go_back(browser, page)

    assert "Back to Shop" in page.text
    assert refusal(shop, started, answer) == "access_denied"
    assert again.status_code == 410
    assert "Location" not in again.headers


def test_person_who_has_consented_before_can_go_back_too(deployment: Deployment) -> None:
    story = signed_in(deployment, first_party=True)
    shop = deployment.application("third")
    story.browser.consent(story.browser.get(shop.start().url).location)
    started = shop.start(prompt="login")

    answer = go_back(story.browser, story.browser.choice(started.url))

    assert refusal(shop, started, answer) == "access_denied"
    silent = shop.start(prompt="none")
    assert "code" in shop.response(story.browser.get(silent.url).location, silent)


@pytest.mark.parametrize("prompt", ["select_account", "continue"])
def test_pages_for_who_is_signed_in_go_back(deployment: Deployment, prompt: str) -> None:
    story = signed_in(deployment)
    native = {"token_endpoint_auth_method": "none", "application_type": "native"}
    app = deployment.application("app", first_party=True, redirect_uris=(LOOPBACK,), **native)
    started = app.start(prompt="select_account") if prompt == "select_account" else app.start()
    asked = story.browser.get(started.url)

    answer = go_back(story.browser, story.browser.get(asked.location))

    assert prompt.replace("_", "-") in asked.location
    assert refusal(app, started, answer) == "access_denied"


@pytest.mark.parametrize("proven", [False, True], ids=["which account", "connect"])
def test_question_of_a_new_wechat_goes_back_and_connects_nothing(
    deployment: Deployment, proven: bool
) -> None:
    shop = asked_shop(deployment)
    signed_in_before = deployment.browser()
    first = shop.start()
    new = signed_in_before.prove_by_scan(first.url, "li-lei").location
    signed_in_before.submit(signed_in_before.get(new), f"{new}/new")
    browser, started = deployment.browser(), shop.start()
    question = question_of(browser, started)
    page = prove(browser, question, "li-lei").location if proven else question

    answer = go_back(browser, browser.get(page))

    assert refusal(shop, started, answer) == "access_denied"
    assert browser.get(page).status_code == 410


def test_scan_that_waits_ends_with_its_ticket(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser = deployment.application(first_party=True), deployment.browser()
    started = shop.start()
    scan = scan_page(browser, started).location
    page = browser.get(scan)
    browser.ticket(scan)  # the phone has it open

    answer = go_back(browser, page)

    assert refusal(shop, started, answer) == "access_denied"
    assert browser.get(scan + "/status").get_json()["state"] == "denied"
    phone = deployment.app.test_client(use_cookies=False)
    scene = deployment.wechat.mini_program_codes()[0]["scene"]
    confirmed = phone.post(
        f"/federation/v1/tickets/{scene}/confirm",
        json={"js_code": deployment.wechat.js_code("li-lei"), "number": 10, "scene": 1047},
    )
    assert confirmed.status_code != 200
    assert browser.submit(page, scan + "/finish").status_code == 410


def test_other_browser_ends_nobodys_ticket(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser, other = deployment.application(), deployment.browser(), deployment.browser()
    scan = scan_page(browser, shop.start()).location
    theirs = other.choice(shop.start().url)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', theirs.text)[0]

    answer = other.http.post(scan + "/cancel", data={"csrf_token": token})

    assert answer.status_code == 403
    assert browser.get(scan + "/status").get_json()["state"] == "pending"


def test_link_alone_cancels_nothing(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser = deployment.application(), deployment.browser()
    login = browser.get(shop.start().url).location

    by_link = browser.get(login + "/cancel")
    without_token = browser.http.post(login + "/cancel")

    assert by_link.status_code in (404, 405)
    assert without_token.status_code == 400
    assert browser.get(f"{login}?ways=all").status_code == 200


def test_rfc8628_3_5_device_is_told_no(deployment: Deployment) -> None:
    deployment.connection()
    tv, browser = television(deployment), deployment.browser()
    shown = begin(tv).get_json()
    login = browser.get(type_code(browser, shown["user_code"]).location).location
    page = browser.get(f"{login}?ways=all")

    end = go_back(browser, page)

    assert "Stop: sign nothing in on the device" in page.text
    assert "The device was told no" in end.text
    assert poll(tv, shown["device_code"]).get_json()["error"] == "access_denied"


def test_rfc8628_3_5_device_is_told_no_before_anybody_signs_in(deployment: Deployment) -> None:
    """The code came in the address that the device showed."""
    tv, browser = television(deployment), deployment.browser()
    shown, other = begin(tv).get_json(), begin(tv).get_json()
    page = browser.get(shown["verification_uri_complete"].removeprefix(ISSUER))

    end = go_back(browser, page)
    again = go_back(browser, page)

    assert "The device was told no" in end.text
    assert poll(tv, shown["device_code"]).get_json()["error"] == "access_denied"
    assert poll(tv, other["device_code"]).get_json()["error"] == "authorization_pending"
    assert "Nothing was signed in" in again.text


def test_page_for_a_devices_code_can_be_left_without_one(deployment: Deployment) -> None:
    deployment.connection()
    tv, browser = television(deployment), deployment.browser()
    shown = begin(tv).get_json()

    left = go_back(browser, browser.get("/device"))

    assert "Nothing was signed in" in left.text
    assert 'href="/device"' in left.text
    assert poll(tv, shown["device_code"]).get_json()["error"] == "authorization_pending"


def test_console_can_be_left_at_its_door(deployment: Deployment) -> None:
    browser = deployment.browser()
    door = browser.get(browser.get("/admin/").location)
    [away] = re.findall(r'<a href="([^"]+)">Cancel</a>', door.text)

    left = browser.get(away)

    assert "Nothing was signed in" in left.text
    assert 'href="/admin/sign-in"' in left.text


def test_own_page_of_who_is_not_signed_in_says_that_nothing_happened(
    deployment: Deployment,
) -> None:
    deployment.connection()
    browser = deployment.browser()
    page = browser.choice("/account")

    left = go_back(browser, page)

    assert ">Cancel<" in page.text
    assert left.status_code == 200
    assert "Nothing was signed in" in left.text


@pytest.mark.parametrize("task", ["account", "link"])
def test_own_page_goes_back_to_the_account(deployment: Deployment, task: str) -> None:
    story = signed_in(deployment)
    browser = story.browser
    if task == "account":
        deployment.clock.advance(3600)
        asked = browser.get("/account/delete")
        page = browser.get(f"{asked.location}?ways=all")
    else:
        account = browser.get("/account")
        scan = browser.submit(account, "/account/sources/connect", connection="wechat")
        page = browser.get(scan.location)

    answer = go_back(browser, page)

    assert (answer.status_code, answer.location) == (303, "/account")
    assert browser.get("/account").status_code == 200


def test_proof_goes_back_to_its_question(deployment: Deployment) -> None:
    shop = asked_shop(deployment)
    browser, started = deployment.browser(), shop.start()
    question = question_of(browser, started)
    scan = browser.submit(browser.get(question), f"{question}/prove", connection="wechat")

    back = go_back(browser, browser.get(scan.location))

    assert back.location == question
    assert browser.get(question).status_code == 200


def test_words_are_chinese_for_who_reads_chinese(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser = deployment.application(), deployment.browser()

    page = browser.choice(shop.start(ui_locales="zh-CN").url)

    assert "返回“Shop”" in page.text


def at_once(*calls: Any) -> list[Any]:
    barrier = Barrier(len(calls))

    def run(call: Any) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        waiting = [pool.submit(Context().run, run, call) for call in calls]
        return [each.result() for each in waiting]


def twin(browser: Browser) -> Browser:
    """Another tab of the same browser."""
    http = browser.deployment.app.test_client()
    http._cookies = dict(browser.http._cookies)  # type: ignore[attr-defined]
    return Browser(browser.deployment, http, browser.agent)


def answers(shop: RelyingParty, started: Started, sent: list[Any]) -> list[str]:
    """What reached the application: ``code`` or an error, for each that did."""
    told = []
    for each in sent:
        if each.status_code == 303 and each.location.startswith(shop.redirect_uri):
            response = shop.response(each.location, started)
            told.append("code" if "code" in response else response["error"])
    return told


@pytest.mark.on_each
@pytest.mark.parametrize("attempt", range(6))
def test_cancel_and_a_code_at_the_same_moment_give_one_answer(
    deployment: Deployment, attempt: int
) -> None:
    """Two tabs, one of which goes on as who is signed in."""
    story = signed_in(deployment)
    started = story.shop.start(prompt="select_account")
    asked = story.browser.get(started.url).location
    page = story.browser.get(asked)
    here, there = story.browser, twin(story.browser)
    resumed = here.submit(page, asked, decision="stay").location

    sent = at_once(lambda: here.get(resumed), lambda: go_back(there, page))

    told = answers(story.shop, started, sent)
    assert told in (["code"], ["access_denied"])
    [loser] = [answer for answer in sent if answer.status_code != 303]
    assert "already" in loser.text, attempt


@pytest.mark.on_each
@pytest.mark.parametrize("attempt", range(6))
def test_cancel_and_a_confirmed_scan_at_the_same_moment_give_one_answer(
    deployment: Deployment, attempt: int
) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True)
    browser, started = deployment.browser(), shop.start()
    scan = scan_page(browser, started).location
    browser.scan(scan, "li-lei")
    page = browser.get(scan)
    tab = twin(browser)

    finished, cancelled = at_once(
        lambda: browser.submit(page, scan + "/finish"), lambda: go_back(tab, page)
    )

    told = [refusal(shop, started, cancelled)]
    if finished.status_code == 303 and "/authorize/" in finished.location:
        gone_on = browser.get(finished.location)
        told += answers(shop, started, [gone_on])
    assert told == ["access_denied"], attempt


@pytest.mark.on_each
def test_refused_request_leaves_nothing_that_lives(deployment: Deployment) -> None:
    story = signed_in(deployment)
    started = story.shop.start(prompt="login")
    page = story.browser.choice(started.url)

    go_back(story.browser, page)

    with deployment.app.app_context():
        rows = db.session.execute(
            db.text(
                "SELECT subject, code_used_at, revoked_at FROM \"grant\" WHERE kind = 'refused'"
            )
            if db.engine.dialect.name != "mysql"
            else db.text(
                "SELECT subject, code_used_at, revoked_at FROM `grant` WHERE kind = 'refused'"
            )
        ).all()
    now = deployment.clock()
    assert [tuple(row) for row in rows] == [(None, now, now)]


def test_story_goes_on_after_going_back(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser = deployment.application(first_party=True), deployment.browser()
    first = shop.start()
    go_back(browser, browser.choice(first.url))
    second = shop.start()

    answer = browser.sign_in(second.url, "li-lei")

    story = SignedIn(shop, browser, second, shop.response(answer.location, second)["code"])
    assert story.tokens()["id_token"]
