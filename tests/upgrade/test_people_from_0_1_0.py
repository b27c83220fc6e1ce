"""People of version 0.1.0 go on where they were: sessions, accounts, and all that was under way."""

import re
from typing import Any

import pytest

from tests.federation.push_sender import event, secure_push
from tests.relying_party import Started
from tests.sandbox_server import MINI_PROGRAM
from tests.spec.receiver import receiving
from tests.upgrade.restored import Restored
from tests.upgrade.story import by_scan, finished, redeemed, sign_in

BROWSERS = ("shop", "library", "reports", "gym", "forum", "password")
"""Stories of people who are still signed in at a browser."""
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


# -- people in browsers --------------------------------------------------------------------------


@pytest.mark.parametrize("story", BROWSERS)
def test_browser_session_signs_in_silently(site: Restored, story: str) -> None:
    kept = site.story(story)
    client = site.client(kept["client_id"])
    started = client.start(prompt="none")

    answer = site.browser(kept).get(started.url)

    tokens = redeemed(client, started, answer)
    before, after = (client.verified(one["id_token"]) for one in (kept["tokens"], tokens))
    assert [after[name] for name in ("sub", "auth_time")] == [
        before[name] for name in ("sub", "auth_time")
    ]
    # 0.1.0 told everybody the sid; now who is told of logouts.
    assert after.get("sid") == (before["sid"] if story == "forum" else None)


def test_hint_that_a_retired_key_signed_says_who_is_meant(site: Restored) -> None:
    shop = site.client("shop")
    started = shop.start(prompt="none", id_token_hint=site.held["signed_by_retired_key"])

    right = site.browser(site.story("shop")).get(started.url)
    wrong = site.browser(site.story("password")).get(started.url)

    assert "code" in shop.response(right.location, started)
    assert shop.response(wrong.location, started)["error"] == "login_required"


def test_sealed_wechat_secret_signs_people_in(site: Restored) -> None:
    """Asking WeChat for a picture to scan and whose a code is takes the AppSecret."""
    shop = site.client("shop")

    claims = shop.verified(sign_in(site, shop, "li-lei")["id_token"])

    assert claims["sub"] == site.held["subjects"]["li-lei"]
    assert claims["openid"] == site.deployment.wechat.openid("li-lei")


def test_person_who_was_imported_is_found_by_unionid(site: Restored) -> None:
    unionid = site.deployment.wechat.unionid("john-smith")
    [known] = site.program().get(f"/accounts?q={unionid}")["items"]
    shop = site.client("shop")

    claims = shop.verified(sign_in(site, shop, "john-smith")["id_token"])

    assert claims["sub"] == known["sub"]


def test_password_of_a_local_account_signs_in(site: Restored) -> None:
    shop, browser = site.client("shop"), site.deployment.browser()
    started = shop.start()
    page = browser.get(browser.get(started.url).location)
    [action] = re.findall(r'action="([^"]*/password)"', page.text)

    done = browser.submit(page, action, username="ada", password=site.held["password"])

    before = shop.verified(site.story("password")["tokens"]["id_token"])["sub"]
    tokens = redeemed(shop, started, browser.get(done.location))
    assert shop.verified(tokens["id_token"])["sub"] == before


def test_own_page_shows_what_there_was(site: Restored) -> None:
    page = site.browser(site.story("library")).get("/account")

    assert page.status_code == 200
    assert "Library" in page.text
    assert "+861…9000" in page.text


# -- what was under way --------------------------------------------------------------------------


def test_parked_request_goes_on(site: Restored) -> None:
    kept, browser, started = site.waiting("parked")

    answer = by_scan(browser, kept["location"], "li-lei")

    assert redeemed(site.client("shop"), started, answer)


def test_code_on_a_screen_is_scanned(site: Restored) -> None:
    kept, browser, started = site.waiting("shown")

    browser.scan(kept["location"], "li-lei")

    assert redeemed(site.client("shop"), started, finished(browser, kept["location"]))


def test_sealed_identity_of_a_confirmed_ticket_finishes(site: Restored) -> None:
    kept, browser, started = site.waiting("confirmed")
    shop = site.client("shop")

    tokens = redeemed(shop, started, finished(browser, kept["location"]))

    assert (
        shop.verified(tokens["id_token"], started.nonce)["sub"] == site.held["subjects"]["li-lei"]
    )


