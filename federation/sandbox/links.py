"""What opens WeChat: codes on screens, links, launches and sign-in requests by native apps."""

import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KEPT = 200

#: WeChat's numbers for how a mini program was entered: code scanned, another mini program, URL
#: Scheme, app launch, URL Link inside and outside WeChat, Short Link, plain URL Scheme.
SCANNED = 1047
FROM_MINI_PROGRAM = 1037
SCHEME = 1065
LAUNCHED = 1069
LINKED_INSIDE = 1167
SHORT_LINK = 1179
LINKED = 1194
#: The recent ones in the list of chats, and the single page that Moments show of a card.
RECENT = 1089
SINGLE_PAGE = 1154
PLAIN_SCHEME = 1286

LinkKind = Literal["link", "scheme", "short"]
ENTRIES: Mapping[LinkKind, int] = {"link": LINKED, "scheme": SCHEME, "short": SHORT_LINK}


@dataclass(frozen=True)
class MiniProgramCode:
    """A picture that ``wxa/getwxacodeunlimit`` has made."""

    number: int
    appid: str
    scene: str
    page: str
    env_version: str
    at: int


@dataclass(frozen=True)
class Link:
    """A URL Link, URL Scheme or Short Link; ``ticket`` is the random part of its address."""

    ticket: str
    appid: str
    path: str
    query: str
    env_version: str
    at: int
    expires_at: int
    kind: LinkKind = "link"

    @property
    def entry(self) -> int:
        """The scene that WeChat tells a mini program that it opens."""
        return ENTRIES[self.kind]


@dataclass
class Launch:
    """A native app's call of ``WXLaunchMiniProgram``.

    :param app_appid: the mobile app that launches: the first one known, unless another is named.
    :param appid: the mini program that is launched.
    :param app_parameter: what the mini program gave back with ``launchApp``; None until then.
    """

    id: str
    app_appid: str
    appid: str
    path: str
    type: int
    at: int
    state: str = "waiting"
    app_parameter: str | None = None


@dataclass
class SendAuth:
    """A native app's call of ``SendAuth``.

    :param appid: the mobile app that asks.
    :param code: what the person's WeChat gave the app; None until allowed.
    """

    id: str
    appid: str
    scope: str
    state: str
    at: int
    outcome: str = "waiting"
    code: str | None = None


class Openings:
    """Codes, links, launches and sign-in requests since the last reset."""

    def __init__(self) -> None:
        self.codes: deque[MiniProgramCode] = deque(maxlen=KEPT)
        self.links: dict[str, Link] = {}
        self.launches: dict[str, Launch] = {}
        self.send_auths: dict[str, SendAuth] = {}
        self._numbers = itertools.count(1)

    def add_code(
        self, appid: str, scene: str, page: str, env_version: str, at: int
    ) -> MiniProgramCode:
        code = MiniProgramCode(next(self._numbers), appid, scene, page, env_version, at)
        self.codes.append(code)
        return code

    def recent_codes(self) -> list[MiniProgramCode]:
        """Newest first."""
        return list(reversed(self.codes))

    def appid_for(self, ticket: str) -> str:
        """The mini program that a code, link or launch with this ticket opens, or nothing."""
        for code in self.codes:
            if code.scene == ticket:
                return code.appid
        for launch in self.launches.values():
            if ticket in launch.path:
                return launch.appid
        return next((link.appid for link in self.links.values() if ticket in link.query), "")

    def entry_for(self, ticket: str) -> tuple[int, str]:
        """How this ticket is opened when all is as it should be: scene, and launching app if any.

        A code is scanned where nothing here holds the ticket.
        """
        for launch in self.launches.values():
            if ticket in launch.path:
                return LAUNCHED, launch.app_appid
        found = (link.entry for link in self.links.values() if ticket in link.query)
        return next(found, SCANNED), ""

    def recent_launches(self) -> list[Launch]:
        """Newest first."""
        return list(reversed(self.launches.values()))

    def waiting_launches(self) -> list[Launch]:
        """Those that nobody has answered, newest first."""
        return [one for one in self.recent_launches() if one.state == "waiting"]

    def waiting_send_auths(self) -> list[SendAuth]:
        """Those that nobody has answered, newest first."""
        return [one for one in reversed(self.send_auths.values()) if one.outcome == "waiting"]
