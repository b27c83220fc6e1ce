"""A link that leads into the question "whose WeChat is this?", sent to somebody else.

The stranger begins in an app of their own, with a WeChat that nobody knows here, and is told to
go on in a browser; the ``request_uri`` of that answer goes to the victim.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app.database import db
from app.tables.people import AUDIT_EVENT, PARKED_ASSOCIATION
from tests.deployment import Browser, Deployment
from tests.flows.test_account_page import ACCOUNT
from tests.flows.test_in_app_sign_in import VERIFIER, native, redeem
from tests.flows.test_which_account import (
    NEW_PERSON,
    RETURN,
    an_account,
    answer_new,
    asked_shop,
    connect,
    open_in_browser,
    prove,
    returned,
    to_the_browser,
)
from tests.key_holder import KeyHolder, new_key
from tests.relying_party import RelyingParty

pytestmark = pytest.mark.in_turn

VICTIM = "li-lei"


@dataclass
class Phished:
    """The victim has opened the stranger's link, in a browser where they are signed in."""

    deployment: Deployment
    shop: RelyingParty
    app: RelyingParty
    victim: str
    browser: Browser
    question: str

    def account_of(self, person: str) -> Any:
        """Whose account ``person`` reaches now by scanning; None where they would be asked."""
        browser, started = self.deployment.browser(), self.shop.start()
        location = browser.prove_by_scan(started.url, person).location
        if "/which/" in location:
            return None
        code = self.shop.response(browser.get(location).location, started)["code"]
        tokens = self.shop.redeem(code, started).get_json()
        return self.shop.verified(tokens["id_token"])["sub"]

    def signed_in_here(self) -> bool:
        """Whether the victim's browser is still the victim's."""
        page = self.browser.get(ACCOUNT)
        openid = self.deployment.wechat.openid(VICTIM)
        return page.status_code == 200 and f"{openid[:4]}…{openid[-4:]}" in page.text


def phished(deployment: Deployment, **app: Any) -> Phished:
    shop = asked_shop(deployment)
    victim = an_account(deployment, shop, VICTIM)
    browser, started = deployment.browser(), shop.start()
    browser.sign_in(started.url, VICTIM)
    native_app = native(deployment, **app)
    answer = to_the_browser(deployment, native_app)
    question = open_in_browser(browser, native_app, answer)
    return Phished(deployment, shop, native_app, victim, browser, question)


def test_victim_who_proves_their_account_does_not_give_it_away(deployment: Deployment) -> None:
    found = phished(deployment)

    answered = connect(found.browser, prove(found.browser, found.question, VICTIM).location)
    sent = returned(found.browser.get(answered.location).location)

    assert found.account_of(NEW_PERSON) is None
    assert found.account_of(VICTIM) == found.victim
    assert found.signed_in_here()
    assert "code" in sent


def test_code_without_the_verifier_of_the_app_connects_nothing(deployment: Deployment) -> None:
    found = phished(deployment)
    answered = connect(found.browser, prove(found.browser, found.question, VICTIM).location)
    code = returned(found.browser.get(answered.location).location)["code"]

    refused = redeem(found.app, code, VERIFIER[::-1], RETURN)

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")
    assert found.account_of(NEW_PERSON) is None


@pytest.mark.on_each
def test_code_is_redeemed_once_and_connects_once(deployment: Deployment) -> None:
    """The app that began has the verifier, whoever held the browser."""
    found = phished(deployment)
    answered = connect(found.browser, prove(found.browser, found.question, VICTIM).location)
    code = returned(found.browser.get(answered.location).location)["code"]

    tokens = redeem(found.app, code, redirect_uri=RETURN).get_json()
    again = redeem(found.app, code, redirect_uri=RETURN)

    claims = found.app.verified(tokens["id_token"])
    assert claims["sub"] == found.victim
    assert claims["wechat_openid"] == deployment.wechat.openid(NEW_PERSON)
    assert found.account_of(NEW_PERSON) == found.victim
    assert again.get_json()["error"] == "invalid_grant"
    assert found.app.userinfo(tokens["access_token"]).status_code == 401


def test_browser_of_the_victim_is_not_put_into_the_account_of_the_stranger(
    deployment: Deployment,
) -> None:
    found = phished(deployment)

    sent = returned(answer_new(found.browser, found.question).location)

    assert found.signed_in_here()
    assert found.account_of(NEW_PERSON) is None
    assert "code" in sent


def test_new_person_of_the_app_is_made_when_the_code_is_redeemed(deployment: Deployment) -> None:
    found = phished(deployment)
    code = returned(answer_new(found.browser, found.question).location)["code"]

    tokens = redeem(found.app, code, redirect_uri=RETURN).get_json()

    subject = found.app.verified(tokens["id_token"])["sub"]
    assert subject != found.victim
    assert found.account_of(NEW_PERSON) == subject
    assert found.signed_in_here()


@pytest.mark.on_each
def test_somebody_who_became_known_meanwhile_is_not_made_a_second_time(
    deployment: Deployment,
) -> None:
    found = phished(deployment)
    code = returned(answer_new(found.browser, found.question).location)["code"]
    started, browser = found.shop.start(), deployment.browser()
    elsewhere = browser.prove_by_scan(started.url, NEW_PERSON).location
    answer_new(browser, elsewhere)

    refused = redeem(found.app, code, redirect_uri=RETURN)

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")


