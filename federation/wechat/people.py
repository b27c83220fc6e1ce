"""What every way to WeChat ends in: a code, and the person whose it was.

A code's shape is checked before WeChat is troubled with it, and what WeChat says about a person
becomes an :class:`~federation.identity.Identity`: an OpenID for each app, a UnionID for each Open
Platform account. ``("wechat:openid:<AppID>", openid)`` is a key of every identity;
``("wechat:unionid:<Open Platform account>", unionid)`` only where WeChat gave a UnionID and the
administrator said which Open Platform account it belongs to. The UnionID itself is in ``raw``.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from federation.credentials import Credential
from federation.errors import CodeRejected
from federation.identity import ExternalKey, Identity, VerifiedPhone

OPENID = "wechat:openid:"
UNIONID = "wechat:unionid:"
_CODE = re.compile(r"[A-Za-z0-9._~-]{1,512}")
ANONYMOUS_NAMES = frozenset({"微信用户", "WeChat User", "Weixin User"})
"""The name of everybody who shares none (``wx.getUserProfile`` since November 2022)."""
GREY_AVATAR = (
    "POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg"
)
"""The path segment of the grey avatar that goes with it."""


@dataclass(frozen=True)
class Profile:
    """Name and picture that the person chose, cleaned; both unverified."""

    name: str | None = None
    picture: str | None = None


def profile(nickname: object, avatar: object) -> Profile:
    """What is worth keeping: defaults that say nothing about the person are dropped."""
    name = _clean_name(nickname)
    if name in ANONYMOUS_NAMES:
        return Profile()
    return Profile(name, _clean_picture(avatar))


def identity(
    app: Credential,
    openid: str,
    unionid: str | None,
    *,
    phone: VerifiedPhone | None = None,
    shown: Profile | None = None,
) -> Identity:
    """The person behind an OpenID of ``app``.

    A UnionID becomes a key only together with the Open Platform account that it belongs to:
    without it nobody can tell whether two UnionIDs may be compared.
    """
    shown = shown or Profile()
    keys = [ExternalKey(OPENID + app.id, openid)]
    raw = {"appid": app.id, "openid": openid}
    if unionid:
        raw["unionid"] = unionid
        if app["open_platform"]:
            keys.append(ExternalKey(UNIONID + app["open_platform"], unionid))
    return Identity(tuple(keys), phone, shown.name, shown.picture, raw)


def _clean_name(nickname: object) -> str | None:
    if not isinstance(nickname, str):
        return None
    # Control characters go; format characters stay, since emoji are joined by one.
    printable = "".join(c for c in nickname if unicodedata.category(c) not in ("Cc", "Cs"))
    return printable.strip()[:64] or None


def _clean_picture(avatar: object) -> str | None:
    if not isinstance(avatar, str) or len(avatar) > 512 or GREY_AVATAR in avatar:
        return None
    parts = urlsplit(avatar)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    if parts.hostname.endswith(".qlogo.cn"):
        # WeChat's picture hosts serve both; a page over https may not show the other.
        return parts._replace(scheme="https").geturl()
    return avatar


def check_code(code: str) -> None:
    """Refuses what cannot be a code: empty, longer than 512, or not URL-safe (``CodeRejected``).

    WeChat's developer tools hand out ``the code is a mock one`` without an AppID; it ends here.
    """
    if not _CODE.fullmatch(code):
        raise CodeRejected("the code is empty, too long, or has characters that no code has")


def openid_of(identity: Identity) -> str:
    return identity.keys[0].value


def appid_of(identity: Identity) -> str:
    """The AppID of the credential that signed the person in."""
    return identity.keys[0].namespace.removeprefix(OPENID)


def unionid_of(identity: Identity) -> str | None:
    """The UnionID as WeChat gave it, also where no Open Platform account is configured."""
    return identity.raw.get("unionid")
