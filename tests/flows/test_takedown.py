"""A connection or a WeChat app that was taken down, here or by WeChat."""

import pytest
from click.testing import Result

from app.audit import trail
from app.database import db
from tests.deployment import Deployment
from tests.flows.story import signed_in
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.in_turn


def command(deployment: Deployment, *words: str) -> Result:
    return deployment.app.test_cli_runner().invoke(args=["connections", *words])


def faults(deployment: Deployment) -> list[tuple[str, int | None]]:
    with deployment.app.app_context():
        found = (
            deployment.app.extensions["federation"].credentials.of("wechat").faults(db.session())
        )
    return [(fault.credential_id, fault.errcode) for fault in found]


def test_disabled_connection_keeps_who_is_signed_in(deployment: Deployment) -> None:
    story = signed_in(deployment)
    tokens = story.tokens()

    assert command(deployment, "disable", "wechat").exit_code == 0
    deployment.clock.advance(2)
    kept = story.browser.get(story.shop.start().url)
    page = deployment.browser().get(deployment.browser().get(story.shop.start().url).location)

    assert kept.location.startswith("https://shop.example")
    assert story.shop.refresh(tokens["refresh_token"]).status_code == 200
    assert page.status_code == 403 or "no way to sign in" in page.text


@pytest.mark.on_each
def test_disabled_connection_with_revoke_ends_sessions_grants_and_tells_applications(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment, backchannel_logout_uri="https://shop.example/logged-out")
    tokens = story.tokens()
    app = native(deployment)
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"], "han-meimei")
    code = go_on(app, asked["auth_session"]).get_json()["authorization_code"]

    with deployment.statements() as seen:
        done = command(deployment, "disable", "wechat", "--revoke")

    assert "1 sessions and 2 grants ended" in done.output
    assert any("INSERT INTO logout_delivery" in statement for statement in seen)
    assert story.browser.get(story.shop.start().url).location.startswith("/sign-in/")
    assert story.shop.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert app.redeem(code, story.started, redirect_uri=None).status_code == 400


def test_sign_in_under_way_is_refused_readably_when_its_connection_goes(
    deployment: Deployment,
) -> None:
    deployment.connection()
    shop, browser = deployment.application(first_party=True), deployment.browser()
    location = browser.get(shop.start().url).location
    scan = browser.submit(browser.get(location), location, connection="wechat")
    browser.scan(scan.location, "li-lei")
    command(deployment, "disable", "wechat")
    deployment.clock.advance(2)

    refused = browser.get(scan.location)

    assert refused.status_code == 403
    assert "This way of signing in is not available" in refused.text
    assert MINI_PROGRAM.appid not in refused.text


def refusals(deployment: Deployment) -> list[tuple[str | None, str | None, str | None]]:
    """Application, connection and rule of each sign-in that was refused."""
    with deployment.app.app_context():
        found = trail.page(db.session(), trail.Filter(kind="sign_in.refused"))
    return [(event.client_id, event.connection_id, event.rule) for event in found]


def test_button_of_a_connection_that_was_switched_off_is_refused_truly_and_logged(
    deployment: Deployment,
) -> None:
    deployment.connection()
    shop, browser = deployment.application(first_party=True), deployment.browser()
    location = browser.get(shop.start().url).location
    page = browser.get(f"{location}?ways=all")
    command(deployment, "disable", "wechat", "--client", "shop")

    refused = browser.submit(page, location, connection="wechat")

    assert refused.status_code == 403
    assert "It is switched off, or is not meant for this application." in refused.text
    assert "They were told" not in refused.text
    assert refusals(deployment) == [("shop", "wechat", "not_enabled")]


def test_connection_that_does_not_exist_is_refused_and_not_logged(deployment: Deployment) -> None:
    deployment.connection()
    shop, browser = deployment.application(first_party=True), deployment.browser()
    location = browser.get(shop.start().url).location
    page = browser.get(f"{location}?ways=all")

    refused = browser.submit(page, location, connection="x" * 500)

    assert refused.status_code == 403
    assert refusals(deployment) == []


def test_stranger_cannot_fill_the_log_with_refusals(deployment: Deployment) -> None:
    deployment.connection()
    deployment.connection("other")
    shop, browser = deployment.application(first_party=True), deployment.browser()
    command(deployment, "disable", "other", "--client", "shop")
    location = browser.get(shop.start().url).location

    for _ in range(40):
        browser.get(f"{location}/from/other?code=x")

    assert len(refusals(deployment)) == 30


def test_phone_is_told_that_a_connection_was_switched_off_and_it_is_logged(
    deployment: Deployment,
) -> None:
    deployment.connection()
    asked = begin(native(deployment)).get_json()
    command(deployment, "disable", "wechat")
    deployment.clock.advance(2)
    phone = deployment.app.test_client(use_cookies=False)
    scene = asked["launch"]["path"].partition("ticket=")[2]

    refused = phone.get(f"/federation/v1/tickets/{scene}")

    assert (refused.status_code, refused.get_json()["error"]) == (503, "not_available")
    assert refused.headers["Retry-After"] == "60"
    assert refusals(deployment) == [("app", "wechat", "not_enabled")]


def test_app_that_cannot_be_launched_is_told_to_the_admin(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    missing = ("wechat-apps", "change", MINI_PROGRAM.appid, "--original-id", "")
    assert deployment.app.test_cli_runner().invoke(args=missing).exit_code == 0
    deployment.clock.advance(2)

    refused = begin(app)
    with deployment.app.app_context():
        events = trail.page(db.session(), trail.Filter(kind="connection.misconfigured"))

    assert (refused.status_code, refused.get_json()["error"]) == (503, "temporarily_unavailable")
    assert refused.headers["Retry-After"] == "60"
    assert [event.detail for event in events] == [
        {
            "source": "wechat",
            "app_id": MINI_PROGRAM.appid,
            "what": "the original ID (gh_…) is not set",
        }
    ]
    assert faults(deployment) == []


@pytest.mark.parametrize("errcode", [40013, 50007, 40125])
def test_app_that_wechat_refuses_is_told_to_the_admin_alone(
    deployment: Deployment, errcode: int
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    deployment.wechat.answers(errcode, "/sns/jscode2session")

    refused = confirm(deployment, asked["launch"])
    noted = faults(deployment)
    with deployment.app.app_context():
        events = trail.page(db.session(), trail.Filter(kind="connection.misconfigured"))

    assert (refused.status_code, refused.get_json()["error"]) == (503, "not_available")
    assert str(errcode) not in refused.text
    assert MINI_PROGRAM.appid not in refused.text
    assert noted == [(MINI_PROGRAM.appid, errcode)]
    assert events[0].detail["errcode"] == errcode


def test_fault_is_forgotten_once_wechat_accepts_the_app_again(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    deployment.wechat.answers(40013, "/sns/jscode2session")
    confirm(deployment, asked["launch"])
    deployment.clock.advance(2)

    confirmed = confirm(deployment, asked["launch"])

    assert confirmed.status_code == 200
    assert faults(deployment) == []


def test_refused_app_keeps_who_is_signed_in(deployment: Deployment) -> None:
    story = signed_in(deployment)
    app = native(deployment)
    deployment.wechat.answers(50007, "/sns/jscode2session")
    confirm(deployment, begin(app).get_json()["launch"])

    kept = story.browser.get(story.shop.start().url)

    assert kept.location.startswith("https://shop.example")
