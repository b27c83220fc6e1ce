"""Auth.js, better-auth and Logto's two connectors take the sandbox for WeChat."""

from dataclasses import asdict

from tests import services
from tests.interop.wechat.library import PERSON, path, run
from tests.interop.wechat.tunnel import Tunnel
from tests.sandbox_server import MOBILE, OFFICIAL, WEBSITE, LiveSandbox

NAME = "韩梅梅🌸"


def test_libraries_on_node_sign_in(wechat: LiveSandbox, through: Tunnel) -> None:
    if not path("node_modules").is_dir():
        services.missing("the libraries are not installed: npm ci --prefix tests/interop/wechat")
    for app in (WEBSITE, OFFICIAL):
        wechat.app(app.appid, callback_domain="site.example")

    told = run(
        [services.node(), str(path("node-libraries.mjs"))],
        wechat,
        through,
        website=asdict(WEBSITE),
        official=asdict(OFFICIAL),
        mobile=asdict(MOBILE),
    )

    everywhere = wechat.unionid(PERSON)
    person = {"nickname": NAME, "signedIn": True}
    assert told["authJsOfWebsites"] == {
        **person, "openid": wechat.openid(PERSON, WEBSITE.appid), "longState": True
    }  # fmt: skip
    assert told["authJsOfAccounts"] == {
        **person, "openid": wechat.openid(PERSON, OFFICIAL.appid), "longState": False
    }  # fmt: skip
    assert told["betterAuth"] == {"to": "/in", "nickname": NAME, "id": everywhere}
    by_logto = {"id": everywhere, "name": NAME, "again": "social_auth_code_invalid"}
    assert told["logtoWeb"] == told["logtoNative"] == by_logto
