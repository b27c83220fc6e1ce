"""The tokens that ``sns/oauth2/access_token`` gives for one person, unlike the application's."""

import secrets
from dataclasses import dataclass

from .errors import WeChatError
from .people import Person

ACCESS_LIFETIME = 7200
#: 30 days; one page on mobile apps says 180.
REFRESH_LIFETIME = 30 * 86400


@dataclass
class UserToken:
    access_token: str
    refresh_token: str
    appid: str
    person: Person
    openid: str
    scope: str
    expires_at: int
    refresh_expires_at: int


class UserTokens:
    """Access and refresh tokens of people, by value."""

    def __init__(self) -> None:
        self._by_access: dict[str, UserToken] = {}
        self._by_refresh: dict[str, UserToken] = {}

    def issue(self, appid: str, person: Person, openid: str, scope: str, now: int) -> UserToken:
        token = UserToken(
            _random(), _random(), appid, person, openid, scope, now + ACCESS_LIFETIME,
            now + REFRESH_LIFETIME,
        )  # fmt: skip
        self._by_access[token.access_token] = token
        self._by_refresh[token.refresh_token] = token
        return token

    def refresh(self, appid: str, refresh_token: str, now: int) -> UserToken:
        """Extend the access token that still lives, or replace the one that does not.

        :raises WeChatError: 40030 for an unknown token or another app's, 42002 for an old one.
        """
        token = self._by_refresh.get(refresh_token)
        if token is None or token.appid != appid:
            raise WeChatError(40030)
        if now >= token.refresh_expires_at:
            raise WeChatError(42002)
        if now >= token.expires_at:
            token.access_token = _random()
            self._by_access[token.access_token] = token
        token.expires_at = now + ACCESS_LIFETIME
        return token

    def load(self, access_token: str, openid: str, now: int, *, unknown: int) -> UserToken:
        """The token, checked against the OpenID that came along.

        :param unknown: the errcode for a token that nobody issued (it differs by endpoint).
        :raises WeChatError: 41001, ``unknown``, 42001, 41009 or 40003.
        """
        if not access_token:
            raise WeChatError(41001)
        token = self._by_access.get(access_token)
        if token is None or token.access_token != access_token:
            raise WeChatError(unknown)
        if now >= token.expires_at:
            raise WeChatError(42001)
        if not openid:
            raise WeChatError(41009)
        if openid != token.openid:
            raise WeChatError(40003)
        return token


def _random() -> str:
    return "74_" + secrets.token_urlsafe(66)
