"""Connections of every mode, on a WeChat whose answers a test writes itself."""

import pytest

from federation.connections import KIND_OF_MODE, Connection, Mode
from federation.wechat.client import WeChatClient
from federation.wechat.settings import WeChatSettings
from federation.wechat_apps import Kind, WeChatApp
from tests.conftest import TestClock
from tests.federation.scripted_wechat import ScriptedWeChat

SECRET = "5ec2e7-of-the-app"
APP_ID = "wx0123456789abcdef"


def an_app(kind: Kind = "miniprogram", **changes: object) -> WeChatApp:
    values = {"original_id": "gh_0123456789ab", "open_platform": "rail"} | changes
    return WeChatApp(APP_ID, kind, SECRET, **values)  # type: ignore[arg-type]


def a_connection(
    mode: Mode = "wechat-miniprogram", app: WeChatApp | None = None, **changes: object
) -> Connection:
    app = app or an_app(KIND_OF_MODE[mode])
    return Connection("wechat", mode, {"en": "WeChat"}, app, **changes)  # type: ignore[arg-type]


@pytest.fixture
def client(scripted: ScriptedWeChat, clock: TestClock) -> WeChatClient:
    settings = WeChatSettings(
        api_base=scripted.base, sandbox=True, connect_timeout=0.5, total_timeout=0.8
    )
    return WeChatClient(settings, clock)
