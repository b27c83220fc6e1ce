"""``/cgi-bin/ticket/getticket`` and what WeChat's browser does with its tickets (``wx.config``)."""

import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from .apps import WeChatApp
from .errors import WeChatError
from .wire import Answer, Call
from .world import World
from .wxa import OK, calling_app

KINDS = ("jsapi", "wx_card")


@dataclass(frozen=True)
class Config:
    """What a page gives ``wx.config``, and the page's address."""

    timestamp: str
    nonce: str
    signature: str
    url: str


def ticket(world: World, call: Call) -> Answer:
    """``GET /cgi-bin/ticket/getticket``: the same ticket until it is over.

    :raises WeChatError: those of ``calling_app``; 40097 for a type that is none.
    """
    app = calling_app(world, call, "official")
    kind = call.query.get("type", "")
    if kind not in KINDS:
        raise WeChatError(40097)
    now = world.clock()
    value, expires_at = world.jsapi_tickets.get((app.appid, kind), ("", 0))
    if now >= expires_at:
        value, expires_at = secrets.token_urlsafe(64), now + 7200
        world.jsapi_tickets[app.appid, kind] = (value, expires_at)
    return {**OK, "ticket": value, "expires_in": expires_at - now}


def verdict(world: World, app: WeChatApp, config: Config) -> str:
    """What ``wx.config`` tells the page: ``config:ok`` or why not.

    The callback domain stands for the JS-safe domain, which the console keeps beside it.
    """
    parts = urlsplit(config.url)
    if app.callback_domain not in (parts.netloc, parts.hostname):
        return "config:invalid url domain"
    value, expires_at = world.jsapi_tickets.get((app.appid, "jsapi"), ("", 0))
    is_alive = world.clock() < expires_at
    if is_alive and secrets.compare_digest(signature(value, config), config.signature):
        return "config:ok"
    return "config:invalid signature"


def signature(jsapi_ticket: str, config: Config) -> str:
    """SHA-1 over ticket, nonce, time and the address without its fragment."""
    address = config.url.partition("#")[0]
    signed = (
        f"jsapi_ticket={jsapi_ticket}&noncestr={config.nonce}"
        f"&timestamp={config.timestamp}&url={address}"
    )
    return hashlib.sha1(signed.encode()).hexdigest()  # noqa: S324 - WeChat's choice
