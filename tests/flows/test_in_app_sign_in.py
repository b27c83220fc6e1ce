"""Sign-in inside a native application: POST /challenge, the mini program, POST /token."""

from typing import Any

import pytest

from tests.deployment import Deployment
from tests.relying_party import RelyingParty, Started, s256
from tests.sandbox_server import MINI_PROGRAM, MOBILE

pytestmark = pytest.mark.in_turn

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile MicroMessenger/8.0.54"
VERIFIER = "a-code-verifier-of-a-native-application-0123456789"


def native(deployment: Deployment, client_id: str = "app", **metadata: Any) -> RelyingParty:
    fields = {
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "redirect_uris": ("com.example.app:/callback",),
        "first_party": True,
        "mobile_app_ids": (MOBILE.appid,),
        **metadata,
    }
    return deployment.application(client_id, **fields)


def begin(app: RelyingParty, **changes: str | None) -> Any:
    body = {
        "response_type": "code",
        "scope": "openid wechat offline_access",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        "nonce": "n-of-the-app",
        **changes,
    }
    return app.post("/challenge", body)


def go_on(app: RelyingParty, auth_session: str, **more: str) -> Any:
    return app.post("/challenge", {"auth_session": auth_session, **more})


ENTRY = {"scene": 1069, "referrer_app_id": MOBILE.appid}
"""What WeChat tells the mini program that the app has launched."""


def confirm(
    deployment: Deployment, launch: dict[str, Any], person: str = "li-lei", **codes: Any
) -> Any:
    """The mini program that was launched posts WeChat's code straight to the provider."""
    scene = launch["path"].partition("ticket=")[2]
    phone, headers = deployment.app.test_client(use_cookies=False), {"User-Agent": PHONE}
    ticket = f"/federation/v1/tickets/{scene}"
    assert phone.get(ticket, query_string=ENTRY, headers=headers).status_code == 200
    body = {"js_code": deployment.wechat.js_code(person), **ENTRY, **codes}
    return phone.post(f"{ticket}/confirm", json=body, headers=headers)


def redeem(
    app: RelyingParty, code: str, verifier: str = VERIFIER, redirect_uri: str | None = None
) -> Any:
    return app.redeem(code, Started("", "", "", verifier), redirect_uri=redirect_uri)


def test_request_that_is_no_form_is_told_so(deployment: Deployment) -> None:
    app = native(deployment)

    answer = app.http.post("/challenge", json={"client_id": "app", "wait": "5"})

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def test_launched_mini_program_ends_in_an_id_token(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)

    asked = begin(app)
    launch = asked.get_json()["launch"]
    waiting = go_on(app, asked.get_json()["auth_session"])
    confirmed = confirm(deployment, launch)
    done = go_on(app, waiting.get_json()["auth_session"])
    tokens = redeem(app, done.get_json()["authorization_code"]).get_json()

    claims = app.verified(tokens["id_token"], "n-of-the-app", deployment.clock())
    assert (asked.status_code, asked.get_json()["error"]) == (403, "insufficient_authorization")
    assert launch["user_name"] == MINI_PROGRAM.original_id
    assert (waiting.status_code, confirmed.status_code, done.status_code) == (403, 200, 200)
    assert claims["wechat_openid"] == deployment.wechat.openid("li-lei")
    assert claims["amr"] == ["wechat"]


def test_code_carried_by_the_sdk_ends_in_an_id_token(deployment: Deployment) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = native(deployment, connections=("mobile",))

    asked = begin(app).get_json()
    done = go_on(
        app,
        asked["auth_session"],
        wechat_code=deployment.wechat.oauth_code("li-lei"),
        state=asked["send_auth"]["state"],
    )
    tokens = redeem(app, done.get_json()["authorization_code"]).get_json()

    claims = app.verified(tokens["id_token"], "n-of-the-app")
    assert claims["wechat_openid"] == deployment.wechat.openid("li-lei", MOBILE.appid)


def test_sdk_code_with_the_state_of_another_sign_in_is_refused(deployment: Deployment) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = native(deployment, connections=("mobile",))
    other = begin(app).get_json()
    asked = begin(app).get_json()

    refused = go_on(
        app,
        asked["auth_session"],
        wechat_code=deployment.wechat.oauth_code("li-lei"),
        state=other["send_auth"]["state"],
    )

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
    assert deployment.wechat.calls("/sns/oauth2/access_token") == []


