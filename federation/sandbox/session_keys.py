"""``session_key``: one per person and mini program, another one at every ``wx.login``."""

import base64
import hashlib
import hmac
import secrets

from .errors import WeChatError


class SessionKeys:
    """The keys now valid, by AppID and OpenID."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], str] = {}

    def rotate(self, appid: str, openid: str) -> str:
        """A new key; the one before it is void at once."""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._keys[appid, openid] = key
        return key

    def current(self, appid: str, openid: str) -> str:
        return self._keys.get((appid, openid)) or self.rotate(appid, openid)

    def is_known(self, appid: str, openid: str) -> bool:
        """Whether this person has used the mini program since the last reset."""
        return (appid, openid) in self._keys

    def check(self, appid: str, openid: str, signature: str) -> None:
        """Compare the signature with that of the valid key (``wxa/checksession``).

        :raises WeChatError: 87007 without a key, 87009 for the signature of another one.
        """
        key = self._keys.get((appid, openid))
        if key is None:
            raise WeChatError(87007)
        if not hmac.compare_digest(sign(key).encode(), signature.encode()):
            raise WeChatError(87009)


def sign(session_key: str, message: str = "") -> str:
    """HMAC-SHA256 under the key's base64 text as it stands: not under the bytes it stands for."""
    return hmac.new(session_key.encode(), message.encode(), hashlib.sha256).hexdigest()
