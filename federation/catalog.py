"""The sources that exist. What is not listed here does not exist."""

from federation.source import Source
from federation.wechat.source import WECHAT

SOURCES: tuple[Source, ...] = (WECHAT,)
