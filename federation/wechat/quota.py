"""How often WeChat's interfaces may still be called today (``/cgi-bin/openapi/quota/get``)."""

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
"""What a sign-in calls and WeChat counts by the day. How many numbers are paid for stands in its
console alone."""
NO_SUCH = (76021, 76022)
"""WeChat does not count it for this app."""


def quotas(client: WeChatClient, app: Credential) -> Iterator[Quota]:
    """Of a mini program; nothing of other kinds, which have no server token here.

    Raises ``Misconfigured`` or ``Unavailable``.
    """
    for path, title in COUNTED.items() if app.kind == "miniprogram" else ():
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


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
