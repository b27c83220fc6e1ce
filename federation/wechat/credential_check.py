"""Tries a credential at WeChat without anybody signing in."""

from contextlib import suppress

from federation.credentials import Credential
from federation.errors import CodeRejected, Misconfigured
from federation.wechat.client import WeChatClient
from federation.wechat.refusals import check

_NOBODYS_CODE = "qiao0credential0check0000000000"


def check_credential(client: WeChatClient, app: Credential) -> None:
    """Silent when WeChat takes the AppID and the AppSecret from this machine.

    A code that nobody was given is exchanged: WeChat complains about the code only after it has
    accepted the credential. Of a mini program a server token is fetched as well: the IP whitelist
    covers that for certain, and codes to scan, links and phone numbers need it. Raises
    ``Misconfigured`` with WeChat's errcode (40013 AppID, 40125 AppSecret, 40164 our IP is not in
    the whitelist, …) or ``Unavailable``.
    """
    if not app.is_usable:
        raise Misconfigured("the AppSecret is missing or cannot be read", credential_id=app.id)
    path, name = "/sns/oauth2/access_token", "code"
    if app.kind == "miniprogram":
        path, name = "/sns/jscode2session", "js_code"
    query = {
        "appid": app.id,
        "secret": app["secret"],
        name: _NOBODYS_CODE,
        "grant_type": "authorization_code",
    }
    answer = client.transport.get(path, query, app_id=app.id)
    if answer.errcode == 40001:
        raise Misconfigured("errcode 40001", credential_id=app.id, errcode=40001)
    with suppress(CodeRejected):
        check(answer, app.id)
    if app.kind == "miniprogram":
        client.tokens.check(app)
