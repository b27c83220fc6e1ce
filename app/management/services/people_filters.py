"""Whom a list, an export or an action on many is about, as text and back: one form for all."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from app.accounts.records.listing import STATES, Order, Place, Wanted
from app.web.times import viewer_zone
from app.zones import read_time

TEXTS = {"q": "text", "connection": "connection_id", "client": "client_id", "group": "group_id"}
FLAGS = {"phone": "has_phone", "email": "has_email"}
DAYS = {
    "created_since": ("created_since", False),
    "created_until": ("created_until", True),
    "seen_since": ("seen_since", False),
    "seen_until": ("seen_until", True),
}
"""The days of a range in the viewer's zone, both included."""
NAMES = (*TEXTS, "state", *FLAGS, *DAYS)


class Read(NamedTuple):
    """What is wanted; those of the values that mean something, as they were sent; and the names of
    those that mean nothing."""

    wanted: Wanted
    kept: dict[str, str]
    misread: list[str]


def read(sent: Callable[[str], str | None]) -> Read:
    """:param sent: the value of a name, such as a form's."""
    found: dict[str, Any] = {}
    kept: dict[str, str] = {}
    misread = []
    for name in NAMES:
        value = (sent(name) or "").replace("\0", "").strip()[:255]
        meant = _meant(name, value) if value else None
        if meant is not None:
            found |= meant
            kept[name] = value
        elif value:
            misread.append(name)
    return Read(Wanted(**found), kept, misread)


def place(text: str) -> Place | None:
    """A place in a list, as `place_name` writes it."""
    moment, _dot, account_id = text.partition(".")
    if moment.isascii() and moment.isdigit() and len(moment) < 16:
        return Place(int(moment), account_id[:22])
    return None


def place_name(one: Place) -> str:
    return f"{one.moment}.{one.account_id}"


def order(text: str, known: tuple[Order, ...]) -> Order:
    """The order that a name means; the first one for none."""
    return next((one for one in known if one == text), known[0])


def _meant(name: str, value: str) -> Mapping[str, Any] | None:
    if name in TEXTS:
        return {TEXTS[name]: value}
    if name == "state":
        return {"state": value} if value in STATES else None
    if name in FLAGS:
        return {FLAGS[name]: value == "yes"} if value in ("yes", "no") else None
    column, is_end = DAYS[name]
    midnight = read_time(value, viewer_zone(), end=is_end)
    return {column: midnight} if midnight is not None else None
