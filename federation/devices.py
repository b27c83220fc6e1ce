"""Which connections fit the browser that asks, and how each of them begins there.

Read from its User-Agent: a guess for buttons and words, and nothing that trust rests on.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from federation.connections import Connection, Mode

Device = Literal["wechat", "wechat-on-computer", "phone", "desktop"]
Presentation = Literal["redirect", "scan", "link"]
Advice = Literal["open-in-wechat", "open-on-desktop", "use-the-app", "ask-admin"]
"""What would fit when nothing does: a sentence of the application stands behind each."""

_WAYS: Mapping[Device, Mapping[Mode, Presentation]] = {
    "wechat": {"wechat-official": "redirect"},
    "wechat-on-computer": {"wechat-official": "redirect"},
    "phone": {"wechat-miniprogram": "link"},
    "desktop": {"wechat-miniprogram": "scan", "wechat-website": "redirect"},
}
# Links open the mini program inside WeChat too; the official account is smoother where there is
# one, since the person does not leave the page.
_SECOND_CHOICE: Mapping[Device, Mapping[Mode, Presentation]] = {
    "wechat": {"wechat-miniprogram": "link"},
    "wechat-on-computer": {"wechat-miniprogram": "scan", "wechat-website": "redirect"},
    "phone": {},
    "desktop": {},
}
_ADVICE: tuple[tuple[Mode, Advice], ...] = (
    ("wechat-official", "open-in-wechat"),
    ("wechat-website", "open-on-desktop"),
    ("wechat-mobile", "use-the-app"),
)

# First match wins: every browser also claims to be several others.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("MQQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_COMPUTER_WECHAT = ("windowswechat", "macwechat")
"""WeChat on a computer signs in by its official account, but opens no mini program from a link."""


@dataclass(frozen=True)
class ConnectionButton:
    """One button: a connection, and whether it redirects, shows a code to scan, or is a link."""

    connection: Connection
    way: Presentation


@dataclass(frozen=True)
class Offers:
    """The buttons for one browser; ``advice`` says what would fit when there are none."""

    device: Device
    buttons: tuple[ConnectionButton, ...]
    advice: Advice | None


def device_of(user_agent: str) -> Device:
    """Where a browser runs, as far as its user agent tells.

    WeChat for work (``wxwork``) calls itself WeChat as well and is not.
    """
    agent = user_agent.lower()
    is_wechat = "wxwork" not in agent
    if is_wechat and any(name in agent for name in _COMPUTER_WECHAT):
        return "wechat-on-computer"
    if is_wechat and "micromessenger" in agent:
        return "wechat"
    if re.search(r"android|iphone|ipod|harmonyos|openharmony|mobile", agent):
        return "phone"
    return "desktop"


def label_of(user_agent: str) -> str | None:
    """ "Chrome · Windows": what a person is told of a browser; None when nothing is known of it."""
    names = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return " · ".join(name for name in names if name) or None


def offers(connections: Iterable[Connection], user_agent: str) -> Offers:
    """The connections that can begin in this browser, in their own order."""
    device, known = device_of(user_agent), tuple(connections)
    buttons = tuple(_fitting(known, _WAYS[device])) or tuple(
        _fitting(known, _SECOND_CHOICE[device])
    )
    return Offers(device, buttons, None if buttons else _advice(known))


def _fitting(
    connections: Iterable[Connection], ways: Mapping[Mode, Presentation]
) -> Iterator[ConnectionButton]:
    for connection in connections:
        way = ways.get(connection.mode)
        if way is not None:
            yield ConnectionButton(connection, way)


def _advice(connections: Iterable[Connection]) -> Advice:
    modes = {connection.mode for connection in connections}
    return next((advice for mode, advice in _ADVICE if mode in modes), "ask-admin")


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for mark, name in table if mark in user_agent), None)