def test_code_needs_the_verifier_of_the_first_request(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"])
    code = go_on(app, asked["auth_session"]).get_json()["authorization_code"]

    refused = redeem(app, code, verifier=VERIFIER[::-1])

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")


def test_auth_session_of_another_client_is_refused(deployment: Deployment) -> None:
    deployment.connection()
    app, thief = native(deployment), native(deployment, "thief")
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"])

    refused = go_on(thief, asked["auth_session"])

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_session")


@pytest.mark.on_each
def test_auth_session_before_the_last_is_good_until_the_last_is_used(
    deployment: Deployment,
) -> None:
    deployment.connection()
    app = native(deployment)
    first = begin(app).get_json()["auth_session"]
    go_on(app, first)

    deployment.clock.advance(60)
    again = [go_on(app, first) for _ in range(3)]
    used = go_on(app, again[0].get_json()["auth_session"])
    late = go_on(app, first)

    assert [answer.status_code for answer in (*again, used)] == [403] * 4
    assert (late.status_code, late.get_json()["error"]) == (400, "invalid_session")


@pytest.mark.on_each
def test_finished_sign_in_cannot_be_finished_again(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"])
    assert go_on(app, asked["auth_session"]).status_code == 200

    again = go_on(app, asked["auth_session"])

    assert again.get_json()["error"] == "invalid_session"


def test_declined_on_the_phone_is_access_denied(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    scene = asked["launch"]["path"].partition("ticket=")[2]
    denied = deployment.app.test_client().post(f"/federation/v1/tickets/{scene}/deny")

    refused = go_on(app, asked["auth_session"])

    assert denied.get_json() == {"state": "denied", "app_parameter": "qiao:denied"}
    assert refused.get_json()["error"] == "access_denied"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": None}, "invalid_request"),
        ({"connection": "somebody-elses"}, "invalid_request"),
        ({"auth_session": "qas_nonsense"}, "invalid_session"),
    ],
)
def test_first_request_that_lacks_something_is_refused(
    deployment: Deployment, changes: dict[str, str | None], error: str
) -> None:
    deployment.connection()
    app = native(deployment)

    refused = begin(app, **changes)

    assert (refused.status_code, refused.get_json()["error"]) == (400, error)


def test_application_that_is_not_first_party_is_refused(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment, first_party=False)

    refused = begin(app)

    assert refused.get_json()["error"] == "unauthorized_client"


def test_openid_sent_by_the_application_is_ignored(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    victim = deployment.wechat.openid("han-meimei")

    asked = begin(app, openid=victim, unionid=victim, phone="+8613800000000").get_json()
    confirm(deployment, asked["launch"])
    code = go_on(app, asked["auth_session"], openid=victim).get_json()["authorization_code"]
    tokens = redeem(app, code).get_json()

    assert app.verified(tokens["id_token"])["wechat_openid"] == deployment.wechat.openid("li-lei")


def test_code_that_wechat_rejects_asks_for_another(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    deployment.wechat.answers(40029, "/sns/jscode2session")

    rejected = go_on(app, asked["auth_session"], wechat_code=deployment.wechat.js_code("li-lei"))
    done = go_on(
        app,
        rejected.get_json()["auth_session"],
        wechat_code=deployment.wechat.js_code("li-lei"),
    )

    assert rejected.status_code == 403
    assert rejected.get_json()["reason"] == "code_rejected"
    assert done.status_code == 200


@pytest.mark.parametrize(
    ("errcode", "status", "error"),
    [
        (40226, 400, "access_denied"),
        (-1, 503, "temporarily_unavailable"),
        (45011, 503, "temporarily_unavailable"),
        (40013, 503, "temporarily_unavailable"),
    ],
)
def test_wechat_errors_leave_the_request_intact(
    deployment: Deployment, errcode: int, status: int, error: str
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    deployment.wechat.answers(errcode, "/sns/jscode2session")

    refused = go_on(app, asked["auth_session"], wechat_code=deployment.wechat.js_code("li-lei"))
    done = go_on(app, asked["auth_session"], wechat_code=deployment.wechat.js_code("li-lei"))

    assert (refused.status_code, refused.get_json()["error"]) == (status, error)
    assert done.status_code == 200
