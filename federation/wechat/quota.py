"""How often WeChat's interfaces may still be called today, and what is left of what was paid for.

https://developers.weixin.qq.com/miniprogram/dev/server/API/charge/api_getusagedetail (read
2026-11-29); the numbers of the goods as WeChat's warnings and public clients have them.
"""

from collections.abc import Iterator
from typing import Any

from federation.credentials import Credential
from federation.source import Quota
from federation.translation import N_
from federation.wechat.client import WeChatClient
from federation.wechat.refusals import check

COUNTED = {
    "/wxa/business/getuserphonenumber": N_("Phone numbers"),
    "/wxa/generate_urllink": N_("Links that open the mini program"),
}
"""What a sign-in calls and WeChat counts by the day."""
PAID = {
    "10000077": N_("Phone numbers paid for, quick"),
    "10000086": N_("Phone numbers paid for, real time"),
}
"""Goods of *Paid services*; the free ones are in what is told."""
NO_SUCH = (76021, 76022)
"""WeChat does not count it for this app."""


def quotas(client: WeChatClient, app: Credential) -> Iterator[Quota]:
    """Of a mini program; nothing of other kinds, which have no server token here.

    Raises ``Misconfigured`` or ``Unavailable``.
    """
    if app.kind == "miniprogram":
        yield from _daily(client, app)
        yield from _paid(client, app)


def _daily(client: WeChatClient, app: Credential) -> Iterator[Quota]:
    for path, title in COUNTED.items():
        answer = client.tokens.call(
            app,
            lambda token, path=path: client.transport.post(  # type: ignore[misc]
                "/cgi-bin/openapi/quota/get",
                {"access_token": token},
                {"cgi_path": path},
                app_id=app.id,
            ),
        )
        if answer.errcode in NO_SUCH:
            continue
        quota: Any = check(answer, app.id).document.get("quota")
        if isinstance(quota, dict) and _whole(quota.get("daily_limit")):
            yield Quota(title, _whole(quota["daily_limit"]), _whole(quota.get("remain")))


def _paid(client: WeChatClient, app: Credential) -> Iterator[Quota]:
    """Nothing of what was never had, or of what WeChat does not tell this app."""
    for goods, title in PAID.items():
        answer = client.tokens.call(
            app,
            lambda token, goods=goods: client.transport.get(  # type: ignore[misc]
                "/wxa/charge/usage/get",
                {"access_token": token, "spuId": goods, "offset": "0", "limit": "1"},
                app_id=app.id,
            ),
        )
        told = answer.document
        had, used = (_digits(told.get(name)) for name in ("all", "effectiveUse"))
        if not answer.errcode and had:
            yield Quota(title, had, max(0, had - used), daily=False)


def _digits(value: object) -> int:
    """Numbers of 64 bits come as texts."""
    return int(value) if isinstance(value, str) and value.isdecimal() else _whole(value)


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
