"""People and connections as WeChat would present them, for tests of accounts."""

from typing import Any

from federation.connections import Connection
from federation.identity import ExternalKey, Identity, VerifiedPhone
from federation.wechat.source import WECHAT
from tests.wechat_apps import stored

MINI = "wx00000000000000a1"
MOBILE = "wx00000000000000b2"
PLATFORM = "acme"
PHONE = "+8613800138000"


def connection(
    connection_id: str = "mini",
    *,
    mode: Any = "wechat-miniprogram",
    appid: str = MINI,
    platform: str | None = PLATFORM,
    **options: Any,
) -> Connection:
    app = stored(appid, "miniprogram", open_platform=platform)
    return Connection(connection_id, mode, {"en": "WeChat"}, app, WECHAT, **options)


def mobile(**options: Any) -> Connection:
    return connection("mobile", mode="wechat-mobile", appid=MOBILE, **options)


def identity(
    openid: str = "o-ming",
    *,
    appid: str = MINI,
    unionid: str | None = None,
    platform: str | None = PLATFORM,
    phone: str | None = None,
    verified_at: int = 1_800_000_000,
    name: str | None = None,
    picture: str | None = None,
) -> Identity:
    keys = [ExternalKey(f"wechat:openid:{appid}", openid)]
    raw = {"openid": openid}
    if unionid:
        raw["unionid"] = unionid
        if platform:
            keys.append(ExternalKey(f"wechat:unionid:{platform}", unionid))
    verified = VerifiedPhone(phone, "wechat-quick", verified_at) if phone else None
    return Identity(tuple(keys), verified, name, picture, raw)
