"""What two accounts that become one bring with them: groups, and applications that let them in."""

from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from app.tables.groups import APPLICATION_PERSON, GROUP_MEMBER

Kept = dict[str, list[str]]
"""By table: the groups, or the applications, that the kept account took over."""
_TABLES = ((GROUP_MEMBER, "group_id"), (APPLICATION_PERSON, "client_id"))


def take_over(session: Session, dropped_id: str, kept_id: str) -> Kept:
    """Gives the kept account what the dropped one alone has. The dropped one keeps its rows."""
    return {table.name: _copied(session, table, key, dropped_id, kept_id) for table, key in _TABLES}


def give_back(session: Session, kept_id: str, taken: Kept) -> None:
    """Undoes `take_over`."""
    for table, key in _TABLES:
        names = taken.get(table.name, [])
        if names:
            gone = delete(table).where(table.c.account_id == kept_id, table.c[key].in_(names))
            session.execute(gone)


def _copied(session: Session, table: Table, key: str, dropped_id: str, kept_id: str) -> list[str]:
    has = select(table.c[key]).where(table.c.account_id == kept_id)
    query = select(table).where(table.c.account_id == dropped_id, table.c[key].not_in(has))
    rows: list[dict[str, Any]] = [
        {**row, "account_id": kept_id} for row in session.execute(query).mappings()
    ]
    if rows:
        session.execute(insert(table), rows)
    return [row[key] for row in rows]
