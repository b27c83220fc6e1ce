"""What WeChat calls a person: an OpenID for each app, a UnionID for each Open Platform account.

``("wechat:openid:<AppID>", openid)`` is a key of every identity;
``("wechat:unionid:<Open Platform account>", unionid)`` only where WeChat gave a UnionID and the
administrator said which Open Platform account it belongs to. The UnionID itself is in ``raw``.
"""

from federation.identity import Identity

OPENID = "wechat:openid:"
UNIONID = "wechat:unionid:"


def openid_of(identity: Identity) -> str:
    return identity.keys[0].value


def appid_of(identity: Identity) -> str:
    """The AppID of the credential that signed the person in."""
    return identity.keys[0].namespace.removeprefix(OPENID)


def unionid_of(identity: Identity) -> str | None:
    """The UnionID as WeChat gave it, also where no Open Platform account is configured."""
    return identity.raw.get("unionid")
