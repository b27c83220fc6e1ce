"""The phone number: never, optional or required; and the mini program that is itself the app."""

from typing import Any

import pytest

from tests.deployment import Deployment
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native, redeem
from tests.relying_party import RelyingParty
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.in_turn

PHONE_CALL = "/wxa/business/getuserphonenumber"


def userinfo(app: RelyingParty, code: str) -> Any:
    tokens = redeem(app, code).get_json()
    return app.userinfo(tokens["access_token"]).get_json()


def app_with(deployment: Deployment, phone: str) -> RelyingParty:
    deployment.connection(phone=phone)
    return native(deployment)


@pytest.mark.parametrize(
    ("phone", "sent", "number"),
    [
        ("never", True, None),
        ("optional", False, None),
        ("optional", True, "+8613800138000"),
        ("required", True, "+8613800138000"),
    ],
)
def test_number_reaches_the_application_as_the_connection_says(
    deployment: Deployment, phone: str, sent: bool, number: str | None
) -> None:
    app = app_with(deployment, phone)
    asked = begin(app, scope="openid phone").get_json()
    codes = {"phone_code": deployment.wechat.phone_code("li-lei")} if sent else {}

    confirmed = confirm(deployment, asked["launch"], **codes)
    told = userinfo(app, go_on(app, asked["auth_session"]).get_json()["authorization_code"])

    assert confirmed.status_code == 200
    assert told.get("phone_number") == number
    assert told.get("phone_number_verified") == (True if number else None)
    assert len(deployment.wechat.calls(PHONE_CALL)) == (1 if number else 0)


def test_required_number_that_does_not_come_leaves_the_ticket_intact(
    deployment: Deployment,
) -> None:
    app = app_with(deployment, "required")
    asked = begin(app).get_json()

    refused = confirm(deployment, asked["launch"])
    again = confirm(deployment, asked["launch"], phone_code=deployment.wechat.phone_code("li-lei"))

    assert (refused.status_code, refused.get_json()["error"]) == (400, "phone_required")
    assert again.status_code == 200


@pytest.mark.parametrize("kind", ["quick", "realtime"])
def test_provenance_of_the_number_is_kept(deployment: Deployment, kind: str) -> None:
    app = app_with(deployment, "required")
    asked = begin(app).get_json()
    code = deployment.wechat.phone_code("li-lei")
    confirm(deployment, asked["launch"], phone_code=code, phone_kind=kind)
    go_on(app, asked["auth_session"])

    shown = deployment.app.test_cli_runner().invoke(args=["accounts", "show", "+8613800138000"])

    assert f"wechat-{kind}" in shown.output


def test_mini_program_that_is_the_application_carries_its_own_codes(
    deployment: Deployment,
) -> None:
    app = app_with(deployment, "required")
    asked = begin(app, scope="openid wechat phone").get_json()

    lacking = go_on(
        app, asked["auth_session"], wechat_code=deployment.wechat.js_code("li-lei")
    ).get_json()
    done = go_on(
        app,
        lacking["auth_session"],
        wechat_code=deployment.wechat.js_code("li-lei"),
        wechat_phone_code=deployment.wechat.phone_code("li-lei"),
        wechat_phone_kind="realtime",
    ).get_json()
    tokens = redeem(app, done["authorization_code"]).get_json()

    assert lacking["reason"] == "phone_required"
    claims = app.verified(tokens["id_token"], "n-of-the-app")
    assert claims["wechat_openid"] == deployment.wechat.openid("li-lei")
    told = app.userinfo(tokens["access_token"]).get_json()
    assert told["phone_number"] == "+8613800138000"


def test_connection_without_a_credential_uses_the_default_mini_program(
    deployment: Deployment,
) -> None:
    deployment.default_mini_program()
    deployment.connection("wechat", app_id="")
    shop, app = deployment.application(first_party=True), native(deployment)
    started = shop.start()

    answer = deployment.browser().sign_in(started.url, "li-lei")
    asked = begin(app).get_json()

    code = shop.response(answer.location, started)["code"]
    claims = shop.verified(shop.redeem(code, started).get_json()["id_token"])
    assert claims["wechat_appid"] == MINI_PROGRAM.appid
    assert asked["launch"]["user_name"] == MINI_PROGRAM.original_id