def test_key_of_the_app_is_needed_as_well(deployment: Deployment) -> None:
    shop = asked_shop(deployment)
    victim = an_account(deployment, shop, VICTIM)
    app = native(deployment)
    keyed, thief = (KeyHolder.of(app, deployment.clock, holds=new_key()) for _ in range(2))
    browser = deployment.browser()
    question = open_in_browser(browser, app, to_the_browser(deployment, keyed))
    answered = connect(browser, prove(browser, question, VICTIM).location)
    code = returned(browser.get(answered.location).location)["code"]

    refused = [redeem(each, code, redirect_uri=RETURN).get_json() for each in (app, thief)]
    attached = Phished(deployment, shop, app, victim, browser, question).account_of(NEW_PERSON)
    tokens = redeem(keyed, code, redirect_uri=RETURN).get_json()

    assert [each["error"] for each in refused] == ["invalid_grant", "invalid_grant"]
    assert attached is None
    assert app.verified(tokens["id_token"])["sub"] == victim


def test_page_says_whose_wechat_it_is_about_and_with_which_account(deployment: Deployment) -> None:
    found = phished(deployment)
    tail = deployment.wechat.openid(NEW_PERSON)[-4:]

    asked = found.browser.get(found.question)
    connecting = found.browser.get(prove(found.browser, found.question, VICTIM).location)

    for page in (asked, connecting):
        assert f"…{tail}" in page.text
        assert "WeChat · iPhone" in page.text
        assert "127.0.0.1" in page.text
    assert f"…{deployment.wechat.openid(VICTIM)[-4:]}" in connecting.text
    assert "stays signed in" in asked.text


def test_phone_is_told_what_it_is_about_to_connect(deployment: Deployment) -> None:
    found = phished(deployment)
    page = found.browser.get(found.question)
    scan = found.browser.submit(page, f"{found.question}/prove", connection="wechat")

    told = found.browser.ticket(scan.location)

    assert (told["action"], told["purpose"]) == ("link", "scan")
    assert told["link"] == {
        "identity": {
            "source": "WeChat",
            "name": None,
            "ending": f"…{deployment.wechat.openid(NEW_PERSON)[-4:]}",
            "confirmed_at": deployment.clock(),
            "device": "WeChat · iPhone",
            "place": "与此手机在同一网络",
            "ip": "127.0.0.1",
        },
        "account": None,
    }


def test_victim_can_say_that_it_was_not_them(deployment: Deployment) -> None:
    found = phished(deployment)

    declined = found.browser.submit(found.browser.get(found.question), f"{found.question}/decline")

    assert returned(declined.location)["error"] == "access_denied"
    assert found.browser.get(found.question).status_code == 410
    assert found.account_of(NEW_PERSON) is None
    with deployment.app.app_context():
        rules = db.session.scalars(select(AUDIT_EVENT.c.rule).order_by(AUDIT_EVENT.c.id)).all()
    assert "answered_not_me" in rules


def test_proof_that_is_declined_connects_nothing(deployment: Deployment) -> None:
    """Before the account is named nothing is decided; the person can go back."""
    found = phished(deployment)

    connecting = prove(found.browser, found.question, VICTIM).location
    back = found.browser.get(found.question)

    assert "/connect" in connecting
    assert back.status_code == 200
    assert found.account_of(NEW_PERSON) is None


def test_proof_does_not_serve_another_question(deployment: Deployment) -> None:
    found = phished(deployment)
    proven = prove(found.browser, found.question, VICTIM).location
    other = open_in_browser(found.browser, found.app, to_the_browser(deployment, found.app))

    refused = found.browser.get(f"{other}/connect")

    assert proven != f"{other}/connect"
    assert refused.location == other


def test_browser_is_told_before_it_becomes_somebody_elses(deployment: Deployment) -> None:
    """The same question where everything happens in one browser."""
    shop = asked_shop(deployment)
    an_account(deployment, shop, VICTIM)
    browser, started = deployment.browser(), shop.start(prompt="login")
    browser.sign_in(shop.start().url, VICTIM)

    signing_in = browser.get(browser.get(browser.get(started.url).location).location)
    question = browser.prove_by_scan(started.url, NEW_PERSON).location
    asked = browser.get(question)

    assert "You are signed in here as" in signing_in.text
    assert "it will be signed in as the new person instead" in asked.text


def test_question_of_a_node_of_the_version_before_can_be_answered(deployment: Deployment) -> None:
    """It has not noted where the WeChat was confirmed."""
    found = phished(deployment)
    with deployment.app.app_context():
        db.session.execute(PARKED_ASSOCIATION.update().values(confirmed_from=None))
        db.session.commit()

    page = found.browser.get(found.question)
    code = returned(answer_new(found.browser, found.question).location)["code"]

    assert page.status_code == 200
    assert "id_token" in redeem(found.app, code, redirect_uri=RETURN).get_json()
