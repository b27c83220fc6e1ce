"""The list of people: searched, filtered, ordered, both ways, and counted."""

from collections.abc import Mapping
from typing import Any

from app.accounts.records import listing
from app.accounts.records.listing import Order, Place, Wanted, place_of
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, limit
from app.management.api.problems import Invalid, Problem
from app.management.api.schema import (
    FLAG,
    Member,
    Record,
    closed,
    list_of,
    number,
    one_of,
    or_null,
    ref,
    text,
)
from app.management.services import people_filters, records

COUNT = Record(
    "AccountCount",
    (
        Member("number", number(), "told"),
        Member(
            "kind",
            one_of("exactly", "at_least", "about"),
            "told",
            about="Whether there are more, or it is the database's estimate.",
        ),
    ),
)
PAGE = closed(
    {
        "items": list_of(ref("Account")),
        "next": or_null(text(300)),
        "previous": or_null(text(300)),
    },
    ("items", "next", "previous"),
)
WORDS = Parameter(
    "q",
    text(200, least=1),
    "Part of a name, the last four digits of a phone number, how an e-mail address begins, or all "
    "of a sub, phone number, username or name at a source.",
)
_MOMENT = {"type": "integer", "minimum": 0, "maximum": 2**53}
FILTERS = (
    WORDS,
    Parameter("connection", text(32, least=1), "Known by an identity that came through it."),
    Parameter("client", text(255, least=1), "Has granted this application something."),
    Parameter("group", text(32, least=1), "In this group, by hand or by a rule."),
    Parameter("state", one_of(*listing.STATES), "Merged ones are listed only where asked for."),
    Parameter("has_phone", FLAG, "With, or without, a phone number."),
    Parameter("has_email", FLAG, "With, or without, an e-mail address."),
    Parameter("created_since", _MOMENT, "Seconds; from then on."),
    Parameter("created_until", _MOMENT, "Seconds; before then."),
    Parameter("seen_since", _MOMENT, "Seconds; last signed in from then on."),
    Parameter("seen_until", _MOMENT, "Seconds; last signed in before then."),
)
SORT = Parameter("sort", one_of(*listing.ORDERS), "`newest` unless told.")
BEFORE = Parameter("before", text(300), "`previous` of the page after; not with `after`.")
COLUMNS = {
    "q": "text",
    "connection": "connection_id",
    "client": "client_id",
    "group": "group_id",
}


def wanted_of(values: Mapping[str, Any]) -> Wanted:
    """Whom the filters mean."""
    known = {parameter.name for parameter in FILTERS}
    sent = {name: value for name, value in values.items() if name in known}
    return Wanted(**{COLUMNS.get(name, name): value for name, value in sent.items()})


def list_accounts(call: Call) -> Answer:
    if "before" in call.query and "after" in call.query:
        raise Invalid([Problem("before", "cannot be sent with after")])
    order: Order = call.query.get("sort", "newest")
    found = listing.page(
        call.session,
        wanted_of(call.query),
        order,
        after=_place(call, "after"),
        before=_place(call, "before"),
        limit=limit(call),
    )
    keys = [people_filters.place_name(place_of(one, order)) for one in found.people]
    return Answer(
        {
            "items": [records.account(one) for one in found.people],
            "next": keys[-1] if found.has_after and keys else None,
            "previous": keys[0] if found.has_before and keys else None,
        }
    )


def count(call: Call) -> Answer:
    found = listing.count(call.session, wanted_of(call.query))
    return Answer({"number": found.number, "kind": found.kind})


def _place(call: Call, name: str) -> Place | None:
    sent = call.query.get(name)
    place = people_filters.place(sent) if sent else None
    if sent and place is None:
        raise Invalid([Problem(name, "must be next or previous of another page")])
    return place


OPERATIONS = (
    Operation(
        "listAccounts",
        "People, the newest first unless told: all, or those that search and filters find.",
        list_accounts,
        "AccountPage",
        query=(*FILTERS, SORT, BEFORE, *PAGED),
    ),
    Operation(
        "countAccounts",
        "How many people search and filters find: counted to a thousand, all of them estimated.",
        count,
        "AccountCount",
        query=FILTERS,
    ),
)
