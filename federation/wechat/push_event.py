"""What each of WeChat's authorization-change events wants forgotten (开发/服务端/事件通知)."""

from federation.credentials import Credential
from federation.errors import PushRefused
from federation.identity import ExternalKey
from federation.pushes import Withdrawal
from federation.wechat.people import OPENID
from federation.wechat.push_message import Fields

PROFILE_ITEMS = frozenset({"6", "19", "20", "205"})
"""``RevokeInfo``: nickname and avatar, in all the ways in which they are given."""
PHONE_ITEMS = frozenset({"8"})
EVERYTHING = "301"


def withdrawal(app: Credential, message: Fields) -> Withdrawal | None:
    """What is to be forgotten of a person of this app; None for an event that is none of these.

    :raises PushRefused: it is another app's.
    """
    if message.get("AppID", app.id) != app.id:
        raise PushRefused("an event of another app")
    openid = message.get("OpenID")
    key = ExternalKey(OPENID + app.id, openid) if openid else None
    event = message.get("Event", "")
    told = {"event": event, "appid": app.id}
    if event == "user_authorization_revoke":
        return _revoked(app, key, message.get("RevokeInfo", ""), told)
    if event == "user_info_modified":
        # WeChat changed or erased name or picture.
        return Withdrawal(key, profile=True, told=told)
    if event == "user_authorization_cancellation":
        # The person has left WeChat.
        return Withdrawal(key, identity=True, person=True, told=told)
    return None


def _revoked(
    app: Credential, key: ExternalKey | None, revoke_info: str, told: dict[str, str]
) -> Withdrawal:
    """The items that the person withdrew; not the same as leaving.

    A mobile app's or website's one authorization is everything. (WeChat's guide gives it the
    number 301, its samples show 1.)
    """
    items = frozenset(item for item in revoke_info.split(",") if item)
    if EVERYTHING in items or app.kind in ("mobile", "website"):
        return Withdrawal(key, identity=True, told=told | {"revoke_info": EVERYTHING})
    return Withdrawal(
        key,
        profile=bool(PROFILE_ITEMS & items),
        phone=bool(PHONE_ITEMS & items),
        told=told | {"revoke_info": ",".join(sorted(items))},
    )
