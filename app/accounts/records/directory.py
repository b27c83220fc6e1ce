"""The admin's and the person's view of accounts: finding, reading, disabling, editing."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from app.accounts.changed import tell_changed
from app.accounts.phone_numbers import phone_number
from app.audit.trail import Clock, Event, record
from app.sessions.browser import Ended, end_all
from app.tables.people import ACCOUNT, EXTERNAL_KEY


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
    profile: Mapping[str, Any]
    username: str | None
    has_password: bool
    merged_into: str | None
    disabled_at: int | None
    created_at: int
    updated_at: int
    version: int


def get(session: Session, account_id: str) -> AccountView | None:
    row = session.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).mappings().first()
    return _view(row) if row else None


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """What those of the accounts are called that have a name, for lists."""
    query = select(ACCOUNT.c.id, ACCOUNT.c.name, ACCOUNT.c.username).where(ACCOUNT.c.id.in_(ids))
    rows = session.execute(query) if ids else ()
    return {row.id: row.name or row.username for row in rows if row.name or row.username}


def page(
    session: Session, *, after: tuple[int, str] | None = None, limit: int = 50
) -> list[AccountView]:
    """Accounts, newest first; ``after``: ``(created_at, id)`` of the last one shown before."""
    query = select(ACCOUNT).where(ACCOUNT.c.merged_into.is_(None))
    if after is not None:
        query = query.where(tuple_(ACCOUNT.c.created_at, ACCOUNT.c.id) < after)
    query = query.order_by(ACCOUNT.c.created_at.desc(), ACCOUNT.c.id.desc()).limit(limit)
    return [_view(row) for row in session.execute(query).mappings()]


def search(session: Session, text: str, *, limit: int = 50) -> list[AccountView]:
    """Accounts whose subject, phone, e-mail, username or a key is the text, or whose
    name begins with it. Every part of the question is answered by an index.
    """
    text = text.replace("\0", "").strip()
    if not text:
        return []
    ids = set(
        session.scalars(
            select(EXTERNAL_KEY.c.account_id).where(EXTERNAL_KEY.c.value == text[:128]).limit(limit)
        )
    )
    exact = (
        ACCOUNT.c.id.in_(ids | {text}),
        ACCOUNT.c.username == text,
        ACCOUNT.c.email == text,
        ACCOUNT.c.phone == (phone_number(text) or text),
        ACCOUNT.c.name.startswith(text, autoescape=True),
    )
    found: dict[str, AccountView] = {}
    for condition in exact:
        query = select(ACCOUNT).where(condition).order_by(ACCOUNT.c.id).limit(limit)
        for row in session.execute(query).mappings():
            found.setdefault(row["id"], _view(row))
    return list(found.values())[:limit]


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


def _view(row: Mapping[Any, Any]) -> AccountView:
    values = dict(row)
    values["has_password"] = values.pop("password_hash") is not None
    values["profile"] = json.loads(values["profile"]) if values["profile"] else {}
    return AccountView(**values)
