"""The right way into WeChat for each browser, and a word for those where none fits."""

import pytest

from federation.connections import Connection
from federation.devices import Advice, label_of, offers, place_of
from federation.source import Begins, Place
from federation.wechat.source import WECHAT
from tests.wechat_apps import stored

DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/141.0 Mobile Safari"
HARMONY = "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 ArkWeb/4.1.6.1 Mobile"
HARMONY_PC = "Mozilla/5.0 (PC; OpenHarmony 5.1) AppleWebKit/537.36 Chrome/132.0 ArkWeb/4.1.6.1"
WORK_ON_PC = "Mozilla/5.0 (Windows NT 10.0; WOW64) Chrome/111.0 wxwork/4.1.22 (MicroMessenger/6.2)"
INSIDE = f"{IPHONE} MicroMessenger/8.0.50(0x18003230) NetType/WIFI Language/zh_CN"
INSIDE_ON_PC = f"{DESKTOP} MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090c11)"
WORK = f"{IPHONE} wxwork/4.1.22 MicroMessenger/7.0.1 Language/zh"

PROGRAM = "wechat-miniprogram"
MOBILE = "wechat-mobile"
WEBSITE = "wechat-website"
OFFICIAL = "wechat-official"


MODES = [mode.id for mode in WECHAT.modes]


def connect(mode: str) -> Connection:
    app = stored("wx0123456789abcdef", WECHAT.mode(mode).kind)
    return Connection(mode.removeprefix("wechat-"), mode, {"en": "WeChat"}, app, WECHAT)


@pytest.mark.parametrize(
    ("user_agent", "place"),
    [
        (DESKTOP, "desktop"),
        ("", "desktop"),
        ("curl/8", "desktop"),
        (IPHONE, "phone"),
        (ANDROID, "phone"),
        (HARMONY, "phone"),
        (HARMONY_PC, "desktop"),
        (HARMONY_PC.replace("PC", "2in1"), "desktop"),
        (f"{WORK_ON_PC} WindowsWechat", "desktop"),
        (INSIDE, "own-browser"),
        (INSIDE_ON_PC, "own-browser-on-computer"),
        (WORK, "phone"),
    ],
)
def test_place_is_read_from_the_user_agent(user_agent: str, place: Place) -> None:
    assert place_of(user_agent, WECHAT.browser) == place


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (DESKTOP, "Chrome · Linux"),
        (f"{DESKTOP} Edg/141.0", "Edge · Linux"),
        (IPHONE, "Safari · iPhone"),
        (ANDROID, "Chrome · Android"),
        (INSIDE, "WeChat · iPhone"),
        ("curl/8", None),
        ("", None),
    ],
)
def test_browser_is_named_by_what_it_says_of_itself(user_agent: str, label: str | None) -> None:
    assert label_of(user_agent) == label


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (Windows NT 10.0; WOW64) Chrome/111.0 wxwork/4.1.22 (MicroMessenger/6.2) "
        "WindowsWechat MailPlugin_Electron",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) wxwork/4.1.22 (MicroMessenger/6.2) "
        "MacWechat",
    ],
)
def test_wechat_for_work_on_a_computer_is_a_desktop_browser(user_agent: str) -> None:
    found = offers([connect(mode) for mode in MODES], user_agent)

    assert [one.connection.mode for one in found.buttons] == [PROGRAM, WEBSITE]


@pytest.mark.parametrize(
    ("user_agent", "modes", "buttons"),
    [
        (DESKTOP, MODES, [(PROGRAM, "scan"), (WEBSITE, "redirect")]),
        (IPHONE, MODES, [(PROGRAM, "link")]),
        (INSIDE, MODES, [(OFFICIAL, "redirect")]),
        (DESKTOP, [PROGRAM], [(PROGRAM, "scan")]),
        (DESKTOP, [WEBSITE], [(WEBSITE, "redirect")]),
        (INSIDE, [PROGRAM], [(PROGRAM, "link")]),
        (INSIDE, [PROGRAM, WEBSITE, MOBILE], [(PROGRAM, "link")]),
        (INSIDE_ON_PC, MODES, [(OFFICIAL, "redirect")]),
        (INSIDE_ON_PC, [PROGRAM], [(PROGRAM, "scan")]),
    ],
)
def test_buttons_are_those_that_work_in_this_browser(
    user_agent: str, modes: list[str], buttons: list[tuple[str, Begins]]
) -> None:
    found = offers([connect(mode) for mode in modes], user_agent)

    assert [(one.connection.mode, one.way.begins) for one in found.buttons] == buttons
    assert found.advice is None


@pytest.mark.parametrize(
    ("user_agent", "modes", "advice"),
    [
        (INSIDE, [WEBSITE], "open-on-desktop"),
        (INSIDE, [MOBILE], "use-the-app"),
        (IPHONE, [WEBSITE], "open-on-desktop"),
        (IPHONE, [OFFICIAL], "open-in-its-app"),
        (IPHONE, [OFFICIAL, WEBSITE], "open-in-its-app"),
        (IPHONE, [MOBILE], "use-the-app"),
        (DESKTOP, [OFFICIAL], "open-in-its-app"),
        (DESKTOP, [MOBILE], "use-the-app"),
        (DESKTOP, [], "ask-admin"),
    ],
)
def test_browser_that_nothing_fits_is_told_what_would(
    user_agent: str, modes: list[str], advice: Advice
) -> None:
    found = offers([connect(mode) for mode in modes], user_agent)

    assert (found.buttons, found.advice) == ((), advice)


def test_two_connections_of_one_mode_keep_their_order() -> None:
    first, second = connect(PROGRAM), connect(PROGRAM)

    found = offers([first, second], DESKTOP)

    assert [one.connection for one in found.buttons] == [first, second]
