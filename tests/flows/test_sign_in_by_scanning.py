"""The main job: an application sends a person, who comes back with an ID token from WeChat."""

import pytest

from app.audit import trail
from app.database import db
from app.enablement import sources
from tests.deployment import Deployment
from tests.relying_party import header_of
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.in_turn


def test_id_token_carries_the_openid_and_unionid_of_who_scanned(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True)
    started = shop.start()

    answer = deployment.browser().sign_in(started.url, "li-lei")
    code = shop.response(answer.location, started)["code"]
    tokens = shop.redeem(code, started).get_json()
    claims = shop.verified(tokens["id_token"], started.nonce, deployment.clock())
    userinfo = shop.userinfo(tokens["access_token"]).get_json()

    assert claims["wechat_openid"] == deployment.wechat.openid("li-lei")
    assert claims["wechat_unionid"] == deployment.wechat.unionid("li-lei")
    assert claims["wechat_appid"] == MINI_PROGRAM.appid
    assert claims["idp"] == "wechat"
    assert claims["amr"] == ["wechat"]
    assert claims["auth_time"] == deployment.clock()
    assert header_of(tokens["id_token"])["alg"] == "RS256"
    assert userinfo["sub"] == claims["sub"]
    assert "name" not in claims
    with deployment.app.app_context():
        event, *_ = trail.page(db.session(), trail.Filter(kind="sign_in.succeeded"))
    assert event.detail["way"] == "scan"


def test_same_person_has_the_same_sub_the_next_day(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True)

    subs = []
    for _ in range(2):
        started = shop.start()
        answer = deployment.browser().sign_in(started.url, "han-meimei")
        code = shop.response(answer.location, started)["code"]
        tokens = shop.redeem(code, started).get_json()
        subs.append(shop.verified(tokens["id_token"])["sub"])
        deployment.clock.advance(86400)
        deployment.wechat.advance(86400)

    assert subs[0] == subs[1]


def test_consent_is_asked_of_third_parties_and_remembered(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application()
    browser = deployment.browser()
    first, second = shop.start(), shop.start()

    asked = browser.sign_in(first.url, "li-lei")
    answer = browser.consent(asked.location)
    again = browser.get(second.url)

    assert asked.location.startswith("/consent/")
    assert "code" in shop.response(answer.location, first)
    assert "code" in shop.response(again.location, second)


def test_who_denies_consent_is_sent_back_with_access_denied(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application()
    browser = deployment.browser()
    started = shop.start()

    asked = browser.sign_in(started.url, "li-lei")
    answer = browser.submit(browser.get(asked.location), asked.location, decision="deny")

    assert shop.response(answer.location, started)["error"] == "access_denied"


def test_es256_client_gets_es256_id_tokens(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True, id_token_signed_response_alg="ES256")
    started = shop.start()

    answer = deployment.browser().sign_in(started.url, "li-lei")
    code = shop.response(answer.location, started)["code"]
    tokens = shop.redeem(code, started).get_json()

    assert header_of(tokens["id_token"])["alg"] == "ES256"
    assert shop.verified(tokens["id_token"], started.nonce)["nonce"] == started.nonce


@pytest.mark.parametrize("step", ["redeem", "refresh", "userinfo"])
def test_source_switched_off_stops_an_application_everywhere(
    deployment: Deployment, step: str
) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True)
    started = shop.start()
    answer = deployment.browser().sign_in(started.url, "li-lei")
    code = shop.response(answer.location, started)["code"]
    tokens = shop.redeem(code, started).get_json() if step != "redeem" else {}

    with deployment.app.app_context():
        sources.switch(
            db.session(), deployment.clock, "shop", "wechat", enabled=False, actor="test"
        )
        db.session.commit()
    if step == "redeem":
        refused = shop.redeem(code, started)
    elif step == "refresh":
        refused = shop.refresh(tokens["refresh_token"])
    else:
        refused = shop.userinfo(tokens["access_token"])

    expected = (401, "invalid_token") if step == "userinfo" else (400, "invalid_grant")
    assert (refused.status_code, refused.get_json()["error"]) == expected
