"""WeChat says that a person withdrew or left: what rests on it ends."""

import hashlib
import json
from typing import Any

import pytest

from app.audit.pushes_seen import PushesSeen, pushes_seen
from app.database import db
from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in
from tests.sandbox_server import MINI_PROGRAM
from tests.wechat_apps import wechat_app

TOKEN = "PushTokenOfTheTest"


def with_push_token(deployment: Deployment) -> None:
    """The admin has entered the push token of the console."""
    with deployment.app.app_context():
        apps = deployment.app.extensions["federation"].credentials.of("wechat")
        known = apps.get(db.session(), MINI_PROGRAM.appid)
        fields = wechat_app(
            known.id,
            known.kind,
            original_id=known["original_id"],
            open_platform=known["open_platform"],
            push_token=TOKEN,
        )
        apps.update(db.session(), MINI_PROGRAM.appid, fields, known.version)
        db.session.commit()


def push(deployment: Deployment, event: str, openid: str, **more: str) -> Any:
    """A plain push, signed as WeChat signs it."""
    timestamp, nonce = str(deployment.clock()), more.pop("nonce", "n1")
    signature = hashlib.sha1("".join(sorted([TOKEN, timestamp, nonce])).encode()).hexdigest()
    query = {"timestamp": timestamp, "nonce": nonce, "signature": more.pop("signature", signature)}
    body = {
        "ToUserName": MINI_PROGRAM.original_id,
        "FromUserName": "oWeChatItself",
        "CreateTime": deployment.clock(),
        "MsgType": "event",
        "Event": event,
        "OpenID": openid,
        "AppID": MINI_PROGRAM.appid,
        **more,
    }
    http = deployment.app.test_client(use_cookies=False)
    address = f"/federation/v1/push/{MINI_PROGRAM.appid}"
    return http.post(address, query_string=query, data=json.dumps(body))


@pytest.fixture
def story(deployment: Deployment) -> SignedIn:
    story = signed_in(deployment)
    with_push_token(deployment)
    return story


def test_person_who_left_wechat_is_forgotten_everywhere(
    deployment: Deployment, story: SignedIn
) -> None:
    tokens = story.tokens()

    answer = push(deployment, "user_authorization_cancellation", deployment.wechat.openid("li-lei"))

    again = story.shop.start(prompt="none")
    silent = story.browser.get(again.url)
    assert (answer.status_code, answer.text) == (200, "success")
    assert story.shop.userinfo(tokens["access_token"]).status_code == 401
    assert story.shop.refresh(tokens["refresh_token"]).status_code == 400
    assert story.shop.response(silent.location, again)["error"] == "login_required"


def test_push_that_wechat_did_not_sign_changes_nothing(
    deployment: Deployment, story: SignedIn
) -> None:
    tokens = story.tokens()
    openid = deployment.wechat.openid("li-lei")

    forged = push(deployment, "user_authorization_cancellation", openid, signature="0" * 40)

    assert (forged.status_code, forged.text) == (403, "refused")
    assert story.shop.userinfo(tokens["access_token"]).status_code == 200


def test_push_is_obeyed_once(deployment: Deployment, story: SignedIn) -> None:
    openid = deployment.wechat.openid("li-lei")
    push(deployment, "user_authorization_cancellation", openid)
    fresh = story.shop.start()
    answer = deployment.browser().sign_in(fresh.url, "li-lei")
    code = story.shop.response(answer.location, fresh)["code"]
    tokens = story.shop.redeem(code, fresh).get_json()

    replayed = push(deployment, "user_authorization_cancellation", openid)

    assert (replayed.status_code, replayed.text) == (200, "success")
    assert story.shop.userinfo(tokens["access_token"]).status_code == 200


def test_event_of_an_unknown_person_is_acknowledged(
    deployment: Deployment, story: SignedIn
) -> None:
    answer = push(deployment, "user_authorization_revoke", "oNobody", RevokeInfo="8")

    assert (answer.status_code, answer.text) == (200, "success")


def test_refused_push_is_one_warning_and_shows_in_the_set_up(
    deployment: Deployment, story: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    def seen() -> PushesSeen:
        with deployment.app.app_context():
            return pushes_seen(db.session(), "wechat", MINI_PROGRAM.appid)

    begun = deployment.clock()
    assert seen() == PushesSeen()
    with caplog.at_level("WARNING"):
        refused = push(deployment, "user_info_modified", "o1", signature="0" * 40)
    [warning] = [one.getMessage() for one in caplog.records if "a push for" in one.getMessage()]
    deployment.clock.advance(30)
    push(deployment, "user_info_modified", "o1", signature="1" * 40)
    after_two = seen()
    deployment.clock.advance(30)
    push(deployment, "user_info_modified", "o1", nonce="n2")
    nobody = deployment.app.test_client(use_cookies=False).post("/federation/v1/push/wx%0Anobody")

    assert refused.status_code == 403
    assert MINI_PROGRAM.appid in warning
    assert "signature" in warning
    assert after_two == PushesSeen(None, begun)
    assert seen() == PushesSeen(begun + 60, begun)
    assert nobody.status_code == 404
    assert "\n" not in caplog.records[-1].getMessage()
