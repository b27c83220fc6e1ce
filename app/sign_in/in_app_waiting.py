"""Requests of apps that wait for news of their ticket, and how the news reach them.

Each ticket has a bell (`app.web.waiting`), named by the digest of its scene. Whoever moves a ticket
rings it, here and at all other nodes.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app

from app.database import db
from app.elements import current_federation
from app.sign_in.ticket_watch import TicketWatch
from app.web.waiting import Bells, long_poll
from federation.errors import TicketUnknown
from federation.tickets import digest_of

BELL, OPENED = "bell", "opened"
"""Members of what is kept beside an in-app sign-in: its bell, and that the app was told."""


def wait(kept: Mapping[str, Any], seconds: int) -> Response | None:
    """As `oidc.host.People.wait`: listens first, and then looks."""
    if BELL not in kept or not seconds:
        return None
    poll = long_poll(kept[BELL], seconds)
    try:
        ticket = current_federation().tickets.status(db.session(), kept["ticket"])
    except TicketUnknown:
        return None
    told = "scanned" if kept.get(OPENED) else "pending"
    if ticket.state != told or not poll.may_wait:
        return None
    watch: TicketWatch = current_app.extensions["ticket_watch"]
    watch.begin()
    return poll.later(within=ticket.expires_in)


def has_waited(kept: Mapping[str, Any]) -> bool:
    """Whether this request found room to wait in: the next one may come at once."""
    bells: Bells = current_app.extensions["bells"]
    return kept.get(BELL) in bells.names()


def tell_who_waits(scene: str) -> None:
    """Something has happened to the ticket of this scene; call it after the commit."""
    watch: TicketWatch = current_app.extensions["ticket_watch"]
    watch.ring(digest_of(scene))
