"""The list of people: found, filtered, ordered, page by page."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.records import glances, listing
from app.accounts.records.listing import ORDERS, place_of
from app.elements import current_federation
from app.groups import catalog
from app.management.console import desk, labels, names
from app.management.console.access import requires
from app.management.console.blueprint import admin
from app.management.services import people_filters

PER_PAGE = 50
CHOICES = 200
"""Applications and groups that the filter offers."""


@admin.get("/accounts")
@requires("viewer")
def accounts() -> ResponseReturnValue:
    """The newest first, or those that the words of the search and the filters mean."""
    session, args = desk.session(), request.args
    wanted, kept = people_filters.read(args.get)
    order = people_filters.order(args.get("sort", ""), ORDERS)
    page = listing.page(
        session,
        wanted,
        order,
        after=people_filters.place(args.get("after", "")),
        before=people_filters.place(args.get("before", "")),
        limit=PER_PAGE,
    )
    sorted_so: dict[str, Any] = {**kept, **({"sort": order} if order != ORDERS[0] else {})}
    places = [people_filters.place_name(place_of(one, order)) for one in page.people]
    clients = desk.provider().clients.page(session, limit=CHOICES)
    return render_template(
        "admin/accounts.html",
        page=page,
        glances=glances.glances(session, page.people, desk.clock()()),
        count=listing.count(session, wanted, shown=page),
        kept=kept,
        order=order,
        orders=ORDERS,
        first=url_for("admin.accounts", **sorted_so),
        next=url_for("admin.accounts", after=places[-1], **sorted_so) if page.has_after else "",
        previous=url_for("admin.accounts", before=places[0], **sorted_so) if places else "",
        connections=current_federation().connections.all(session),
        ways=names.of_connections(),
        groups=catalog.every(session)[:CHOICES],
        clients=clients,
        applications={one.client_id: labels.application(one) for one in clients},
    )
