"""An official account that is asked for the OpenID alone: silent, and duplicates follow."""

from typing import Any

from tests.deployment import Deployment
from tests.flows.story import signed_in
from tests.relying_party import RelyingParty
from tests.sandbox_server import OFFICIAL, OPEN_PLATFORM

INSIDE_WECHAT = "Mozilla/5.0 (iPhone) Mobile MicroMessenger/8.0.50"


def through_official(deployment: Deployment, shop: RelyingParty) -> tuple[str, Any, Any]:
    """Where the browser was sent, the page that it came back to, and how the request began."""
    browser, started = deployment.browser(), shop.start(scope="openid wechat")
    browser.agent = INSIDE_WECHAT
    login = browser.get(started.url).location
    away = browser.submit(browser.get(login), login, connection="official")
    back = deployment.wechat.authorize(away.location, "li-lei")
    assert back is not None
    return away.location, browser.get(back.partition("127.0.0.1:8000")[2]), (browser, started)


def test_silent_sign_in_brings_no_unionid_and_makes_a_second_account(
    deployment: Deployment,
) -> None:
    deployment.credential(OFFICIAL, "official", open_platform=OPEN_PLATFORM)
    silent = {"scope": "snsapi_base"}
    deployment.connection("official", mode="wechat-official", app_id=OFFICIAL.appid, options=silent)
    story = signed_in(deployment, connections=("wechat", "official"), scope="openid wechat")
    by_scan = story.shop.userinfo(story.tokens()["access_token"]).get_json()

    subs = []
    for _ in range(2):
        address, finished, (browser, started) = through_official(deployment, story.shop)
        code = story.shop.response(browser.get(finished.location).location, started)["code"]
        tokens = story.shop.redeem(code, started).get_json()
        subs.append(story.shop.userinfo(tokens["access_token"]).get_json())

    assert "scope=snsapi_base" in address
    assert subs[0] == subs[1]
    assert subs[0]["sub"] != by_scan["sub"]
    assert "wechat_unionid" not in subs[0]
