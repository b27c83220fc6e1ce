"""How a mini program was opened, as WeChat tells it, and what a ticket makes of that.

WeChat tells the mini program, which runs on the person's own phone and whose code is ours, by which
of its *scenes* it was opened and, after a launch by an app, the AppID of that app. So a ticket that
is sent to somebody else in another form than it was made for does not open there, and a launch by
another app than the client's own wants the number that the app shows. The numbers of the scenes
stand in WeChat's documentation (开发/框架/场景值).
"""

from collections.abc import Collection
from dataclasses import dataclass

from app.sign_in.network_place import networks_differ
from federation.errors import WrongEntry
from federation.tickets import TicketView

SCANNED = frozenset({1011, 1012, 1013, 1047, 1048, 1049})
"""A QR code or mini-program code: scanned, long-pressed, or chosen from the album."""
LINKED = frozenset({1065, 1167, 1194, 1286})
"""A URL Scheme, or a URL Link inside and outside WeChat."""
LAUNCHED = 1069
"""A mobile app."""
RETURNED = frozenset({1001, 1038, 1089, 1090, 1131, 1187})
"""Back to where one was: from Discover, another mini program, the recent ones, the floating window.
These are the scenes after which WeChat still lets a mini program go back to the app."""

_BY_WAY = {"scan": SCANNED, "link": LINKED, "": SCANNED | LINKED}


@dataclass(frozen=True, slots=True)
class Entry:
    """:param scene: WeChat's number for how the mini program was opened; None when it is not told.

    :param referrer_app_id: the AppID of the app that launched it, in the last launch of this run.
    """

    scene: int | None = None
    referrer_app_id: str | None = None


def asks_number(view: TicketView, entry: Entry, phone: str | None) -> bool:
    """Whether the person must pick the number that the screen of the asking device shows.

    :param phone: the network address of the phone.
    :raises WrongEntry: the ticket was not made to be opened like that.
    """
    description = view.description
    if view.purpose != "launch":
        _check_entry(view, entry.scene)
        return True
    return asks_number_of_launch(
        entry,
        description.get("mobile_app_ids", ()),
        other_network=networks_differ(description.get("ip"), phone),
    )


def asks_number_of_launch(
    entry: Entry, mobile_app_ids: Collection[str], *, other_network: bool
) -> bool:
    """Whether a ticket for an app wants the number.

    It does unless WeChat says that the client's own app launched the mini program, from a network
    that can be this phone's.

    :param mobile_app_ids: those that are registered for the client.
    :raises WrongEntry: no app has launched the mini program.
    """
    if entry.scene is None:
        return True
    if entry.scene != LAUNCHED and entry.scene not in RETURNED:
        raise WrongEntry(f"scene {entry.scene} for a launch")
    return entry.referrer_app_id not in mobile_app_ids or other_network


def _check_entry(view: TicketView, scene: int | None) -> None:
    """Coming back is only for a ticket that was opened in its own way before."""
    way = view.description.get("way", "scan" if view.purpose == "scan" else "")
    known = _BY_WAY[way] | (RETURNED if view.state == "scanned" else frozenset())
    if scene is not None and scene not in known:
        raise WrongEntry(f"scene {scene} for a ticket to {way or 'scan or link'}")
