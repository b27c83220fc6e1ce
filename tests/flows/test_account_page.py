"""The person's own page: what is known of them, and what they can change about it."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from app.database import db
from app.notifications import webhooks
from app.notifications.webhooks import WebhookFields
from oidc.provider import current_provider
from tests.deployment import Browser, Deployment
from tests.flows.story import signed_in
from tests.relying_party import ISSUER
from tests.sandbox_server import OFFICIAL, OPEN_PLATFORM

pytestmark = pytest.mark.in_turn

ACCOUNT = "/account"


def at_account(deployment: Deployment, person: str = "li-lei") -> Browser:
    """A browser in which ``person`` has signed in for the account page itself."""
    browser = deployment.browser()
    sign_in_here(browser, person)
    return browser


def sign_in_here(browser: Browser, person: str, location: str = "") -> Any:
    location = location or browser.get(ACCOUNT).location
    scan = browser.submit(browser.get(location), location, connection="wechat")
    browser.scan(scan.location, person)
    return browser.submit(browser.get(scan.location), scan.location + "/finish")


def known(deployment: Deployment, person: str = "li-lei") -> Any:
    """``person`` has an account already: an application has sent them before."""
    return signed_in(deployment, person)


def press(browser: Browser, action: str, **fields: str) -> Any:
    return browser.submit(browser.get(ACCOUNT), action, **fields)


def mark(page: Any) -> str:
    found = re.search(r'name="source" value="([0-9a-f]{22})"', page.text)
    assert found, page.text
    return found[1]


def test_account_page_asks_who_it_is_and_comes_back(deployment: Deployment) -> None:
    known(deployment)
    browser = deployment.browser()

    asked = browser.get(ACCOUNT)
    finished = sign_in_here(browser, "li-lei", asked.location)
    page = browser.get(finished.location)

    assert asked.location.startswith("/sign-in/")
    assert finished.location == ACCOUNT
    assert "李雷" in page.text or "a WeChat user" in page.text
    assert deployment.wechat.openid("li-lei") not in page.text
    assert deployment.wechat.openid("li-lei")[:4] in page.text


def test_looking_at_the_account_page_creates_no_account(deployment: Deployment) -> None:
    deployment.connection()
    browser = deployment.browser()

    refused = sign_in_here(browser, "han-meimei")

    assert refused.status_code == 403
    assert "No account here belongs to this WeChat" in refused.text


def test_person_renames_themselves(deployment: Deployment) -> None:
    known(deployment)
    browser = at_account(deployment)

    press(browser, "/account/name", name="  Lei   Li 🌸 ")

    assert "Lei Li 🌸" in browser.get(ACCOUNT).text


def test_form_without_its_token_changes_nothing(deployment: Deployment) -> None:
    known(deployment)
    browser = at_account(deployment)

    refused = browser.http.post("/account/name", data={"name": "Mallory"})

    assert refused.status_code == 400
    assert "Mallory" not in browser.get(ACCOUNT).text


def test_another_wechat_is_connected_by_scanning_and_signs_in(deployment: Deployment) -> None:
    deployment.wechat.person("han-meimei", unionid="unbound")
    story = known(deployment)
    browser = at_account(deployment)

    scan = press(browser, "/account/sources/connect", connection="wechat")
    ticket = scan.location
    browser.scan(ticket, "han-meimei")
    done = browser.submit(browser.get(ticket), ticket + "/finish")
    page = browser.get(done.location)
    other = deployment.browser()
    started = story.shop.start()
    answer = other.sign_in(started.url, "han-meimei")
    code = story.shop.response(answer.location, started)["code"]
    tokens = story.shop.redeem(code, started).get_json()

    assert done.location == ACCOUNT
    assert "now signs you in" in page.text
    subject = story.shop.verified(story.tokens()["id_token"])["sub"]
    assert story.shop.verified(tokens["id_token"])["sub"] == subject


def test_phone_is_told_that_a_wechat_is_about_to_be_connected(deployment: Deployment) -> None:
    known(deployment)
    browser = at_account(deployment)

    scan = press(browser, "/account/sources/connect", connection="wechat")
    browser.get(scan.location + "/code")
    scene = deployment.wechat.mini_program_codes()[0]["scene"]
    told = deployment.app.test_client().get(f"/federation/v1/tickets/{scene}").get_json()

    assert (told["purpose"], told["action"], len(told["numbers"])) == ("link", "link", 3)
    assert (told["device"], told["ip"]) == ("Chrome · Windows", "127.0.0.1")


@pytest.mark.on_each
def test_wechat_of_another_account_is_not_taken_over(deployment: Deployment) -> None:
    story = known(deployment)
    started = story.shop.start()
    deployment.browser().sign_in(started.url, "han-meimei")
    browser = at_account(deployment)

    scan = press(browser, "/account/sources/connect", connection="wechat")
    browser.scan(scan.location, "han-meimei")
    done = browser.submit(browser.get(scan.location), scan.location + "/finish")
    page = browser.get(done.location)

    assert "belongs to another account here" in page.text
    assert "ask the people who run this service" in page.text  # nobody is told by itself
    assert "the last way in" in page.text


def test_who_runs_the_service_is_said_to_be_told_only_where_a_webhook_tells_them(
    deployment: Deployment,
) -> None:
    story = known(deployment)
    deployment.browser().sign_in(story.shop.start().url, "han-meimei")
    browser = at_account(deployment)
    fields = WebhookFields("https://hooks.example/")
    with deployment.app.app_context():
        provider = current_provider()
        webhooks.create(
            db.session(), deployment.clock, provider.keyring, provider.outbound, fields, "ops"
        )
        db.session.commit()

    scan = press(browser, "/account/sources/connect", connection="wechat")
    browser.scan(scan.location, "han-meimei")
    done = browser.submit(browser.get(scan.location), scan.location + "/finish")

    assert "the people who run this service are told" in browser.get(done.location).text


def test_link_that_was_begun_by_one_person_is_not_finished_by_another(
    deployment: Deployment,
) -> None:
    story = known(deployment)
    deployment.browser().sign_in(story.shop.start().url, "han-meimei")
    browser = at_account(deployment)
    scan = press(browser, "/account/sources/connect", connection="wechat")
    browser.submit(browser.get("/sign-out"), "/sign-out", decision="leave")
    sign_in_here(browser, "han-meimei")

    browser.scan(scan.location, "john-smith")
    refused = browser.submit(browser.get(scan.location), scan.location + "/finish")

    assert refused.status_code == 403
    assert "the last way in" in browser.get(ACCOUNT).text


@pytest.mark.on_each
def test_last_way_in_cannot_be_disconnected(deployment: Deployment) -> None:
    known(deployment)
    browser = at_account(deployment)

    page = browser.get(ACCOUNT)

    assert "the last way in" in page.text
    assert "/account/sources/disconnect" not in page.text


def test_disconnected_wechat_no_longer_signs_in(deployment: Deployment) -> None:
    deployment.wechat.person("han-meimei", unionid="unbound")
    story = known(deployment)
    browser = at_account(deployment)
    scan = press(browser, "/account/sources/connect", connection="wechat")
    browser.scan(scan.location, "han-meimei")
    browser.submit(browser.get(scan.location), scan.location + "/finish")
    page = browser.get(ACCOUNT)
    openid = deployment.wechat.openid("han-meimei")
    shown = f"{openid[:4]}…{openid[-4:]}"
    row = page.text[page.text.index(shown) :]

    browser.submit(page, "/account/sources/disconnect", source=re.findall(r"[0-9a-f]{22}", row)[0])
    started = story.shop.start()
    answer = deployment.browser().sign_in(started.url, "han-meimei")
    code = story.shop.response(answer.location, started)["code"]
    stranger = story.shop.redeem(code, started).get_json()

    assert shown not in browser.get(ACCOUNT).text
    subject = story.shop.verified(story.tokens()["id_token"])["sub"]
    assert story.shop.verified(stranger["id_token"])["sub"] != subject


@pytest.mark.parametrize("action", ["connect", "download", "delete"])
def test_what_cannot_be_undone_wants_a_recent_sign_in(deployment: Deployment, action: str) -> None:
    known(deployment)
    browser = at_account(deployment)
    deployment.clock.advance(901)

    if action == "connect":
        answer = press(browser, "/account/sources/connect", connection="wechat")
    elif action == "download":
        answer = press(browser, "/account/download")
    else:
        answer = browser.get("/account/delete")
    page = browser.get(browser.get(answer.location).location)

    assert answer.location.startswith("/sign-in/")
    assert "Please show that it is you" in page.text


def test_signing_in_again_leads_back_and_is_enough(deployment: Deployment) -> None:
    known(deployment)
    browser = at_account(deployment)
    deployment.clock.advance(901)
    deployment.wechat.advance(901)
    again = browser.get("/account/delete")

    back = sign_in_here(browser, "li-lei", again.location)

    assert back.location == ACCOUNT
    assert browser.get("/account/delete").status_code == 200


def test_one_other_browser_is_signed_out(deployment: Deployment) -> None:
    story = known(deployment)
    browser = at_account(deployment)
    assert story.browser.get(story.shop.start().url).location.startswith("https://shop.example")

    press(browser, "/account/sessions/end")

    assert story.browser.get(story.shop.start().url).location.startswith("/sign-in/")
    assert browser.get(ACCOUNT).status_code == 200


@pytest.mark.on_each
def test_everywhere_else_is_signed_out_and_tokens_of_those_sessions_end(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment, redirect_uris=("https://shop.example/callback",))
    tokens = story.tokens()
    story.shop.scope = "openid"
    started = story.shop.start()
    answer = story.browser.get(started.url)
    short = story.shop.redeem(story.shop.response(answer.location, started)["code"], started)
    browser = at_account(deployment)

    press(browser, "/account/sessions/end-others")

    assert story.browser.get(story.shop.start().url).location.startswith("/sign-in/")
    assert story.shop.userinfo(short.get_json()["access_token"]).status_code == 401
    assert story.shop.refresh(tokens["refresh_token"]).status_code == 200


def test_application_that_lost_access_has_to_ask_again(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application()
    browser, started = deployment.browser(), shop.start()
    answer = browser.consent(browser.sign_in(started.url, "li-lei").location)
    tokens = shop.redeem(shop.response(answer.location, started)["code"], started).get_json()
    page = browser.get(ACCOUNT)

    browser.submit(page, "/account/applications/withdraw")
    asked = browser.get(shop.start().url)

    assert "see your verified phone number" in page.text
    assert shop.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert shop.userinfo(tokens["access_token"]).status_code == 401
    assert asked.location.startswith("/consent/")
    assert "No application has access" in browser.get(ACCOUNT).text


INITIATE = "https://shop.example/begin"


def open_button(deployment: Deployment, **metadata: Any) -> str | None:
    """Where "Open" beside the application leads a person who has let it in."""
    deployment.connection()
    shop = deployment.application(**metadata)
    browser, started = deployment.browser(), shop.start()
    browser.consent(browser.sign_in(started.url, "li-lei").location)
    page = browser.get(ACCOUNT)
    found = re.search(r'href="([^"]*)" rel="noreferrer" aria-label="Open Shop">Open</a>', page.text)
    return unescape(found[1]) if found else None


def test_application_that_can_be_started_is_opened_with_our_issuer(deployment: Deployment) -> None:
    """OpenID Connect Core 4: ``iss`` always, no place that the application did not register."""
    address = open_button(deployment, initiate_login_uri=INITIATE)

    assert address == f"{INITIATE}?{urlencode({'iss': ISSUER})}"


def test_application_with_a_page_of_its_own_is_asked_to_end_there(deployment: Deployment) -> None:
    address = open_button(
        deployment,
        initiate_login_uri=INITIATE + "?tenant=1",
        client_uri="https://shop.example/?a=b",
    )

    sent = {"iss": ISSUER, "target_link_uri": "https://shop.example/?a=b"}
    assert address == f"{INITIATE}?tenant=1&{urlencode(sent)}"


@pytest.mark.parametrize("registered", [None, "http://localhost:9000/begin"])
def test_application_that_cannot_be_started_over_https_has_no_button(
    deployment: Deployment, registered: str | None
) -> None:
    assert open_button(deployment, initiate_login_uri=registered) is None


def test_withdrawing_posts_a_logout_token(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(backchannel_logout_uri="https://shop.example/logged-out")
    browser, started = deployment.browser(), shop.start()
    browser.consent(browser.sign_in(started.url, "li-lei").location)

    with deployment.statements() as seen:
        browser.submit(browser.get(ACCOUNT), "/account/applications/withdraw")

    assert any("INSERT INTO logout_delivery" in statement for statement in seen)


def test_person_downloads_what_is_known_of_them(deployment: Deployment) -> None:
    known(deployment)
    browser = at_account(deployment)

    answer = press(browser, "/account/download")
    document = json.loads(answer.text)

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "application/json"
    assert document["linked_sources"][0]["openid"] == deployment.wechat.openid("li-lei")
    assert document["applications"][0]["client_id"] == "shop"
    assert "password_hash" not in answer.text


@pytest.mark.on_each
def test_account_is_deleted_once_the_word_is_typed(deployment: Deployment) -> None:
    story = known(deployment)
    tokens = story.tokens()
    before = story.shop.verified(tokens["id_token"])["sub"]
    browser = at_account(deployment)
    page = browser.get("/account/delete")

    mistyped = browser.submit(page, "/account/delete", word="no")
    deleted = browser.submit(page, "/account/delete", word="Delete ")
    started = story.shop.start()
    answer = story.browser.sign_in(started.url, "li-lei")
    code = story.shop.response(answer.location, started)["code"]
    after = story.shop.redeem(code, started).get_json()

    assert (mistyped.status_code, deleted.status_code) == (400, 200)
    assert browser.get(ACCOUNT).status_code == 303
    assert story.shop.refresh(tokens["refresh_token"]).status_code == 400
    assert story.shop.verified(after["id_token"])["sub"] != before


def test_page_speaks_chinese(deployment: Deployment) -> None:
    known(deployment)
    browser = at_account(deployment)
    browser.submit(browser.get(ACCOUNT), "/language", language="zh_Hans")

    page = browser.get(ACCOUNT)

    assert "登录方式" in page.text
    assert "Ways to sign in" not in page.text


def test_page_loads_nothing_from_elsewhere_and_has_no_inline_script(deployment: Deployment) -> None:
    known(deployment)
    browser = at_account(deployment)

    page = browser.get(ACCOUNT)

    assert re.findall(r"<script(?! type=\"module\" src=\"/static/)", page.text) == []
    assert not re.search(r'(?:src|href)="https?:', page.text)
    assert page.headers["Cache-Control"] == "no-store"


def test_official_account_connects_inside_wechat(deployment: Deployment) -> None:
    deployment.credential(OFFICIAL, "official", open_platform=OPEN_PLATFORM)
    deployment.connection("official", mode="wechat-official", app_id=OFFICIAL.appid)
    known(deployment)
    browser = at_account(deployment)
    browser.agent = "Mozilla/5.0 (iPhone) Mobile MicroMessenger/8.0.50"

    away = press(browser, "/account/sources/connect", connection="official")
    back = deployment.wechat.authorize(away.location, "li-lei")
    assert back is not None
    done = browser.get(back.partition("127.0.0.1:8000")[2])

    assert done.location == ACCOUNT
    assert browser.get(ACCOUNT).text.count('name="source"') == 2
