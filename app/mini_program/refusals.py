"""What is written down of a phone that was refused, a sign of somebody who is being fished for, and
of a person who said no."""

from flask import request

from app.audit.trail import Event, record
from app.database import db
from app.elements import current_federation
from app.web.client_address import address_counted
from app.web.rate_limits import allows
from federation.errors import Denied, FederationError, WrongEntry, WrongNumber
from oidc.provider import current_provider

NOTED = "30/minute"
"""Lines in the log that one address can cause."""


def note_refusal(error: FederationError) -> None:
    """Adds an event for a wrong number, an entry that a ticket was not made for, or a person whom
    the source refuses; about whose account it is, where the ticket says that."""
    if isinstance(error, WrongNumber | WrongEntry | Denied):
        scene = str((request.view_args or {}).get("ticket", ""))
        _note("ticket.refused", scene, error.code)


def note_declined(scene: str) -> None:
    """The same for a person who said no on the phone."""
    _note("ticket.declined", scene, "declined")


def _note(kind: str, scene: str, rule: str) -> None:
    about = current_federation().tickets.about(db.session(), scene)
    if about is None or not allows(NOTED, "refused tickets", address_counted()):
        return
    connection_id, description = about
    clock = current_provider().clock
    begun = description.get("requested_at")
    event = Event(
        kind,
        subject=description.get("account"),
        client_id=description.get("client_id"),
        connection_id=connection_id,
        rule=rule,
        outcome="refused",
        seconds=None if begun is None else max(0, clock() - begun),
    )
    record(db.session(), clock, event)
