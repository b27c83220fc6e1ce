"""WeChat apps: the credentials that WeChat's consoles hand out, and what is wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from federation.errors import Problem
from federation.translation import N_

Kind = Literal["miniprogram", "mobile", "website", "official"]
KINDS: tuple[Kind, ...] = get_args(Kind)
APP_ID = re.compile(r"wx[0-9a-f]{16}")


@dataclass(frozen=True)
class WeChatApp:
    """One credential. A secret that cannot be unsealed is empty: the app is then not usable."""

    app_id: str
    kind: Kind
    secret: str = field(repr=False)
    name: str = ""
    original_id: str | None = None
    open_platform: str | None = None
    is_default: bool = False
    push_token: str | None = field(default=None, repr=False)
    push_key: str | None = field(default=None, repr=False)
    version: int = 1
    is_faulty: bool = False
    """WeChat has refused it, and it has not worked since."""
    secret_since: int | None = None
    """When the secret was stored (Unix seconds)."""

    @property
    def is_usable(self) -> bool:
        return bool(self.app_id and self.secret)

    @classmethod
    def missing(cls, kind: Kind, app_id: str = "") -> "WeChatApp":
        """Stands where a connection's credential is not configured (any more)."""
        return cls(app_id=app_id, kind=kind, secret="")


@dataclass(frozen=True)
class Fault:
    """Why WeChat last refused a credential (an errcode), and when (Unix seconds)."""

    app_id: str
    errcode: int | None
    at: int


@dataclass(frozen=True)
class WeChatAppFields:
    """What a form or a command gives. On update an empty secret or push key keeps the old one."""

    app_id: str
    kind: str
    secret: str = field(default="", repr=False)
    name: str = ""
    original_id: str = ""
    open_platform: str = ""
    is_default: bool = False
    push_token: str = field(default="", repr=False)
    push_key: str = field(default="", repr=False)

    def problems(self, *, is_new: bool) -> list[Problem]:
        """Everything that is wrong with these values, field by field."""
        return list(self._problems(is_new))

    def _problems(self, is_new: bool) -> Iterator[Problem]:
        if self.app_id.startswith("gh_"):
            yield Problem("app_id", N_("This is an original ID; the AppID begins with wx."))
        elif not APP_ID.fullmatch(self.app_id):
            yield Problem("app_id", N_("An AppID is wx followed by 16 hexadecimal digits."))
        if self.kind not in KINDS:
            yield Problem("kind", N_("Choose what kind of WeChat app this is."))
        if is_new and not self.secret:
            yield Problem("secret", N_("Enter the AppSecret."))
        elif self.secret and not re.fullmatch(r"[!-~]{8,128}", self.secret):
            yield Problem("secret", N_("An AppSecret has 32 letters and digits and no spaces."))
        if self.original_id and not re.fullmatch(r"gh_[0-9a-zA-Z]{4,32}", self.original_id):
            yield Problem(
                "original_id", N_("An original ID is gh_ followed by letters and digits.")
            )
        if len(self.name) > 64:
            yield Problem("name", N_("Use at most 64 characters."))
        if len(self.open_platform) > 64:
            yield Problem("open_platform", N_("Use at most 64 characters."))
        if self.is_default and self.kind in set(KINDS) - {"miniprogram"}:
            yield Problem("is_default", N_("Only a mini program can be the default one."))
        if self.push_token and not re.fullmatch(r"[0-9A-Za-z]{3,32}", self.push_token):
            yield Problem("push_token", N_("A push token has 3 to 32 letters and digits."))
        if self.push_key and not re.fullmatch(r"[0-9A-Za-z]{43}", self.push_key):
            yield Problem("push_key", N_("An EncodingAESKey has 43 letters and digits."))
