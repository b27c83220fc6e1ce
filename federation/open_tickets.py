"""Tickets that nobody has confirmed: how many wait, and the end of those that waited in vain."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from federation.models import TicketRow
from federation.ports import Clock

_TICKET = cast(Table, TicketRow.__table__)
_STILL_OPEN = _TICKET.c.state.in_(("pending", "scanned"))


class Expired(NamedTuple):
    """A ticket that ran out before anybody confirmed it."""

    connection_id: str
    description: Mapping[str, Any]
    was_scanned: bool


def expire(session: Session, clock: Clock, *, since: int = 0, limit: int = 200) -> list[Expired]:
    """Ends tickets that nobody confirmed in time; those that this call has ended, the oldest first.

    :param since: leaves those alone that ran out before, which an index then passes over.
    """
    end = _TICKET.c.expires_at
    columns = (_TICKET.c.id, _TICKET.c.state, _TICKET.c.connection_id, _TICKET.c.description)
    over = select(*columns).where(end <= clock(), end > since, _STILL_OPEN).order_by(end)
    return [
        Expired(row.connection_id, json.loads(row.description), row.state == "scanned")
        for row in session.execute(over.limit(limit)).all()
        if _ran_out(session, row.id)
    ]


def _ran_out(session: Session, id: str) -> bool:  # noqa: A002 - the column's name
    """Whether this call ended it: one statement decides."""
    ended = update(_TICKET).where(_TICKET.c.id == id, _STILL_OPEN).values(state="expired")
    return bool(session.connection().execute(ended).rowcount)


def waiting(session: Session, clock: Clock) -> dict[str, int]:
    """How many tickets wait for somebody to confirm them, by their connections."""
    connection = _TICKET.c.connection_id
    alive = select(connection, func.count()).where(_TICKET.c.expires_at > clock(), _STILL_OPEN)
    return {row[0]: row[1] for row in session.execute(alive.group_by(connection))}
