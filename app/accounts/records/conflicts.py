"""The queue of what a person must decide about identities: listing and closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.accounts.identification.contradictions import Pair
from app.accounts.identification.keys import Keys, claim, note_pair
from app.audit.trail import Clock, Event, record
from app.tables.people import ACCOUNT_CONFLICT as CONFLICT


@dataclass(frozen=True, slots=True)
class Conflict:
    """One row of the queue.

    :param key: namespace and value of what conflicts: the shared key, or one that is another's.
    :param own: namespace and value of the identity's own key.
    """

    id: str
    kind: str
    account_id: str
    other_account_id: str | None
    key: Pair | None
    own: Pair | None
    connection_id: str | None
    state: Literal["open", "resolved", "dismissed"]
    opened_at: int
    last_seen: int
    closed_at: int | None = None
    closed_by: str | None = None
    resolution: str | None = None


def page(
    session: Session,
    state: str = "open",
    *,
    after: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[Conflict]:
    """Conflicts, oldest first; ``after``: ``(opened_at, id)`` of the last one shown before."""
    query = select(CONFLICT).where(CONFLICT.c.state == state)
    if after is not None:
        query = query.where(tuple_(CONFLICT.c.opened_at, CONFLICT.c.id) > after)
    query = query.order_by(CONFLICT.c.opened_at, CONFLICT.c.id).limit(limit)
    return [_conflict(row) for row in session.execute(query).mappings()]


def of_account(session: Session, account_id: str) -> list[Conflict]:
    """Every conflict, open or closed, that the account has a part in."""
    query = select(CONFLICT).where(
        or_(CONFLICT.c.account_id == account_id, CONFLICT.c.other_account_id == account_id)
    )
    return [_conflict(row) for row in session.execute(query).mappings()]


def get(session: Session, conflict_id: str) -> Conflict | None:
    row = session.execute(select(CONFLICT).where(CONFLICT.c.id == conflict_id)).mappings().first()
    return _conflict(row) if row else None


def open_count(session: Session, ceiling: int = 1000) -> int:
    """How many are open, counted no further than the ceiling."""
    query = select(CONFLICT.c.id).where(CONFLICT.c.state == "open").limit(ceiling).subquery()
    return session.scalar(select(func.count()).select_from(query)) or 0


def dismiss(session: Session, clock: Clock, conflict_id: str, actor: str) -> bool:
    """Closes the conflict without changing anything else; False when it was not open."""
    return close(session, clock, conflict_id, actor, state="dismissed", resolution="dismissed")


def close(
    session: Session,
    clock: Clock,
    conflict_id: str,
    actor: str,
    *,
    state: Literal["resolved", "dismissed"],
    resolution: str,
) -> bool:
    """Closes an open conflict in one statement, with an audit line; False when it was not open."""
    closed = session.execute(
        update(CONFLICT)
        .where(CONFLICT.c.id == conflict_id, CONFLICT.c.state == "open")
        .values(state=state, closed_at=clock(), closed_by=actor, resolution=resolution)
    )
    if not closed.rowcount:  # type: ignore[attr-defined]
        return False
    record(
        session,
        clock,
        Event(
            kind="conflict.closed",
            actor=actor,
            outcome=resolution,
            detail={"conflict": conflict_id},
        ),
    )
    return True


def reopen(
    session: Session, clock: Clock, conflict_id: str, actor: str, *, resolution: str
) -> bool:
    """Opens a conflict again that was resolved in this way, with an audit line; False otherwise."""
    opened = session.execute(
        update(CONFLICT)
        .where(
            CONFLICT.c.id == conflict_id,
            CONFLICT.c.state == "resolved",
            CONFLICT.c.resolution == resolution,
        )
        .values(state="open", closed_at=None, closed_by=None, resolution=None)
    )
    if not opened.rowcount:  # type: ignore[attr-defined]
        return False
    detail = {"conflict": conflict_id}
    record(session, clock, Event("conflict.reopened", actor, detail=detail))
    return True


def follow_changed_name(session: Session, clock: Clock, conflict_id: str, actor: str) -> bool:
    """Resolves ``unionid_changed``: the account is now known by the new shared name as well.

    False when the conflict is not open, or the new name has meanwhile become another's.
    """
    conflict = get(session, conflict_id)
    if conflict is None or conflict.kind != "unionid_changed" or conflict.state != "open":
        return False
    if conflict.key is None or conflict.own is None:
        return False
    shared, own = conflict.key, conflict.own
    if shared.namespace:
        owner = claim(
            session, shared, conflict.account_id, clock(), connection_id=conflict.connection_id
        )
        if owner != conflict.account_id:
            return False
    note_pair(session, Keys(own, shared), shared.value)
    return close(
        session, clock, conflict_id, actor, state="resolved", resolution="unionid_followed"
    )


def _conflict(row: Mapping[Any, Any]) -> Conflict:
    plain = {
        name: row[name] for name in Conflict.__dataclass_fields__ if name not in ("key", "own")
    }
    return Conflict(**plain, key=_pair(row, "key"), own=_pair(row, "openid"))


def _pair(row: Mapping[Any, Any], name: str) -> Pair | None:
    value = row[f"{name}_value"]
    return Pair(row[f"{name}_namespace"], value) if value is not None else None
