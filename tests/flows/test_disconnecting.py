"""Taking a way in away: whoever came by it is out, and learns nothing of the other ways."""

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.accounts.claims import identity_digest
from app.database import db
from app.sign_in.local_passwords import passwords
from app.tables.people import BROWSER_SESSION
from oidc.database.models import GrantRow
from tests.deployment import Browser, Deployment
from tests.flows.story import SignedIn, signed_in
from tests.flows.test_account_page import ACCOUNT, at_account, press
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native, redeem
from tests.relying_party import RelyingParty
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.in_turn

PERSON, STRANGER = "li-lei", "john-smith"
_GRANT = GrantRow.__table__


@dataclass
class Intrusion:
    """A stranger's WeChat is a way into the person's account, and the stranger has used it."""

    deployment: Deployment
    person: SignedIn
    own_tokens: Any
    stranger: SignedIn
    tokens: Any

    @property
    def shop(self) -> RelyingParty:
        return self.person.shop

    def disconnect(self, browser: Browser) -> Any:
        """The person takes the stranger's WeChat away, in this browser."""
        page = browser.get(ACCOUNT)
        openid = self.deployment.wechat.openid(STRANGER)
        row = page.text[page.text.index(f"{openid[:4]}…{openid[-4:]}") :]
        mark = re.findall(r'name="source" value="([0-9a-f]{22})"', row)[0]
        return browser.submit(page, "/account/sources/disconnect", source=mark)


def intrusion(deployment: Deployment) -> Intrusion:
    for person in (PERSON, STRANGER):
        deployment.wechat.person(person, unionid="unbound")
    person = signed_in(deployment, PERSON)
    own_tokens = person.tokens()
    browser = at_account(deployment, PERSON)
    scan = press(browser, "/account/sources/connect", connection="wechat")
    browser.scan(scan.location, STRANGER)
    browser.submit(browser.get(scan.location), scan.location + "/finish")
    stranger = again(deployment, person.shop, STRANGER)
    return Intrusion(deployment, person, own_tokens, stranger, stranger.tokens())


def again(deployment: Deployment, shop: RelyingParty, person: str) -> SignedIn:
    """``person`` signs in at the shop, in a browser of their own."""
    browser, started = deployment.browser(), shop.start()
    answer = browser.sign_in(started.url, person)
    return SignedIn(shop, browser, started, shop.response(answer.location, started)["code"])


def told(shop: RelyingParty, tokens: Any) -> Any:
    return shop.userinfo(tokens["access_token"])


@pytest.mark.on_each
def test_stranger_is_out_once_their_wechat_is_disconnected(deployment: Deployment) -> None:
    found = intrusion(deployment)
    browser = at_account(deployment, PERSON)

    found.disconnect(browser)
    refused = found.shop.refresh(found.tokens["refresh_token"])
    asked = found.stranger.browser.get(found.shop.start().url)

    assert told(found.shop, found.tokens).status_code == 401
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")
    assert asked.location.startswith("/sign-in/")


def test_person_stays_signed_in_where_they_came_by_another_wechat(deployment: Deployment) -> None:
    found = intrusion(deployment)
    browser = at_account(deployment, PERSON)

    found.disconnect(browser)
    refreshed = found.shop.refresh(found.own_tokens["refresh_token"])

    assert browser.get(ACCOUNT).status_code == 200
    assert told(found.shop, found.own_tokens).status_code == 200
    assert refreshed.status_code == 200
    assert "code" in found.shop.response(*next_answer(found.person))


def next_answer(story: SignedIn) -> Any:
    started = story.shop.start()
    return story.browser.get(started.url).location, started


def test_browser_that_disconnects_stays_signed_in_and_what_rests_on_it_too(
    deployment: Deployment,
) -> None:
    """Whoever sits there has shown a moment ago that it is them."""
    found = intrusion(deployment)
    browser = found.stranger.browser

    found.disconnect(browser)
    userinfo = told(found.shop, found.tokens)

    assert browser.get(ACCOUNT).status_code == 200
    assert userinfo.status_code == 200
    assert "wechat_openid" not in userinfo.get_json()


