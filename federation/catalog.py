"""The upstreams that exist. What is not listed here does not exist."""

from collections.abc import Callable, Mapping

from federation.connections import Mode
from federation.upstreams import Upstream
from federation.wechat.client import WeChatClient
from federation.wechat.mini_program import MiniProgram
from federation.wechat.mobile import MobileApp
from federation.wechat.official import OfficialAccount
from federation.wechat.website import Website

UPSTREAMS: Mapping[Mode, Callable[[WeChatClient], Upstream]] = {
    "wechat-miniprogram": MiniProgram,
    "wechat-mobile": MobileApp,
    "wechat-website": Website,
    "wechat-official": OfficialAccount,
}
