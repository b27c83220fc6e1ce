"""Which connections fit the browser that asks, and how each of them begins there.

Read from its User-Agent: a guess for buttons and words, and nothing that trust rests on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from federation.connections import Connection
from federation.source import OwnBrowser, Place, Source, Way

Device = Literal["phone", "desktop"]
Advice = Literal["open-in-its-app", "open-on-desktop", "use-the-app", "ask-admin"]
"""What would fit when nothing does: a sentence of the application stands behind each."""

_ELSEWHERE: tuple[tuple[Place, Advice], ...] = (
    ("own-browser", "open-in-its-app"),
    ("desktop", "open-on-desktop"),
    ("native-app", "use-the-app"),
)
"""Where a connection would fit that does not fit here; the easiest to get to comes first."""

# First match wins: every browser also claims to be several others.
_BROWSERS = (
    ("wxwork", "WeCom"),
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


@dataclass(frozen=True)
class ConnectionButton:
    """One button: a connection, and how it begins here."""

    connection: Connection
    way: Way


@dataclass(frozen=True)
class Offers:
    """The buttons for one browser; ``advice`` says what would fit when there are none.

    :param advised: the source that the advice is about.
    """

    buttons: tuple[ConnectionButton, ...]
    advice: Advice | None
    advised: Source | None = None


def device_of(user_agent: str) -> Device:
    """Whether a browser runs on a phone, as far as its user agent tells."""
    agent = user_agent.lower()
    if re.search(r"\((pc|2in1); ?openharmony", agent):
        return "desktop"  # Huawei's computers tell what they are before what they run
    phones = r"android|iphone|ipod|harmonyos|openharmony|mobile"
    return "phone" if re.search(phones, agent) else "desktop"


def place_of(user_agent: str, own: OwnBrowser | None) -> Place:
    """Where a browser is, as a source sees it: inside the source's own app, or elsewhere."""
    if own is None:
        return device_of(user_agent)
    agent = user_agent.lower()
    if any(mark in agent for mark in own.unless):
        return device_of(user_agent)
    if any(mark in agent for mark in own.on_computer):
        return "own-browser-on-computer"
    is_inside = any(mark in agent for mark in own.marks)
    return "own-browser" if is_inside else device_of(user_agent)


def is_inside(user_agent: str, source: Source) -> bool:
    """Whether a browser is that of the source's own app."""
    return place_of(user_agent, source.browser) in ("own-browser", "own-browser-on-computer")


def label_of(user_agent: str) -> str | None:
    """ "Chrome · Windows": what a person is told of a browser; None when nothing is known of it."""
    names = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return " · ".join(name for name in names if name) or None


def offers(connections: Iterable[Connection], user_agent: str) -> Offers:
    """The connections that can begin in this browser, in their own order."""
    known = tuple(connections)
    fitting = tuple(_fitting(known, user_agent))
    firsts = {one.connection.source.id for one in fitting if not one.way.second_choice}
    buttons = tuple(
        one for one in fitting if not (one.way.second_choice and one.connection.source.id in firsts)
    )
    return Offers(buttons, None) if buttons else _advice(known)


def in_app(connections: Iterable[Connection]) -> list[Connection]:
    """The connections that a native app can sign in by, without any browser."""
    return [each for each in connections if "native-app" in each.declared_mode.ways]


def _fitting(connections: Iterable[Connection], user_agent: str) -> Iterator[ConnectionButton]:
    for connection in connections:
        place = place_of(user_agent, connection.source.browser)
        way = connection.declared_mode.ways.get(place)
        if way is not None:
            yield ConnectionButton(connection, way)


def _advice(connections: Iterable[Connection]) -> Offers:
    for place, advice in _ELSEWHERE:
        for connection in connections:
            if place in connection.declared_mode.ways:
                return Offers((), advice, connection.source)
    return Offers((), "ask-admin")


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for mark, name in table if mark in user_agent), None)
