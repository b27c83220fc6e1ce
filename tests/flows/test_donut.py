"""WeChat's own way for apps (Donut): the app itself gets the mini program's code from WeChat."""

from tests.deployment import Deployment
from tests.flows.test_in_app_sign_in import begin, go_on, native, redeem


def test_code_of_get_mini_program_code_signs_in_without_a_launch(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)

    asked = begin(app).get_json()
    code = deployment.wechat.js_code("li-lei")
    done = go_on(app, asked["auth_session"], wechat_code=code).get_json()
    tokens = redeem(app, done["authorization_code"]).get_json()

    claims = app.verified(tokens["id_token"], "n-of-the-app")
    assert claims["wechat_openid"] == deployment.wechat.openid("li-lei")
    assert claims["amr"] == ["wechat"]


def test_code_of_donut_s_own_interface_is_told_apart_and_can_be_mended(
    deployment: Deployment,
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()

    donuts_own = deployment.wechat.oauth_code("li-lei")
    wrong = go_on(app, asked["auth_session"], wechat_code=donuts_own)
    right = go_on(
        app, wrong.get_json()["auth_session"], wechat_code=deployment.wechat.js_code("li-lei")
    )

    assert (wrong.status_code, wrong.get_json()["reason"]) == (403, "code_rejected")
    assert right.status_code == 200


def test_phone_code_comes_along_where_the_connection_wants_a_number(
    deployment: Deployment,
) -> None:
    deployment.connection(phone="required")
    app = native(deployment)
    asked = begin(app, scope="openid phone").get_json()

    missing = go_on(
        app, asked["auth_session"], wechat_code=deployment.wechat.js_code("li-lei")
    ).get_json()
    done = go_on(
        app,
        missing["auth_session"],
        wechat_code=deployment.wechat.js_code("li-lei"),
        wechat_phone_code=deployment.wechat.phone_code("li-lei"),
    )

    assert missing["reason"] == "phone_required"
    assert done.status_code == 200
