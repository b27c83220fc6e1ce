"""The application's own access tokens, in families that never touch each other.

``GET /cgi-bin/token`` gives a new token at every call and lets the one before it work for five
more minutes. ``POST /cgi-bin/stable_token`` gives the same one until it is nearly over.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Literal

from .errors import WeChatError

#: ``authorizer``: given to a third party that an account has authorized.
Family = Literal["plain", "stable", "authorizer"]
FAMILIES: tuple[Family, ...] = ("plain", "stable")

LIFETIME = 7200
#: Seconds that a replaced plain token goes on working, and the lead of a stable renewal.
OVERLAP = 300

_SHAPE = re.compile(r"\d+_[A-Za-z0-9_-]{100,512}")


@dataclass
class AppToken:
    value: str
    appid: str
    family: Family
    expires_at: int
    void_at: int | None = None


class AppTokens:
    """The tokens of all apps, and who holds which."""

    def __init__(self) -> None:
        self._tokens: dict[str, AppToken] = {}
        self._current: dict[tuple[Family, str], AppToken] = {}

    def plain(self, appid: str, now: int) -> AppToken:
        """A new token; the one before it is void after the overlap."""
        return self._renew("plain", appid, now, void_after=OVERLAP)

    def stable(self, appid: str, now: int, *, force: bool) -> AppToken:
        """The current token, or a new one in its last five minutes or when forced."""
        current = self._current.get(("stable", appid))
        if current is not None and not force and now < current.expires_at - OVERLAP:
            return current
        return self._renew("stable", appid, now, void_after=0 if force else OVERLAP)

    def authorizer(self, appid: str, now: int) -> AppToken:
        """A token for a third party; the one before it goes on for the overlap."""
        return self._renew("authorizer", appid, now, void_after=OVERLAP)

    def holder(self, value: str, now: int) -> str:
        """The AppID that a token speaks for.

        :raises WeChatError: 41001 missing, 40014 malformed, 40001 void or not the latest,
            42001 expired.
        """
        if not value:
            raise WeChatError(41001)
        if not _SHAPE.fullmatch(value):
            raise WeChatError(40014)
        token = self._tokens.get(value)
        if token is None or (token.void_at is not None and now >= token.void_at):
            raise WeChatError(40001)
        if now >= token.expires_at:
            raise WeChatError(42001)
        return token.appid

    def invalidate(self, appid: str, family: Family, now: int, *, renewed: bool) -> None:
        """What another server of the same developer does to our token.

        :param renewed: the other server has got a new one, which a fetch now gives to us too;
            otherwise the dead token is handed out again until somebody forces a renewal.
        """
        token = self._current.get((family, appid))
        if token is None:
            return
        token.void_at = now
        if renewed:
            self._renew(family, appid, now, void_after=0)

    def _renew(self, family: Family, appid: str, now: int, *, void_after: int) -> AppToken:
        before = self._current.get((family, appid))
        if before is not None and before.void_at is None:
            before.void_at = now + void_after
        token = AppToken("74_" + secrets.token_urlsafe(100), appid, family, now + LIFETIME)
        self._tokens[token.value] = token
        self._current[family, appid] = token
        return token
