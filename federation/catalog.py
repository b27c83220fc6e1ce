"""The sources that exist. What is not listed here does not exist."""

from federation.oauth2_provider.source import OAUTH2
from federation.openid_connect.source import OPENID
from federation.source import Source
from federation.wechat.source import WECHAT

SOURCES: tuple[Source, ...] = (WECHAT, OPENID, OAUTH2)