def test_each_sign_in_tells_its_own_openid(deployment: Deployment) -> None:
    found = intrusion(deployment)
    deployment.clock.advance(3700)
    deployment.wechat.advance(3700)
    later = again(deployment, found.shop, PERSON).tokens()
    refreshed = found.shop.refresh(found.tokens["refresh_token"]).get_json()

    openids = [told(found.shop, each).get_json()["wechat_openid"] for each in (refreshed, later)]

    assert openids == [deployment.wechat.openid(STRANGER), deployment.wechat.openid(PERSON)]


def test_sign_in_inside_an_app_ends_with_its_wechat(deployment: Deployment) -> None:
    found = intrusion(deployment)
    app = native(deployment)
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"], STRANGER)
    code = go_on(app, asked["auth_session"]).get_json()["authorization_code"]
    tokens = redeem(app, code).get_json()
    assert app.verified(tokens["id_token"])["wechat_openid"] == deployment.wechat.openid(STRANGER)

    found.disconnect(at_account(deployment, PERSON))

    assert told(app, tokens).status_code == 401
    assert app.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_what_does_not_say_whose_wechat_it_rests_on_ends_as_well(deployment: Deployment) -> None:
    """Sessions and grants from before this was noted, or from a node that does not note it."""
    found = intrusion(deployment)
    with deployment.app.app_context():
        for table in (_GRANT, BROWSER_SESSION):
            db.session.execute(table.update().values(identity=None))
        db.session.commit()
    browser = at_account(deployment, PERSON)

    found.disconnect(browser)

    assert told(found.shop, found.tokens).status_code == 401
    assert told(found.shop, found.own_tokens).status_code == 401
    assert browser.get(ACCOUNT).status_code == 200


def test_disconnecting_tells_the_applications(deployment: Deployment) -> None:
    found = intrusion(deployment)
    hears = deployment.application("hears", backchannel_logout_uri="https://hears.example/out")
    started = hears.start()
    found.stranger.browser.consent(found.stranger.browser.get(started.url).location)
    browser = at_account(deployment, PERSON)

    with deployment.statements() as seen:
        found.disconnect(browser)

    assert any("INSERT INTO logout_delivery" in statement for statement in seen)


@pytest.mark.on_each
def test_openid_is_not_stored_beside_sessions_and_grants(deployment: Deployment) -> None:
    found = intrusion(deployment)

    with deployment.app.app_context():
        kept = set(db.session.scalars(_GRANT.select().with_only_columns(_GRANT.c.identity)))

    digests = {
        identity_digest(f"wechat:openid:{MINI_PROGRAM.appid}", openid)
        for openid in map(deployment.wechat.openid, (PERSON, STRANGER))
    }
    assert kept == digests
    assert found.tokens


@pytest.mark.parametrize("keeps_offline", [True, False], ids=["offline access", "session"])
def test_new_password_ends_what_rests_on_the_old_one(
    deployment: Deployment, keeps_offline: bool
) -> None:
    extensions = deployment.app.extensions
    extensions["settings"] = replace(extensions["settings"], local_login=True)
    shop = deployment.application(first_party=True, connections=())
    if not keeps_offline:
        shop.scope = "openid"
    with deployment.app.app_context():
        passwords().create(db.session(), deployment.clock, "li.lei", "a password of li lei")
        db.session.commit()
    browser, started = deployment.browser(), shop.start()
    login = browser.get(started.url).location
    form = {"username": "li.lei", "password": "a password of li lei"}
    done = browser.submit(browser.get(login), login + "/password", **form)
    answer = browser.get(done.location)
    tokens = shop.redeem(shop.response(answer.location, started)["code"], started).get_json()
    assert told(shop, tokens).status_code == 200

    command = ["accounts", "set-password", "li.lei", "--password", "another password"]
    result = deployment.app.test_cli_runner().invoke(args=command)

    assert result.exit_code == 0, result.output
    assert "1 sessions and" in result.output
    assert told(shop, tokens).status_code == 401
    assert browser.get(shop.start().url).location.startswith("/sign-in/")
    assert shop.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
