"""One-time codes: four kinds that live in four namespaces and cannot stand in for one another."""

import secrets
import string
from dataclasses import dataclass
from typing import Literal

from .errors import WeChatError
from .people import Phone

#: ``js`` from ``wx.login``; ``phone`` from the phone button; ``official`` from the web login
#: inside WeChat; ``open`` from ``SendAuth`` of mobile apps and ``qrconnect`` of websites.
CodeKind = Literal["js", "phone", "official", "open"]

#: Seconds that a code of each kind lives.
LIFETIMES: dict[CodeKind, int] = {"js": 300, "phone": 300, "official": 300, "open": 600}

_ALPHABET = string.ascii_letters + string.digits


@dataclass
class Code:
    value: str
    kind: CodeKind
    appid: str
    person_id: str
    issued_at: int
    scope: str = ""
    snapshot: bool = False
    phone: Phone | None = None
    is_used: bool = False

    @property
    def expires_at(self) -> int:
        return self.issued_at + LIFETIMES[self.kind]


class Codes:
    """Every code minted since the last reset."""

    def __init__(self) -> None:
        self._codes: dict[tuple[CodeKind, str], Code] = {}

    def mint(
        self,
        kind: CodeKind,
        appid: str,
        person_id: str,
        now: int,
        *,
        scope: str = "",
        snapshot: bool = False,
        phone: Phone | None = None,
    ) -> Code:
        """A new code in the shape of its kind: 64 hex digits for phones, else 32 characters."""
        value = secrets.token_hex(32) if kind == "phone" else _short_code()
        code = Code(value, kind, appid, person_id, now, scope, snapshot, phone)
        self._codes[kind, value] = code
        return code

    def load(self, kind: CodeKind, value: str, now: int) -> Code:
        """The code of this kind that is still alive, used or not.

        :raises WeChatError: 40029 for an unknown or expired one; 42003 for an expired OAuth code.
        """
        code = self._codes.get((kind, value))
        if code is None:
            raise WeChatError(40029)
        if now >= code.expires_at:
            raise WeChatError(42003 if kind in ("official", "open") else 40029)
        return code

    def expire(self, value: str) -> bool:
        """Make a code as old as its kind allows; False if there is no such code."""
        for code in self._codes.values():
            if code.value == value:
                code.issued_at -= LIFETIMES[code.kind]
                return True
        return False


def _short_code() -> str:
    return "0" + "".join(secrets.choice(_ALPHABET) for _ in range(31))