def test_native_app_goes_on_with_its_session(site: Restored) -> None:
    kept, app = site.held["waiting"]["app"], site.client("app")

    done = app.post("/challenge", {"auth_session": kept["auth_session"]}).get_json()
    started = Started("", "", "", kept["verifier"])
    tokens = app.redeem(done["authorization_code"], started, redirect_uri=None).get_json()

    before = app.verified(site.story("app")["tokens"]["id_token"])["sub"]
    assert app.verified(tokens["id_token"])["sub"] == before


def test_question_whose_wechat_it_is_is_answered(site: Restored) -> None:
    kept, browser, started = site.waiting("question")
    shop = site.client("shop")

    done = browser.submit(browser.get(kept["location"]), f"{kept['location']}/new")
    tokens = redeemed(shop, started, browser.get(done.location))

    openid = shop.verified(tokens["id_token"])["wechat_openid"]
    assert (
        openid
        == site.deployment.wechat.person("stranger", unionid="unbound")["openids"][
            MINI_PROGRAM.appid
        ]
    )


def test_person_comes_back_from_wechats_own_page(site: Restored) -> None:
    kept, browser, started = site.waiting("at_wechat")
    shop, wechat = site.client("shop"), site.deployment.wechat

    back = wechat.authorize(re.sub("^http://[^/]+", wechat.url, kept["location"]), "li-lei")
    done = browser.get((back or "").removeprefix("http://127.0.0.1:8000"))
    tokens = redeemed(shop, started, browser.get(done.location))

    assert shop.verified(tokens["id_token"])["sub"] == site.held["subjects"]["li-lei"]


@pytest.mark.parametrize("name", ["device", "approved"])
def test_device_gets_its_tokens(site: Restored, name: str) -> None:
    tv, shown = site.client("tv"), site.held["waiting"][name]
    if name == "device":
        browser = site.browser(site.story("shop"))
        typed = browser.submit(browser.get("/device"), "/device", user_code=shown["user_code"])
        asked = browser.get(typed.location).location
        allowed = browser.submit(browser.get(asked), asked, decision="allow")
        assert browser.get(allowed.location).status_code == 200

    answer = tv.token({"grant_type": DEVICE, "device_code": shown["device_code"]})

    assert tv.verified(answer.get_json()["id_token"])["sub"] == site.held["subjects"]["li-lei"]


def test_pushed_request_is_followed(site: Restored) -> None:
    bank, started = site.bank(), Started(**site.held["waiting"]["pushed"])

    answer = site.browser(site.story("shop")).get(started.url)

    assert redeemed(bank, started, answer)["token_type"] == "DPoP"


def test_logout_token_that_waited_is_delivered(site: Restored) -> None:
    kept = site.held["logout"]
    with receiving() as receiver:
        address = {"backchannel_logout_uri": f"{receiver.url}/logged-out"}
        site.program().send("PATCH", f"/clients/{kept['client_id']}", address, If_Match="*")

        told = site.command("logouts", "deliver")

    [form] = receiver.forms
    assert told.startswith("1 logout tokens delivered")
    assert site.client(kept["client_id"]).verified(form["logout_token"])["sub"] == kept["sub"]


def test_push_is_read_with_the_sealed_key_and_obeyed_once(site: Restored) -> None:
    wechat, appid, kept = site.deployment.wechat, MINI_PROGRAM.appid, site.held["waiting"]["push"]
    wechat.person("quitter", nickname="Zhou 周")
    shop = site.client("shop")
    http = site.deployment.app.test_client(use_cookies=False)
    token = sign_in(site, shop, "quitter")["access_token"]

    def push(query: Any, body: Any) -> int:
        answer = http.post(f"/federation/v1/push/{appid}", query_string=query, data=body)
        assert (answer.status_code, answer.text) == (200, "success")
        return int(shop.userinfo(token).status_code)

    again = push(kept["query"], kept["body"])
    message = event("user_authorization_cancellation", appid, OpenID=wechat.openid("quitter"))
    fresh = push(*secure_push(message, site.clock(), appid, "n2"))

    assert (again, fresh) == (200, 401)
