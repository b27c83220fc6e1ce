"""The list of people: found, filtered, ordered, page by page."""

from collections.abc import Iterable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.records import glances, listing
from app.accounts.records.listing import ORDERS, place_of
from app.groups import catalog
from app.management.console import desk, labels, misread, names
from app.management.console.access import requires
from app.management.services import people_filters
from federation.translation import N_

PER_PAGE = 25
"""So many that the page stays light where each of them has the longest names."""
CHOICES = 30
"""Applications, groups and connections at most that the filter offers; one of more is typed."""

NOBODY = listing.Page((), has_before=False, has_after=False, number=0)
CALLED = {
    "state": N_("State"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "created_since": N_("Created from"),
    "created_until": N_("Created until"),
    "seen_since": N_("Last sign-in from"),
    "seen_until": N_("Last sign-in until"),
}
"""What the page calls those filters that not every value has a meaning in."""


@requires("viewer")
def accounts() -> ResponseReturnValue:
    """The newest first, or those that the words of the search and the filters mean."""
    session, args = desk.session(), request.args
    wanted, kept, unclear = people_filters.read(_sent)
    order = people_filters.order(args.get("sort", ""), ORDERS)
    page = (
        NOBODY
        if unclear
        else listing.page(
            session,
            wanted,
            order,
            after=people_filters.place(args.get("after", "")),
            before=people_filters.place(args.get("before", "")),
            limit=PER_PAGE,
        )
    )
    tell_misread(unclear)
    sorted_so: dict[str, Any] = {**kept, **({"sort": order} if order != ORDERS[0] else {})}
    places = [people_filters.place_name(place_of(one, order)) for one in page.people]
    seen = glances.glances(session, page.people, desk.clock()())
    return render_template(
        "admin/accounts.html",
        page=page,
        glances=seen,
        count=listing.count(session, wanted, shown=page),
        kept=kept,
        unclear=unclear,
        order=order,
        orders=ORDERS,
        first=url_for("admin.accounts", **sorted_so),
        next=url_for("admin.accounts", after=places[-1], **sorted_so) if page.has_after else "",
        previous=url_for("admin.accounts", before=places[0], **sorted_so) if places else "",
        ways=names.of_connections(),
        applications=names.of_applications(id_ for one in seen.values() for id_ in one.clients[:2]),
        choices=_choices(),
    )


def tell_misread(names_of_filters: Iterable[str]) -> None:
    """Says which filters were not understood, by what the list calls them."""
    misread.tell([str(_(CALLED[name])) for name in names_of_filters])


def _sent(name: str) -> str | None:
    """What the address has, with a group by its id: one that was typed is named."""
    value = request.args.get(name)
    if name == "group" and value:
        found = catalog.get(desk.session(), value[:64])
        return found.id if found else value
    return value


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What the filter offers by name: ids and what they are called, none where there are many."""
    session, brief = desk.session(), labels.brief
    clients = desk.provider().clients.page(session, limit=CHOICES + 1)
    found = {
        "connection": [(id_, said) for id_, said in names.of_connections().items() if id_],
        "client": [(one.client_id, brief(labels.application(one))) for one in clients],
        "group": [(one.id, brief(one.called)) for one in catalog.every(session)],
    }
    return {name: some if len(some) <= CHOICES else [] for name, some in found.items()}
