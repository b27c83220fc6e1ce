"""The admin's and the person's view of accounts: finding, reading, disabling, editing."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.changed import tell_changed
from app.audit.trail import Clock, Event, record
from app.sessions.browser import Ended, end_all
from app.tables.people import ACCOUNT


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as pages show it; the password hash stays where it is."""

    id: str
    name: str | None
    picture: str | None
    profile_provenance: str | None
    phone: str | None
    phone_provenance: str | None
    phone_verified_at: int | None
    email: str | None
    email_verified: bool
    email_provenance: str | None
    profile: Mapping[str, Any]
    username: str | None
    has_password: bool
    merged_into: str | None
    disabled_at: int | None
    created_at: int
    updated_at: int
    version: int
    last_sign_in: int


def get(session: Session, account_id: str) -> AccountView | None:
    row = session.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).mappings().first()
    return view(row) if row else None


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """What those of the accounts are called that have a name, for lists."""
    query = select(ACCOUNT.c.id, ACCOUNT.c.name, ACCOUNT.c.username).where(ACCOUNT.c.id.in_(ids))
    rows = session.execute(query) if ids else ()
    return {row.id: row.name or row.username for row in rows if row.name or row.username}


def disable(session: Session, clock: Clock, account_id: str, *, actor: str) -> tuple[Ended, ...]:
    """Shuts the account: it cannot sign in, refresh or be told about. Ends its sessions."""
    changed = session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account_id, ACCOUNT.c.disabled_at.is_(None))
        .values(disabled_at=clock(), version=ACCOUNT.c.version + 1)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        return ()
    record(session, clock, Event("account.disabled", actor, account_id))
    return tuple(end_all(session, account_id))


def enable(session: Session, clock: Clock, account_id: str, *, actor: str) -> bool:
    """Opens a disabled account again; False when it was not disabled."""
    changed = session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account_id, ACCOUNT.c.disabled_at.is_not(None))
        .values(disabled_at=None, version=ACCOUNT.c.version + 1)
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        record(session, clock, Event("account.enabled", actor, account_id))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def rename(
    session: Session, clock: Clock, account_id: str, name: str, *, actor: str, by_person: bool
) -> bool:
    """Gives the account another name, which a source's no longer replaces.

    :param by_person: the person did it, else an operator.
    """
    changed = session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account_id, ACCOUNT.c.merged_into.is_(None))
        .values(
            name=name.strip()[:200] or None,
            profile_provenance="person" if by_person else "operator",
            updated_at=clock(),
            version=ACCOUNT.c.version + 1,
        )
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        record(session, clock, Event("account.renamed", actor, account_id))
        tell_changed(session, account_id, ("name",), "user" if by_person else "admin")
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def view(row: Mapping[Any, Any]) -> AccountView:
    """A row of the table as one of these."""
    values = dict(row)
    values["has_password"] = values.pop("password_hash") is not None
    values["profile"] = json.loads(values["profile"]) if values["profile"] else {}
    return AccountView(**{name: values[name] for name in AccountView.__dataclass_fields__})
