"""Sign-ins that ran out: no request ends them, so they are looked for and written down."""

from sqlalchemy.orm import Session

from app.audit.trail import Event, record
from federation import open_tickets
from federation.open_tickets import Expired
from oidc.clock import Clock

LOOKED_BACK = 3600
"""Seconds: what ran out before is written down when it is pruned."""


def note_expired(session: Session, clock: Clock, *, since: int = 0, limit: int = 200) -> int:
    """Adds an event for each; how many. Commit, and call until there are fewer than ``limit``."""
    found = open_tickets.expire(session, clock, since=since, limit=limit)
    for one in found:
        record(session, clock, _event(one))
    return len(found)


def _event(one: Expired) -> Event:
    told = one.description
    return Event(
        "ticket.expired",
        subject=told.get("account"),
        client_id=told.get("client_id"),
        connection_id=one.connection_id,
        rule="expired_scanned" if one.was_scanned else "expired",
        outcome="failed",
        address=told.get("ip"),
        device=told.get("device"),
    )
