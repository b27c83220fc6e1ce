"""What the mini program sends: how it was opened, and what the person agreed to; read and judged.

The source tells the mini program, which runs on the person's own phone and whose code is ours, by
which of its *scenes* it was opened and, after a launch by an app, which app that was. So a ticket
that is sent to somebody else in another form than it was made for does not open there, and a launch
by another app than the client's own wants the number that the app shows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request
from werkzeug.datastructures import MultiDict

from app.sign_in.places import networks_differ
from federation.errors import WrongEntry
from federation.source import Entries
from federation.tickets import TicketView
from federation.upstreams import Codes

LIMIT = 4096
"""Bytes; codes are far shorter."""
CODE_LIMIT = 512
PHONE_KINDS = ("quick", "realtime")
SCENE_DIGITS = 5
APP_ID_LIMIT = 64


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


class BadBody(Exception):
    """:param hint: one sentence for the mini program's developer; it never echoes a value."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The person's agreement. Whatever else the body claims (an openid, a phone) is not read."""

    codes: Codes
    number: int | None
    entry: Entry


def read_entry(query: MultiDict[str, str]) -> Entry:
    """How the mini program was opened, from the query of a GET.

    :raises BadBody: for what WeChat does not tell.
    """
    sent: dict[str, Any] = {}
    for name in ("scene", "referrer_app_id"):
        values = query.getlist(name)
        if len(values) > 1:
            raise BadBody(f"Send {name} once.")
        sent[name] = values[0] if values else None
    scene = sent["scene"]
    if scene is not None and scene.isascii() and scene.isdigit() and len(scene) <= SCENE_DIGITS:
        sent["scene"] = int(scene)
    return _entry(sent)


def read_confirmation(request: Request) -> Confirmation:
    """The codes and the number from a JSON body.

    :raises BadBody: for anything else.
    """
    body = _json_object(request)
    js_code = _code(body, "js_code")
    if js_code is None:
        raise BadBody("Send js_code, the code that wx.login gave.")
    kind = body.get("phone_kind", "quick")
    if kind not in PHONE_KINDS:
        raise BadBody("phone_kind must be quick or realtime.")
    codes = Codes(js_code, _code(body, "phone_code"), kind)
    return Confirmation(codes, _number(body), _entry(body))


def _json_object(request: Request) -> dict[str, Any]:
    if (request.content_length or 0) > LIMIT:
        raise BadBody("The body is too large.")
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise BadBody("Send a JSON object.")
    return body


def _entry(sent: Mapping[str, Any]) -> Entry:
    scene, app_id = sent.get("scene"), sent.get("referrer_app_id")
    if scene is not None and not (type(scene) is int and 0 <= scene < 10**SCENE_DIGITS):
        raise BadBody("scene must be the number that WeChat gave, such as 1069.")
    if app_id is not None and not (
        isinstance(app_id, str) and len(app_id) <= APP_ID_LIMIT and app_id.isascii()
    ):
        raise BadBody("referrer_app_id must be the AppID that WeChat gave.")
    return Entry(scene, app_id or None)


def _code(body: dict[str, Any], name: str) -> str | None:
    code = body.get(name)
    if code is None:
        return None
    if not isinstance(code, str) or not 0 < len(code) <= CODE_LIMIT or not code.isascii():
        raise BadBody(f"{name} must be the string that was given.")
    return code


def _number(body: dict[str, Any]) -> int | None:
    number = body.get("number")
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 99:
        raise BadBody("number must be one of the numbers that were offered.")
    return number
