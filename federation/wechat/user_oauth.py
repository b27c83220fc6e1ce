"""WeChat's own kind of OAuth, shared by mobile apps, websites and official accounts.

``sns/oauth2/access_token`` tells who; ``sns/userinfo`` adds what the person shows of themselves.
The user's tokens are used for that one call and forgotten.
"""

import logging

from federation.connections import Connection
from federation.credentials import Credential
from federation.errors import Denied, FederationError, Misconfigured, Unavailable
from federation.identity import Identity
from federation.wechat.client import WeChatClient
from federation.wechat.people import Profile, check_code, identity, profile
from federation.wechat.refusals import SnapshotRefused, check
from federation.wechat.transport import Answer

_PROFILE_SCOPES = frozenset({"snsapi_userinfo", "snsapi_login"})
_log = logging.getLogger(__name__)


def sign_in(client: WeChatClient, connection: Connection, code: str) -> Identity:
    """The person behind an OAuth code, in at most two calls. The code is sent once.

    Raises ``CodeRejected``, ``Denied`` (``SnapshotRefused``), ``Unavailable``, ``Misconfigured``.
    """
    app = connection.usable_credential()
    check_code(code)
    token = _redeem(client, app, code)
    openid = token.text("openid")
    if openid is None:
        raise Unavailable("sns/oauth2/access_token: no openid")
    if token.document.get("is_snapshotuser") in (1, "1", True):
        raise SnapshotRefused("is_snapshotuser")
    shown, unionid = _look(client, app, token, openid)
    return identity(app, openid, token.text("unionid") or unionid, shown=shown)


def _redeem(client: WeChatClient, app: Credential, code: str) -> Answer:
    query = {
        "appid": app.id,
        "secret": app["secret"],
        "code": code,
        "grant_type": "authorization_code",
    }
    answer = client.transport.get("/sns/oauth2/access_token", query, app_id=app.id)
    if answer.errcode == 40001:
        # No token is involved here: WeChat means the AppSecret.
        raise Misconfigured("errcode 40001", credential_id=app.id, errcode=40001)
    return check(answer, app.id)


def _look(
    client: WeChatClient, app: Credential, token: Answer, openid: str
) -> tuple[Profile, str | None]:
    """Name, picture and UnionID from ``sns/userinfo``.

    The code is spent and WeChat has said who it is, so only a denial stops the sign-in here.
    """
    access_token = token.text("access_token")
    scopes = (token.text("scope") or "").replace(" ", "").split(",")
    if access_token is None or not _PROFILE_SCOPES.intersection(scopes):
        return Profile(), None
    query = {"access_token": access_token, "openid": openid, "lang": "zh_CN"}
    try:
        found = check(client.transport.get("/sns/userinfo", query, app_id=app.id), app.id)
    except Denied:
        raise
    except FederationError as error:
        _log.warning("signing in without a profile: %s app_id=%s", error, app.id)
        return Profile(), None
    if found.text("openid") != openid:
        _log.error("sns/userinfo answered for somebody else: app_id=%s", app.id)
        return Profile(), None
    shown = profile(found.document.get("nickname"), found.document.get("headimgurl"))
    return shown, found.text("unionid")
