"""What a ticket makes of how the mini program was opened: the whole decision as tables."""

from typing import Any

import pytest

from app.mini_program.entry import Entry, asks_number, asks_number_of_launch
from app.sign_in.places import networks_differ
from federation.errors import WrongEntry
from federation.tickets import Purpose, TicketView
from federation.wechat.entries import SCENES

OURS, OTHER = "wx5a4d000000000002", "wxffffffffffffff01"
NAMED, UNNAMED = (OURS,), ()

LAUNCHES: dict[str, tuple[Entry, tuple[str, ...], bool, str]] = {
    "the client's own app": (Entry(1069, OURS), NAMED, False, "no number"),
    "its own app, another network": (Entry(1069, OURS), NAMED, True, "number"),
    "an app without a name": (Entry(1069), NAMED, False, "number"),
    "another app": (Entry(1069, OTHER), NAMED, False, "number"),
    "its own app, but none is registered": (Entry(1069, OURS), UNNAMED, False, "number"),
    "back from another mini program": (Entry(1038, OURS), NAMED, False, "no number"),
    "back from one, which WeChat names": (Entry(1038, OTHER), NAMED, False, "number"),
    "back from the recent ones": (Entry(1089, OURS), NAMED, False, "no number"),
    "back from the menu": (Entry(1090, OURS), NAMED, False, "no number"),
    "back from Discover": (Entry(1001, OURS), NAMED, False, "no number"),
    "back from the floating window": (Entry(1131, OURS), NAMED, False, "no number"),
    "back from the floating window, new": (Entry(1187, OURS), NAMED, False, "no number"),
    "back without a launch before": (Entry(1089), NAMED, False, "number"),
    "a mini program that tells nothing": (Entry(), NAMED, False, "number"),
    "an AppID alone": (Entry(None, OURS), NAMED, False, "number"),
    "another mini program": (Entry(1037, OURS), NAMED, False, "refused"),
    "a URL Scheme": (Entry(1065, OURS), NAMED, False, "refused"),
    "a URL Link": (Entry(1194, OURS), NAMED, False, "refused"),
    "a scanned code": (Entry(1047, OURS), NAMED, False, "refused"),
    "a QR code": (Entry(1011, OURS), NAMED, False, "refused"),
    "a share card": (Entry(1036, OURS), NAMED, False, "refused"),
    "the single page of Moments": (Entry(1154, OURS), NAMED, False, "refused"),
    "a scene that nobody knows yet": (Entry(1999, OURS), NAMED, False, "refused"),
    "a scene of nothing": (Entry(0, OURS), NAMED, False, "refused"),
}


@pytest.mark.parametrize("case", LAUNCHES.values(), ids=LAUNCHES.keys())
def test_ticket_for_an_app(case: tuple[Entry, tuple[str, ...], bool, str]) -> None:
    entry, registered, other_network, expected = case

    found = told(
        lambda: asks_number_of_launch(entry, SCENES, registered, other_network=other_network)
    )

    assert found == expected


def view(purpose: Purpose, way: str | None, state: str = "pending") -> TicketView:
    description: dict[str, Any] = {"way": way} if way else {}
    return TicketView("id", purpose, "wechat", description, (12, 34, 56), state, 180)  # type: ignore[arg-type]


WAYS: dict[str, tuple[TicketView, int | None, str]] = {
    **{
        f"scan {scene}": (view("scan", "scan"), scene, "number")
        for scene in (1011, 1012, 1013, 1047, 1048, 1049)
    },
    **{
        f"link {scene}": (view("link", "link"), scene, "number")
        for scene in (1065, 1167, 1194, 1286)
    },
    **{
        f"scan {scene}": (view("scan", "scan"), scene, "refused")
        for scene in (1037, 1065, 1069, 1167, 1194, 1286, 1154, 1999)
    },
    **{
        f"link {scene}": (view("link", "link"), scene, "refused")
        for scene in (1011, 1037, 1047, 1069, 1154, 1999)
    },
    "scan, not told": (view("scan", "scan"), None, "number"),
    "link, not told": (view("link", "link"), None, "number"),
    "scan, back before it was read": (view("scan", "scan"), 1089, "refused"),
    "scan, back after it was read": (view("scan", "scan", "scanned"), 1089, "number"),
    "link, back from another mini program": (view("link", "link", "scanned"), 1038, "number"),
    "another way in, by a code": (view("link", "scan"), 1047, "number"),
    "another way in, by a link instead": (view("link", "scan"), 1194, "refused"),
    "of a node of 0.1.0, scan": (view("scan", None), 1047, "number"),
    "of a node of 0.1.0, scan by a link": (view("scan", None), 1194, "refused"),
    "of a node of 0.1.0, link": (view("link", None), 1194, "number"),
    "of a node of 0.1.0, another way in": (view("link", None), 1047, "number"),
}


@pytest.mark.parametrize("case", WAYS.values(), ids=WAYS.keys())
def test_ticket_for_a_browser(case: tuple[TicketView, int | None, str]) -> None:
    ticket, scene, expected = case

    assert told(lambda: asks_number(ticket, Entry(scene), SCENES, "192.0.2.7")) == expected


@pytest.mark.parametrize("purpose", ["scan", "link", "launch"])
def test_ticket_of_a_source_that_tells_nothing_wants_the_number(purpose: Purpose) -> None:
    assert asks_number(view(purpose, purpose), Entry(1069, OURS), None, "192.0.2.7")


def told(decide: Any) -> str:
    try:
        return "number" if decide() else "no number"
    except WrongEntry:
        return "refused"


@pytest.mark.parametrize(
    ("app", "phone", "differ"),
    [
        pytest.param("192.0.2.7", "192.0.2.9", False, id="one /24"),
        pytest.param("192.0.2.7", "192.0.3.7", True, id="two /24"),
        pytest.param("2001:db8::1", "2001:db8::2:1", False, id="one /64"),
        pytest.param("2001:db8::1", "2001:db8:0:1::1", True, id="two /64"),
        pytest.param("192.0.2.7", "2001:db8::1", False, id="two families"),
        pytest.param("192.0.2.7", "::ffff:192.0.2.9", False, id="IPv4 written as IPv6"),
        pytest.param("192.0.2.7", "::ffff:198.51.100.9", True, id="another IPv4 so written"),
        pytest.param("192.0.2.7", "64:ff9b::192.0.2.9", False, id="IPv4 behind NAT64"),
        pytest.param("192.0.2.7", "64:ff9b::198.51.100.9", True, id="another IPv4 behind NAT64"),
        pytest.param(None, "192.0.2.7", False, id="not known"),
        pytest.param("192.0.2.7", "a socket", False, id="no address"),
    ],
)
def test_networks_of_app_and_phone(app: str | None, phone: str | None, differ: bool) -> None:
    assert networks_differ(app, phone) is differ
