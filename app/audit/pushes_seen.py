"""When a source has pushed last, and when one was refused: administrators see by it whether pushes
are set up, without looking into logs."""

from dataclasses import dataclass

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from app.tables.pushes import PUSH_SEEN
from oidc.clock import Clock
from oidc.database.statements import rowcount, try_insert

AGAIN = 60
"""Seconds after which it is written again: whoever pushes often writes no more than that."""
_P = PUSH_SEEN.c


@dataclass(frozen=True, slots=True)
class PushesSeen:
    """Seconds since the epoch; None for never."""

    received_at: int | None = None
    refused_at: int | None = None


def note_push(
    session: Session, clock: Clock, source: str, credential_id: str, *, refused: bool
) -> None:
    """For a credential that there is: there are as many rows as credentials."""
    now, name = clock(), "refused_at" if refused else "received_at"
    mine = (_P.source == source, _P.credential_id == credential_id)
    due = or_(_P[name].is_(None), _P[name] <= now - AGAIN)
    if rowcount(session, update(PUSH_SEEN).where(*mine, due).values({name: now})):
        return
    if session.execute(select(_P.source).where(*mine)).first() is None:
        row = {"source": source, "credential_id": credential_id, name: now}
        try_insert(session, insert(PUSH_SEEN), row)


def pushes_seen(session: Session, source: str, credential_id: str) -> PushesSeen:
    query = select(_P.received_at, _P.refused_at)
    row = session.execute(query.where(_P.source == source, _P.credential_id == credential_id))
    found = row.first()
    return PushesSeen(*found) if found else PushesSeen()
