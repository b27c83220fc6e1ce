"""What an app is told while it waits; every end of a sign-in reaches it at the next poll."""

from typing import Any

import pytest

from tests.deployment import Deployment
from tests.flows.test_in_app_sign_in import ENTRY, PHONE, begin, confirm, go_on, native
from tests.sandbox_server import MOBILE

pytestmark = pytest.mark.in_turn


def phone_reads(deployment: Deployment, asked: dict[str, Any]) -> Any:
    phone = deployment.app.test_client(use_cookies=False)
    headers = {"User-Agent": PHONE}
    return phone.get(address(asked), query_string=ENTRY, headers=headers).get_json()


def address(asked: dict[str, Any]) -> str:
    return "/federation/v1/tickets/" + str(asked["launch"]["path"].partition("ticket=")[2])


def test_app_is_told_that_the_mini_program_was_opened(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)

    asked = begin(app).get_json()
    before = go_on(app, asked["auth_session"]).get_json()
    phone_reads(deployment, asked)
    after = go_on(app, before["auth_session"]).get_json()

    assert [answer["opened"] for answer in (asked, before, after)] == [False, False, True]


def test_person_wechat_blocks_ends_the_sign_in_at_the_next_poll(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()

    blocked = confirm(deployment, asked["launch"], "wang-fang")
    polled = go_on(app, asked["auth_session"])
    again = confirm_again(deployment, asked)

    assert (blocked.status_code, blocked.get_json()["error"]) == (403, "access_denied")
    assert (polled.status_code, polled.get_json()["error"]) == (400, "access_denied")
    assert (again.status_code, again.get_json()["error"]) == (409, "ticket_denied")


def confirm_again(deployment: Deployment, asked: dict[str, Any]) -> Any:
    phone = deployment.app.test_client(use_cookies=False)
    body = {"js_code": deployment.wechat.js_code("li-lei"), **ENTRY}
    return phone.post(f"{address(asked)}/confirm", json=body)


def test_wrong_number_ends_the_sign_in_at_the_next_poll(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()

    wrong = confirm(deployment, asked["launch"], number=10 + (asked["number"] - 9) % 90)
    polled = go_on(app, asked["auth_session"])

    assert wrong.get_json()["error"] == "wrong_number"
    assert polled.get_json()["error"] == "access_denied"


def test_expired_ticket_ends_the_sign_in_at_the_next_poll(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()

    deployment.clock.advance(181)
    polled = go_on(app, asked["auth_session"])

    assert (polled.status_code, polled.get_json()["error"]) == (400, "invalid_session")


def test_cancelled_launch_can_neither_be_confirmed_nor_go_on(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    phone_reads(deployment, asked)

    cancelled = go_on(app, asked["auth_session"], cancelled="true")
    confirmed = confirm_again(deployment, asked)
    polled = go_on(app, asked["auth_session"])

    assert (cancelled.status_code, cancelled.get_json()["error"]) == (400, "access_denied")
    assert (confirmed.status_code, confirmed.get_json()["error"]) == (409, "ticket_denied")
    assert polled.get_json()["error"] == "invalid_session"


def test_cancelling_after_the_confirmation_signs_nobody_in(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"])

    cancelled = go_on(app, asked["auth_session"], cancelled="true")
    polled = go_on(app, asked["auth_session"])

    assert cancelled.get_json()["error"] == "access_denied"
    assert polled.get_json()["error"] == "invalid_session"


def test_cancelled_send_auth_takes_no_code_any_more(deployment: Deployment) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = native(deployment, connections=("mobile",))
    asked = begin(app).get_json()

    cancelled = go_on(app, asked["auth_session"], cancelled="true")
    code, state = deployment.wechat.oauth_code("li-lei"), asked["send_auth"]["state"]
    late = go_on(app, asked["auth_session"], wechat_code=code, state=state)

    assert cancelled.get_json()["error"] == "access_denied"
    assert late.get_json()["error"] == "invalid_session"
    assert deployment.wechat.calls("/sns/oauth2/access_token") == []


@pytest.mark.parametrize("value", ["", "false", "1"])
def test_cancelled_is_true_or_not_there(deployment: Deployment, value: str) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()

    refused = go_on(app, asked["auth_session"], cancelled=value)

    assert refused.status_code == (403 if value == "" else 400)


def test_first_request_cannot_be_cancelled(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)

    refused = begin(app, cancelled="true")

    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("李雷的 iPhone", "李雷的 iPhone"),
        ("  Pixel\u00a09 \n Pro\u202e ", "Pixel 9 Pro"),
        ("x" * 3000, "x" * 40),
        ("\u200b\u0000", "Safari · iPhone"),
        (None, "Safari · iPhone"),
    ],
)
def test_phone_shows_the_name_that_the_app_gives_its_device(
    deployment: Deployment, sent: str | None, shown: str
) -> None:
    deployment.connection()
    app = native(deployment)
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    app.http.environ_base["HTTP_USER_AGENT"] = safari

    asked = begin(app, device=sent).get_json()

    assert phone_reads(deployment, asked)["device"] == shown


@pytest.mark.parametrize(
    ("asked", "fresh"), [({}, False), ({"prompt": "login"}, True), ({"max_age": "60"}, True)]
)
def test_fresh_login_tells_the_sdk_to_ask(
    deployment: Deployment, asked: dict[str, str], fresh: bool
) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = native(deployment, connections=("mobile",))

    begun = begin(app, **asked).get_json()
    again = go_on(app, begun["auth_session"]).get_json()

    assert begun["send_auth"]["non_automatic"] is fresh
    assert again["send_auth"] == begun["send_auth"]
