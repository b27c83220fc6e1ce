"""wechatpy, django-allauth and social-auth take the sandbox for WeChat."""

import os
from dataclasses import asdict
from pathlib import Path

from federation.sandbox import seed
from federation.sandbox.messages import TEMPLATE
from tests import services
from tests.interop.wechat.library import PERSON, path, run
from tests.interop.wechat.tunnel import Tunnel
from tests.sandbox_server import COMPONENT, MINI_PROGRAM, OFFICIAL, WEBSITE, LiveSandbox

PYTHON = Path(os.environ.get("WECHAT_PYTHON", path(".venv/bin/python")))
"""With the packages of ``requirements.lock`` here: theirs, and none of ours."""
NAME = "韩梅梅🌸"


def test_libraries_in_python_sign_in_and_call(wechat: LiveSandbox, through: Tunnel) -> None:
    if not PYTHON.is_file():
        services.missing(
            "the libraries are not installed: make tests/interop/wechat/.venv/.installed"
        )
    for app in (WEBSITE, OFFICIAL, COMPONENT):
        wechat.app(app.appid, callback_domain="testserver")
    wechat.app(COMPONENT.appid, push_url="http://127.0.0.1:9/")  # read from what was sent

    told = run(
        [str(PYTHON), str(path("python_libraries.py"))],
        wechat,
        through,
        mini=asdict(MINI_PROGRAM),
        website=asdict(WEBSITE),
        official=asdict(OFFICIAL),
        component=asdict(COMPONENT),
        template=TEMPLATE,
        push_token=seed.PUSH_TOKEN,
        push_key=seed.PUSH_AES_KEY,
    )

    assert told["wechatpy"] == {
        "openid": wechat.openid(PERSON),
        "phone": "13900139000",
        "text": 0,
        "picture": "ffd8ff",
        "addresses": ["127.0.0.1"],
        "jsapi": "config:ok",
        "nowhere": 40066,
        "website": wechat.openid(PERSON, WEBSITE.appid),
        "nickname": NAME,
        "alive": True,
        "refreshed": wechat.openid(PERSON, WEBSITE.appid),
        "again": 40163,
    }
    by_website = {"openid": wechat.openid(PERSON, WEBSITE.appid), "nickname": NAME}
    by_account = {"openid": wechat.openid(PERSON, OFFICIAL.appid), "nickname": NAME}
    assert told["allauth"] == told["weixin"] == by_website
    assert told["weixinapp"] == by_account
    assert told["third-party"] == {
        "ticket": True,
        "accounts": {MINI_PROGRAM.appid: ["127.0.0.1"], OFFICIAL.appid: ["127.0.0.1"]},
        "pre_auth": True,
        **by_account,
    }
    calls = wechat.control("GET", "/calls?path=/sns/oauth2/access_token")["calls"]
    assert {call["method"] for call in calls} == {"GET", "POST"}
