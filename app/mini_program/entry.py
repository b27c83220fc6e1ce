"""How a mini program was opened, as its source tells it, and what a ticket makes of that.

The source tells the mini program, which runs on the person's own phone and whose code is ours, by
which of its *scenes* it was opened and, after a launch by an app, which app that was. So a ticket
that is sent to somebody else in another form than it was made for does not open there, and a launch
by another app than the client's own wants the number that the app shows.
"""

from collections.abc import Collection
from dataclasses import dataclass

from app.sign_in.network_place import networks_differ
from federation.errors import WrongEntry
from federation.source import Entries
from federation.tickets import TicketView


@dataclass(frozen=True, slots=True)
class Entry:
    """:param scene: the source's number for how the mini program was opened; None when not told.

    :param referrer_app_id: of the app that launched it, in the last launch of this run.
    """

    scene: int | None = None
    referrer_app_id: str | None = None


def asks_number(view: TicketView, entry: Entry, known: Entries | None, phone: str | None) -> bool:
    """Whether the person must pick the number that the screen of the asking device shows.

    :param known: the scenes of the ticket's source; None where it tells nothing.
    :param phone: the network address of the phone.
    :raises WrongEntry: the ticket was not made to be opened like that.
    """
    if known is None or entry.scene is None:
        return True
    if view.purpose != "launch":
        _check_way(view, entry.scene, known)
        return True
    description = view.description
    return asks_number_of_launch(
        entry,
        known,
        description.get("mobile_app_ids", ()),
        other_network=networks_differ(description.get("ip"), phone),
    )


def asks_number_of_launch(
    entry: Entry, known: Entries, mobile_app_ids: Collection[str], *, other_network: bool
) -> bool:
    """Whether a ticket for an app wants the number.

    It does unless the source says that the client's own app launched the mini program, from a
    network that can be this phone's.

    :param mobile_app_ids: those that are registered for the client.
    :raises WrongEntry: no app has launched the mini program.
    """
    if entry.scene is None:
        return True
    if entry.scene != known.launched and entry.scene not in known.returned:
        raise WrongEntry(f"scene {entry.scene} for a launch")
    return entry.referrer_app_id not in mobile_app_ids or other_network


def _check_way(view: TicketView, scene: int, known: Entries) -> None:
    """Coming back is only for a ticket that was opened in its own way before."""
    way = view.description.get("way", "scan" if view.purpose == "scan" else "")
    ways = {"scan": known.scanned, "link": known.linked, "": known.scanned | known.linked}
    taken = ways[way] | (known.returned if view.state == "scanned" else frozenset())
    if scene not in taken:
        raise WrongEntry(f"scene {scene} for a ticket to {way or 'scan or link'}")
