"""Pages by key: the next one begins after the last record of this one, whatever came between."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from app.management.api.operation import Answer, Call, Parameter
from app.management.api.problems import Invalid, Problem
from app.management.api.schema import number, text

MOST, USUAL = 200, 50
LIMIT = Parameter("limit", number(1, MOST), f"How many records; {USUAL} unless told.")
AFTER = Parameter("after", text(300), "`next` of the page before.")
PAGED = (AFTER, LIMIT)

Found = TypeVar("Found")


def limit(call: Call) -> int:
    return int(call.query.get("limit", USUAL))


def page(
    call: Call, found: Sequence[Found], told: Callable[[Found], Any], key: Callable[[Found], str]
) -> Answer:
    """The answer with a page.

    :param found: one more than ``limit`` where there are more.
    """
    shown = found[: limit(call)]
    more = len(found) > len(shown)
    return Answer({"items": [told(one) for one in shown], "next": key(shown[-1]) if more else None})


def slice_after(call: Call, known: Sequence[Found], key: Callable[[Found], str]) -> list[Found]:
    """The part of a short list that ``page`` wants, in the order of its keys."""
    after = call.query.get("after", "")
    return sorted((one for one in known if key(one) > after), key=key)[: limit(call) + 1]


def moment_and_id(call: Call) -> tuple[int, str] | None:
    """The key of a list in the order of time: ``1800000000.id``."""
    sent = call.query.get("after")
    if not sent:
        return None
    moment, _dot, name = sent.partition(".")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 16):
        raise Invalid([Problem("after", "must be next of the page before")])
    return int(moment), name[:64]
