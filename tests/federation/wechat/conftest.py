"""Connections of every mode, on a WeChat whose answers a test writes itself."""

import pytest

from federation import Connection, Credential
from federation.wechat.client import WeChatClient
from federation.wechat.settings import WeChatSettings
from federation.wechat.source import WECHAT
from tests.conftest import TestClock
from tests.federation.scripted_wechat import ScriptedWeChat
from tests.wechat_apps import stored

SECRET = "5ec2e7-of-the-app"
APP_ID = "wx0123456789abcdef"


def an_app(kind: str = "miniprogram", **changes: str | None) -> Credential:
    values = {"original_id": "gh_0123456789ab", "open_platform": "rail"} | changes
    return stored(APP_ID, kind, SECRET, **values)


def a_connection(
    mode: str = "wechat-miniprogram", app: Credential | None = None, **changes: object
) -> Connection:
    declared = WECHAT.mode(mode)
    options = {one.name: one.default for one in declared.options}
    app, changes = app or an_app(declared.kind), {"options": options} | changes
    return Connection("wechat", mode, {"en": "WeChat"}, app, WECHAT, **changes)  # type: ignore[arg-type]


@pytest.fixture
def client(scripted: ScriptedWeChat, clock: TestClock) -> WeChatClient:
    return WeChatClient(WeChatSettings(api_base=scripted.base, sandbox=True), clock)


@pytest.fixture
def hurried(scripted: ScriptedWeChat, clock: TestClock) -> WeChatClient:
    """One that gives up after 0.8 s."""
    settings = WeChatSettings(
        api_base=scripted.base, sandbox=True, connect_timeout=0.5, total_timeout=0.8
    )
    return WeChatClient(settings, clock)
