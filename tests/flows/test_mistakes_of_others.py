"""Mistakes that were found in other providers' WeChat sign-in, each as a story that must not be."""

import base64
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.database import db
from app.tables.people import ACCOUNT
from tests.databases import all_metadata
from tests.deployment import Deployment
from tests.flows.story import signed_in
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native, redeem
from tests.relying_party import RelyingParty
from tests.sandbox_server import MINI_PROGRAM, MOBILE
from tests.wechat_apps import wechat_app

pytestmark = pytest.mark.in_turn


def claims_of(app: RelyingParty, code: str) -> Any:
    return app.verified(redeem(app, code).get_json()["id_token"])


def in_app(deployment: Deployment, app: RelyingParty, person: str, **more: str) -> Any:
    asked = begin(app, **more).get_json()
    assert confirm(deployment, asked["launch"], person).status_code == 200
    return claims_of(app, go_on(app, asked["auth_session"]).get_json()["authorization_code"])


def everything_stored(deployment: Deployment) -> str:
    """Every value of every table, as text."""
    with deployment.app.app_context():
        rows = [
            tuple(row)
            for metadata in all_metadata()
            for table in metadata.sorted_tables
            for row in db.session.execute(select(table))
        ]
    return repr(rows)


def test_01_openid_and_unionid_of_the_client_prove_nothing(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    victim = in_app(deployment, app, "han-meimei")
    stolen = {"openid": victim["wechat_openid"], "unionid": victim["wechat_unionid"]}
    asked = begin(app, **stolen).get_json()
    scene = asked["launch"]["path"].partition("ticket=")[2]
    phone = deployment.app.test_client(use_cookies=False)
    phone.get(f"/federation/v1/tickets/{scene}")

    code, number = deployment.wechat.js_code("li-lei"), asked["number"]
    body = {"js_code": code, "number": number, **stolen}
    phone.post(f"/federation/v1/tickets/{scene}/confirm", json=body)
    done = go_on(app, asked["auth_session"], **stolen).get_json()

    assert claims_of(app, done["authorization_code"])["sub"] != victim["sub"]


def test_02_two_people_of_one_nickname_stay_two(deployment: Deployment) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = native(deployment, connections=("mobile",))
    subs = []
    for person in ("twin-a", "twin-b"):
        deployment.wechat.person(person, nickname="王小明")
        asked = begin(app).get_json()
        code = deployment.wechat.oauth_code(person)
        done = go_on(
            app, asked["auth_session"], wechat_code=code, state=asked["send_auth"]["state"]
        )
        subs.append(claims_of(app, done.get_json()["authorization_code"])["sub"])

    assert subs[0] != subs[1]


@pytest.mark.parametrize("first", ["with", "without"])
def test_03_order_of_openid_and_unionid_does_not_matter(deployment: Deployment, first: str) -> None:
    deployment.connection()
    app = native(deployment)
    subs = []
    for bound in ("bound", "unbound") if first == "with" else ("unbound", "bound"):
        deployment.wechat.person("li-lei", unionid=bound)
        subs.append(in_app(deployment, app, "li-lei")["sub"])

    assert subs[0] == subs[1]


def test_04_scanning_alone_signs_nobody_in(deployment: Deployment) -> None:
    story = signed_in(deployment)
    browser = deployment.browser()
    location = browser.get(story.shop.start().url).location
    scan = browser.submit(browser.get(location), location, connection="wechat").location
    browser.get(scan + "/code")
    scene = deployment.wechat.mini_program_codes()[0]["scene"]
    deployment.app.test_client().get(f"/federation/v1/tickets/{scene}")

    finished = browser.submit(browser.get(scan), scan + "/finish")

    assert finished.location == scan
    assert browser.get(story.shop.start().url).location.startswith("/sign-in/")


def test_05_missing_state_does_not_choose_another_way(deployment: Deployment) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = native(deployment, connections=("mobile",))
    asked = begin(app).get_json()

    refused = go_on(app, asked["auth_session"], wechat_code=deployment.wechat.oauth_code("li-lei"))

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
    assert deployment.wechat.calls() == []


def test_06_and_10_no_session_key_code_or_secret_is_stored_logged_or_returned(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    scene = asked["launch"]["path"].partition("ticket=")[2]
    code = deployment.wechat.js_code("li-lei")
    phone = deployment.app.test_client(use_cookies=False)
    phone.get(f"/federation/v1/tickets/{scene}")

    with caplog.at_level("DEBUG"):
        sent = {"js_code": code, "number": asked["number"]}
        confirmed = phone.post(f"/federation/v1/tickets/{scene}/confirm", json=sent)
        done = go_on(app, asked["auth_session"])
    stored = everything_stored(deployment)

    for secret in (code, scene, MINI_PROGRAM.secret, done.get_json()["authorization_code"]):
        assert secret not in stored
    for secret in (code, MINI_PROGRAM.secret, "session_key"):
        assert secret not in caplog.text
    assert "session_key" not in confirmed.text + done.text + stored


def test_07_no_token_of_wechat_is_in_ours(deployment: Deployment) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = native(deployment, connections=("mobile",))
    asked = begin(app, scope="openid profile phone wechat offline_access").get_json()
    code = deployment.wechat.oauth_code("li-lei")
    done = go_on(app, asked["auth_session"], wechat_code=code, state=asked["send_auth"]["state"])
    tokens = redeem(app, done.get_json()["authorization_code"]).get_json()

    payload = tokens["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    userinfo = app.userinfo(tokens["access_token"]).get_json()

    assert not {"access_token", "refresh_token", "session_key"} & (claims.keys() | userinfo.keys())
    assert code not in json.dumps([claims, userinfo])


def test_08_code_of_wechat_works_only_in_the_sign_in_that_asked_for_it(
    deployment: Deployment,
) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app, thief = (native(deployment, name, connections=("mobile",)) for name in ("app", "thief"))
    asked, other = begin(app).get_json(), begin(thief).get_json()
    code = deployment.wechat.oauth_code("li-lei")

    refused = go_on(
        thief, other["auth_session"], wechat_code=code, state=asked["send_auth"]["state"]
    )

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")


def test_09_ticket_of_one_node_is_confirmed_at_another(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    node = deployment.another_node()
    asked = begin(app).get_json()

    confirmed = confirm(replace(deployment, app=node), asked["launch"])
    done = go_on(app, asked["auth_session"])

    assert (confirmed.status_code, done.status_code) == (200, 200)


def test_10_every_code_to_scan_is_another_one(deployment: Deployment) -> None:
    story = signed_in(deployment)
    for _ in range(2):
        browser = deployment.browser()
        location = browser.get(story.shop.start().url).location
        scan = browser.submit(browser.get(location), location, connection="wechat").location
        browser.get(scan + "/code")

    scenes = [code["scene"] for code in deployment.wechat.mini_program_codes()]

    assert len(set(scenes)) == 3
    assert all(len(scene) == 22 for scene in scenes)


def test_11_and_13_no_mail_name_or_picture_is_invented(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True)
    shop.scope = "openid profile email"
    started, browser = shop.start(), deployment.browser()
    answer = browser.sign_in(started.url, "zhang-wei")
    code = shop.response(answer.location, started)["code"]

    userinfo = shop.userinfo(shop.redeem(code, started).get_json()["access_token"]).get_json()
    with deployment.app.app_context():
        row = db.session.execute(select(ACCOUNT)).mappings().one()

    assert not {"email", "name", "picture"} & userinfo.keys()
    assert (row["name"], row["picture"], row["email"]) == (None, None, None)
    assert not re.search("微信用户", everything_stored(deployment))


def test_12_unionid_of_another_open_platform_account_is_another_person(
    deployment: Deployment,
) -> None:
    """The same text in two Open Platform accounts names two people."""
    deployment.connection()
    app = native(deployment)
    before = in_app(deployment, app, "li-lei")
    deployment.wechat.app(MOBILE.appid, open_platform="another")
    with deployment.app.app_context():
        apps = deployment.app.extensions["federation"].credentials.of("wechat")
        known = apps.get(db.session(), MOBILE.appid)
        fields = wechat_app(MOBILE.appid, "mobile", open_platform="another")
        apps.update(db.session(), MOBILE.appid, fields, known.version)
        db.session.commit()
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    other = native(deployment, "other", connections=("mobile",))
    asked = begin(other).get_json()
    done = go_on(
        other,
        asked["auth_session"],
        wechat_code=deployment.wechat.oauth_code("li-lei"),
        state=asked["send_auth"]["state"],
    )

    assert claims_of(other, done.get_json()["authorization_code"])["sub"] != before["sub"]
