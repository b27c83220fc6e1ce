"""A person's passkey: a further way in, which opens what one of their others would, and no more."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.accounts.claims import identity_digest
from app.database import db
from app.management.services import accounts
from app.management.services.deployment import acting_as
from app.tables.passkeys import PERSON_CHALLENGE, PERSON_PASSKEY
from app.tables.people import ACCOUNT
from tests.app.management.api.program import Program
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Browser, Deployment, build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import RelyingParty
from tests.sandbox_server import MINI_PROGRAM, MOBILE, LiveSandbox
from tests.upgrade.authenticator import new_passkey, proof

ISSUER = "http://localhost:8000"
ACCOUNT_PAGE = "/account"


@pytest.fixture
def deployment(database: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    """One that has a host name, which passkeys need."""
    deployment = build_deployment(database, wechat, clock, issuer=ISSUER)
    yield deployment
    close(deployment)
    database.empty()


def asked(browser: Browser, page: Any, address: str) -> str:
    """What a script gets for the passkeys of this browser."""
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    answer = browser.http.post(address, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def enrol(browser: Browser, name: str = "Laptop") -> Any:
    page = browser.get(ACCOUNT_PAGE)
    question = asked(browser, page, "/account/passkeys/question")
    fields = {"passkey": new_passkey(question, ISSUER), "name": name}
    return browser.submit(page, "/account/passkeys", **fields)


def with_passkey(deployment: Deployment) -> SignedIn:
    """li-lei has signed in by WeChat, and made a passkey."""
    story = signed_in(deployment)
    assert enrol(story.browser).status_code == 303
    return story


def use(browser: Browser, url: str, count: int) -> Any:
    """Signs in by the passkey from wherever this address leads; what the form is answered with."""
    choice = browser.get(url).location
    page = browser.get(f"{choice}?ways=all")
    answer = proof(asked(browser, page, f"{choice}/passkey/question"), ISSUER, count)
    return browser.submit(page, f"{choice}/passkey", _passkey=answer)


def back_at(shop: RelyingParty, browser: Browser, count: int) -> Any:
    """The tokens of a sign-in by the passkey."""
    started = shop.start()
    finished = use(browser, started.url, count)
    assert finished.status_code == 303, finished.text
    code = shop.response(browser.get(finished.location).location, started)["code"]
    return shop.redeem(code, started).get_json(), started


def test_passkey_that_somebody_left_behind_goes_with_the_way_by_which_they_came(
    deployment: Deployment,
) -> None:
    """Li Lei's WeChat got into somebody's account, made a passkey there, and is taken away."""
    story, other = with_passkey(deployment), "oThePersonsOwnWeChat01"
    used = use(deployment.browser(), story.shop.start().url, 1)
    with deployment.app.app_context():
        [sub] = db.session.scalars(select(ACCOUNT.c.id))
        actor = acting_as("admin:test")
        connection = deployment.app.extensions["federation"].connections.get(db.session(), "wechat")
        accounts.link(actor, sub, connection, other)
        db.session.commit()
    page = story.browser.get(ACCOUNT_PAGE)
    key = f"wechat:openid:{MINI_PROGRAM.appid}", deployment.wechat.openid("li-lei")

    gone = story.browser.submit(
        page, "/account/sources/disconnect", source=identity_digest(*key)[:22]
    )
    again = use(deployment.browser(), story.shop.start().url, 2)

    assert (used.status_code, gone.status_code, again.status_code) == (303, 303, 401)
    assert rows(deployment, PERSON_PASSKEY) == 0
    assert "Passkeys that were made by it are removed" in story.browser.get(ACCOUNT_PAGE).text


def rows(deployment: Deployment, table: Any) -> int:
    with deployment.app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def test_passkey_opens_what_wechat_would_and_says_how_in_the_tokens(
    deployment: Deployment,
) -> None:
    story = with_passkey(deployment)
    by_wechat = story.shop.verified(story.tokens()["id_token"], story.started.nonce)
    account = story.browser.get(ACCOUNT_PAGE).text
    endpoints = story.browser.get("/.well-known/passkey-endpoints").get_json()
    browser = deployment.browser()

    tokens, started = back_at(story.shop, browser, 1)

    claims = story.shop.verified(tokens["id_token"], started.nonce)
    assert (claims["sub"], claims["idp"]) == (by_wechat["sub"], "wechat")
    assert claims["wechat_openid"] == by_wechat["wechat_openid"]
    assert (claims["amr"], claims["acr"]) == (["pop", "user", "mfa"], "phr")
    assert "Laptop" in account
    assert "A passkey was added." in account
    assert endpoints == {
        "enroll": f"{ISSUER}/account/passkeys/new",
        "manage": f"{ISSUER}/account#passkeys",
    }
    # And a step-up to it is possible, where an application cannot do without.
    essential = {"id_token": {"acr": {"essential": True, "values": ["phr"]}}}
    stepping = story.shop.start(claims=json.dumps(essential))
    only = story.browser.get(story.browser.get(stepping.url).location)
    assert "data-passkey" in only.text
    assert 'name="connection"' not in only.text


def test_passkey_of_a_lost_phone_is_taken_away_by_an_administrator(
    deployment: Deployment,
) -> None:
    story = with_passkey(deployment)
    program, browser = Program.of(deployment), deployment.browser()
    tokens, _started = back_at(story.shop, browser, 1)
    with deployment.app.app_context():
        account_id = db.session.scalar(select(PERSON_PASSKEY.c.account_id))
    path = f"/accounts/{account_id}/passkeys"

    [known] = program.get(path)["items"]
    gone = program.send("DELETE", f"{path}/{known['id']}")
    again = program.send("DELETE", f"{path}/{known['id']}")

    assert known["name"] == "Laptop"
    assert (gone.status_code, again.status_code) == (204, 404)
    assert story.shop.userinfo(tokens["access_token"]).status_code == 401
    assert browser.get(ACCOUNT_PAGE).status_code in (302, 303)
    assert "Remove: Laptop" not in story.browser.get(ACCOUNT_PAGE).text


def test_question_is_answered_once_by_the_browser_that_was_asked(deployment: Deployment) -> None:
    story = with_passkey(deployment)
    browser, other = deployment.browser(), deployment.browser()
    choice, elsewhere = (one.get(story.shop.start().url).location for one in (browser, other))
    page, another = browser.get(f"{choice}?ways=all"), other.get(f"{elsewhere}?ways=all")
    answer = proof(asked(browser, page, f"{choice}/passkey/question"), ISSUER, 1)

    stolen = other.submit(another, f"{elsewhere}/passkey", _passkey=answer)
    first = browser.submit(page, f"{choice}/passkey", _passkey=answer)
    again = browser.submit(page, f"{choice}/passkey", _passkey=answer)
    hostile = [
        browser.submit(page, f"{choice}/passkey", _passkey=sent)
        for sent in ("", "{}", "[" * 3000, '{"response": {"clientDataJSON": 1}}', "x" * 30_000)
    ]

    assert [each.status_code for each in (stolen, first, again)] == [401, 303, 401]
    assert [each.status_code for each in hostile] == [401] * 5
    assert "This passkey is not known here." in again.text
    assert rows(deployment, PERSON_CHALLENGE) == 0


def test_answer_that_is_not_quite_one_opens_nothing(deployment: Deployment) -> None:
    """Web Authentication 7.2: each step of it, by a passkey that is known."""
    story = with_passkey(deployment)
    back_at(story.shop, deployment.browser(), 5)
    browser = deployment.browser()
    choice = browser.get(story.shop.start().url).location
    page = browser.get(f"{choice}?ways=all")
    wrong: list[dict[str, Any]] = [
        {"origin": "https://phish.example"},
        {"origin": ISSUER.replace("http:", "https:")},
        {"origin": f"{ISSUER}.phish.example", "party": ISSUER},
        {"party": "https://phish.example"},
        {"verified": False},
        {"kind": "webauthn.create"},
        {"key": "another"},
        {"count": 5},
        {"count": 4},
        {"count": 0},
    ]

    def status(origin: str = ISSUER, count: int = 6, **lies: Any) -> int:
        question = asked(browser, page, f"{choice}/passkey/question")
        answer = proof(question, origin, count, **lies)
        return int(browser.submit(page, f"{choice}/passkey", _passkey=answer).status_code)

    assert [(lie, status(**lie)) for lie in wrong] == [(lie, 401) for lie in wrong]
    foreign = browser.http.post(f"{choice}/passkey/question", headers={"Origin": ISSUER})
    assert foreign.status_code == 400, "without the token of the form"
    assert status() == 303


def test_copy_of_a_passkey_that_is_used_in_the_same_moment_opens_nothing(
    deployment: Deployment,
) -> None:
    story = with_passkey(deployment)

    def question() -> tuple[Browser, str, Any, str]:
        browser = deployment.browser()
        choice = browser.get(story.shop.start().url).location
        page = browser.get(f"{choice}?ways=all")
        return browser, choice, page, asked(browser, page, f"{choice}/passkey/question")

    for count in range(1, 6):
        both, together = [question(), question()], Barrier(2)

        def answered(
            one: tuple[Browser, str, Any, str], count: int = count, together: Barrier = together
        ) -> int:
            browser, choice, page, options = one
            answer = proof(options, ISSUER, count)
            together.wait(10)
            return int(browser.submit(page, f"{choice}/passkey", _passkey=answer).status_code)

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(answered, both)) == [303, 401]


def test_application_of_other_connections_stays_shut_and_so_does_a_session_without_any(
    deployment: Deployment,
) -> None:
    story = with_passkey(deployment)
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    strict = deployment.application("strict", connections=("mobile",))
    browser = deployment.browser()

    shut = use(browser, strict.start().url, 1)

    assert shut.status_code == 403
    assert "does not open this application" in shut.text
    assert "Back to Strict" in shut.text

    page = story.browser.get(ACCOUNT_PAGE)
    gone = story.browser.submit(page, "/account/sources/disconnect")
    kept = story.browser.get(ACCOUNT_PAGE)
    id_hash = re.findall(r'action="/account/passkeys/([0-9a-f]{64})/name"', kept.text)[0]
    token = re.findall(r'name="csrf_token" value="([^"]+)"', kept.text)[0]
    story.browser.http.post(f"/account/passkeys/{id_hash}/remove", data={"csrf_token": token})
    again = story.browser.get(ACCOUNT_PAGE)

    assert gone.status_code == 303
    assert "the last way in" in kept.text
    assert "This is the last way into your account" in again.text
    entered = use(browser, ACCOUNT_PAGE, 2)
    assert (entered.status_code, entered.location) == (303, ACCOUNT_PAGE)
    assert "Laptop" in browser.get(ACCOUNT_PAGE).text
    assert browser.get(story.shop.start().url).location.startswith("/sign-in/")
    assert use(browser, story.shop.start().url, 3).status_code == 403


def test_passkey_that_is_removed_takes_with_it_what_it_opened_and_erasure_takes_it_all(
    deployment: Deployment,
) -> None:
    story = with_passkey(deployment)
    stranger = deployment.browser()
    tokens, _ = back_at(story.shop, stranger, 1)
    page = story.browser.get(ACCOUNT_PAGE)
    id_hash = re.findall(r'action="/account/passkeys/([0-9a-f]{64})/name"', page.text)[0]

    story.browser.submit(page, f"/account/passkeys/{id_hash}/name", name="<b>Old</b>")
    copy = story.browser.submit(page, "/account/download").get_json()
    removed = story.browser.submit(page, f"/account/passkeys/{id_hash}/remove")

    assert [one["name"] for one in copy["passkeys"]] == ["<b>Old</b>"]
    assert removed.status_code == 303
    assert stranger.get(ACCOUNT_PAGE).status_code == 303
    assert story.browser.get(ACCOUNT_PAGE).status_code == 200
    assert story.shop.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    enrol(story.browser)
    with deployment.app.app_context():
        db.session.execute(update(ACCOUNT).values(disabled_at=1))
        db.session.commit()
    assert "switched off" in use(stranger, story.shop.start().url, 1).text
    with deployment.app.app_context():
        db.session.execute(update(ACCOUNT).values(disabled_at=None))
        db.session.commit()
    story.browser.submit(story.browser.get("/account/delete"), "/account/delete", word="delete")
    assert rows(deployment, PERSON_PASSKEY) == 0


def test_passkey_is_made_only_by_who_has_signed_in_lately(deployment: Deployment) -> None:
    story = signed_in(deployment)
    deployment.clock.advance(3600)
    page = story.browser.get(ACCOUNT_PAGE)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]

    asking = story.browser.http.post("/account/passkeys/question", headers={"X-CSRFToken": token})
    first = story.browser.get("/account/passkeys/new")

    assert 'href="/account/passkeys/new"' in page.text
    assert asking.status_code == first.status_code == 303
    assert first.location.startswith("/sign-in/")
