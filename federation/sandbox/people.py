"""The people who have WeChat on their (virtual) phone, and the ids that WeChat gives them."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from .apps import WeChatApp

#: How WeChat's Open Platform knows this person: ``unbound`` answers carry no UnionID, as if the
#: app had not been bound yet; ``rebound`` ones carry another one, as after the app has moved to
#: another Open Platform account.
Binding = Literal["bound", "unbound", "rebound"]
BINDINGS: tuple[Binding, ...] = ("bound", "unbound", "rebound")


@dataclass(frozen=True)
class Phone:
    """A phone number as WeChat stores it: ``country_code`` without ``+``, ``number`` without it."""

    country_code: str
    number: str

    @property
    def shown(self) -> str:
        """The number as WeChat's ``phoneNumber`` has it: mainland numbers without the code."""
        if self.country_code == "86":
            return self.number
        return f"+{self.country_code}{self.number}"


@dataclass(frozen=True)
class Person:
    """One WeChat user.

    :param avatar: any word; another word is another picture, and the address of the old one
        dies with it. Empty: the person has no picture.
    :param high_risk: codes of this person are answered with 40226.
    :param snapshot: pages of service accounts see a virtual user (``is_snapshotuser``).
    :param deregistered: the WeChat account is gone: no codes, and tokens are void.
    :param dead_avatar: the address of the picture is handed out but answers 404.
    """

    id: str
    nickname: str
    avatar: str = "1"
    phones: tuple[Phone, ...] = ()
    unionid: Binding = "bound"
    high_risk: bool = False
    snapshot: bool = False
    deregistered: bool = False
    dead_avatar: bool = False

    @property
    def avatar_path(self) -> str | None:
        """The path of the picture without the size, or None for a person without one."""
        if not self.avatar:
            return None
        return f"/mmopen/vi_32/{_digest('avatar', f'{self.id}/{self.avatar}')}"


def openid_of(app: WeChatApp, person: Person) -> str:
    """The OpenID: one per person and AppID, stable for as long as the AppID lives."""
    return "o" + _digest(app.appid, person.id)


def unionid_of(app: WeChatApp, person: Person) -> str | None:
    """The UnionID: one per person and Open Platform account, None while there is none."""
    if app.open_platform is None or person.unionid == "unbound":
        return None
    account = app.open_platform
    if person.unionid == "rebound":
        account += "/rebound"
    return "o" + _digest(f"open-platform/{account}", person.id)


def snapshot_of(person: Person) -> Person:
    """The virtual user that WeChat's snapshot pages show in place of ``person``."""
    return Person(id=f"{person.id}/snapshot", nickname="微信用户")


def _digest(key: str, message: str) -> str:
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:27]
