"""What a list tells of each person beside the account: how they come, where to, and when last."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.records.directory import AccountView
from app.tables.people import BROWSER_SESSION, EXTERNAL_KEY
from oidc.tokens.held_access import clients_of_subjects


@dataclass(frozen=True, slots=True)
class Glance:
    """:param last_sign_in: seconds; 0 for never, or not since that was noted.

    :param connections: ids, that of the last one first.
    :param clients: applications that hold a live grant of theirs.
    """

    last_sign_in: int = 0
    connections: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()


def glances(session: Session, people: Sequence[AccountView], now: int) -> dict[str, Glance]:
    """By account, in three statements for any number of them."""
    ids = [one.id for one in people]
    if not ids:
        return {}
    seen = {one.id: one.last_sign_in for one in people}
    for account_id, moment in session.execute(_latest_sessions(ids)):
        seen[account_id] = max(seen[account_id], moment)
    connections: dict[str, list[str]] = {one: [] for one in ids}
    key = EXTERNAL_KEY.c
    known = select(key.account_id, key.connection_id).where(
        key.account_id.in_(ids), key.connection_id.is_not(None)
    )
    for account_id, connection_id in session.execute(known.order_by(key.last_seen.desc())):
        if connection_id not in connections[account_id]:
            connections[account_id].append(connection_id)
    clients = clients_of_subjects(session, ids, now)
    return {one: Glance(seen[one], tuple(connections[one]), clients.get(one, ())) for one in ids}


def _latest_sessions(ids: Sequence[str]):  # type: ignore[no-untyped-def]
    row = BROWSER_SESSION.c
    latest = func.max(row.auth_time)
    return select(row.account_id, latest).where(row.account_id.in_(ids)).group_by(row.account_id)
