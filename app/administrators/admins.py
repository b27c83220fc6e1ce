"""The people who run this deployment: making, finding, changing them; their passwords.

The caller commits. Every change leaves a line in the audit trail.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.passwords import MAXIMUM, USERNAME, Passwords
from app.administrators.roles import ROLES
from app.audit.trail import Clock, Event, record
from app.tables.administrators import ADMIN, ADMIN_PASSKEY, ADMIN_RECOVERY_CODE, ADMIN_SESSION
from federation.errors import InvalidFields, Problem, VersionConflict
from federation.translation import N_

MINIMUM = 12
"""Characters of an admin's password: longer than a person's, for what it opens."""


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who may open the config pages; the password hash stays where it is."""

    id: str
    username: str
    name: str
    role: str
    has_totp: bool
    time_zone: str | None
    disabled_at: int | None
    created_at: int
    last_sign_in: int | None
    version: int
    password_due: bool | None = None

    @property
    def actor(self) -> str:
        """How the audit trail names them."""
        return f"admin:{self.id}"


@dataclass(frozen=True, slots=True)
class AdminFields:
    """What a form or a command gives; an empty password keeps the old one."""

    username: str
    name: str
    role: str
    password: str = ""

    def problems(self, *, is_new: bool) -> list[Problem]:
        """Everything that is wrong, field by field."""
        checks = (
            (
                "username",
                USERNAME.fullmatch(self.username),
                N_("A user name has up to 64 lower-case letters, digits and any of . _ @ + -"),
            ),
            ("name", len(self.name) <= 100, N_("Use at most 100 characters.")),
            ("role", self.role in ROLES, N_("Choose one of the listed values.")),
            (
                "password",
                (not self.password and not is_new) or MINIMUM <= len(self.password) <= MAXIMUM,
                N_("An administrator's password has 12 characters or more."),
            ),
        )
        return [Problem(field, sentence) for field, holds, sentence in checks if not holds]


def create(
    session: Session,
    clock: Clock,
    passwords: Passwords,
    fields: AdminFields,
    *,
    actor: str,
    password_due: bool = False,
) -> Admin:
    """A new admin.

    :param password_due: they have to change the password before anything else opens to them.
    :raises InvalidFields: with every problem at once; a taken username too.
    """
    problems = [*fields.problems(is_new=True), *_weakness(passwords, fields)]
    if problems:
        raise InvalidFields(problems)
    hashed = passwords.hash(fields.password)
    row = {
        "id": secrets.token_urlsafe(16),
        "username": fields.username,
        "name": fields.name,
        "role": fields.role,
        "password_hash": hashed,
        "created_at": clock(),
        "version": 1,
        "password_due": password_due or None,
    }
    try:
        with session.begin_nested():
            session.execute(insert(ADMIN), row)
    except IntegrityError:
        raise InvalidFields([Problem("username", TAKEN)]) from None
    detail = {"admin": row["id"], "username": fields.username, "role": [None, fields.role]}
    record(session, clock, _about(str(row["id"]), "admin.created", actor, detail, "created"))
    made = get(session, str(row["id"]))
    assert made is not None
    return made


TAKEN = N_("This user name is taken.")


def get(session: Session, admin_id: str) -> Admin | None:
    return _first(session, ADMIN.c.id == admin_id)


def by_username(session: Session, username: str) -> Admin | None:
    if not USERNAME.fullmatch(username):
        return None
    return _first(session, ADMIN.c.username == username)


def everybody(session: Session) -> list[Admin]:
    """All admins, by their usernames: there are never many."""
    rows = session.execute(select(ADMIN).order_by(ADMIN.c.username).limit(500)).mappings()
    return [_admin(row) for row in rows]


def is_empty(session: Session) -> bool:
    return session.scalar(select(ADMIN.c.id).limit(1)) is None


def names(session: Session, ids: set[str]) -> dict[str, str]:
    """Usernames by id, for lists that name who did something."""
    if not ids:
        return {}
    rows = session.execute(select(ADMIN.c.id, ADMIN.c.username).where(ADMIN.c.id.in_(ids)))
    return {row.id: row.username for row in rows}


def verify(session: Session, passwords: Passwords, username: str, password: str) -> Admin | None:
    """The admin whose password this is; as much work for a username that nobody has.

    What the session has not committed is gone afterwards, see `Passwords.matches`.
    """
    found = by_username(session, username)
    stored = passwords.nobody
    if found is not None:
        stored = str(session.scalar(select(ADMIN.c.password_hash).where(ADMIN.c.id == found.id)))
    if not passwords.matches(session, stored, password) or found is None:
        return None
    return found if found.disabled_at is None else None


def change(
    session: Session,
    clock: Clock,
    passwords: Passwords,
    before: Admin,
    fields: AdminFields,
    version: int,
    *,
    actor: str,
    password_due: bool = False,
) -> None:
    """Saves a form that was opened at ``version``.

    :param password_due: they have to change the new password before anything else opens to them.
    :raises InvalidFields: also when nobody would be an owner any more.
    :raises VersionConflict: somebody else saved first.
    """
    problems = [*fields.problems(is_new=False), *_weakness(passwords, fields)]
    hashed = passwords.hash(fields.password) if fields.password and not problems else ""
    if fields.role != "owner" and _is_last_owner(session, before):
        problems.append(Problem("role", LAST_OWNER))
    if problems:
        raise InvalidFields(problems)
    values: dict[str, Any] = {"name": fields.name, "role": fields.role}
    if hashed:
        values |= {"password_hash": hashed, "password_due": password_due or None}
    _write(session, before.id, version, values)
    changes: dict[str, Any] = {
        name: [getattr(before, name), getattr(fields, name)]
        for name in ("name", "role")
        if getattr(before, name) != getattr(fields, name)
    }
    if fields.password:
        changes["password"] = "changed"
        _end_sessions(session, before.id)
    detail = {"admin": before.id, "username": before.username, **changes}
    record(session, clock, _about(before.id, "admin.changed", actor, detail))


LAST_OWNER = N_("Somebody has to stay an owner: make another administrator one first.")


def choose_time_zone(session: Session, admin: Admin, name: str | None) -> None:
    """In which zone pages tell this admin times; None for the browser's. No line in the trail: it
    concerns nobody else."""
    session.execute(update(ADMIN).where(ADMIN.c.id == admin.id).values(time_zone=name))


def switch(session: Session, clock: Clock, admin: Admin, *, enabled: bool, actor: str) -> None:
    """Lets an admin in or keeps them out; who is kept out is signed out at once.

    :raises InvalidFields: the last owner cannot be disabled.
    """
    if not enabled and _is_last_owner(session, admin):
        raise InvalidFields([Problem("role", LAST_OWNER)])
    _write(session, admin.id, admin.version, {"disabled_at": None if enabled else clock()})
    if not enabled:
        _end_sessions(session, admin.id)
    word = "enabled" if enabled else "disabled"
    detail = {"admin": admin.id, "username": admin.username}
    record(session, clock, _about(admin.id, f"admin.{word}", actor, detail, word))


def set_password_due(
    session: Session, clock: Clock, admin: Admin, *, due: bool, actor: str
) -> None:
    """Has an admin choose another password before anything else opens to them, or no longer."""
    _write(session, admin.id, admin.version, {"password_due": due or None})
    detail = {"admin": admin.id, "username": admin.username, "due": due}
    record(session, clock, _about(admin.id, "admin.password_demanded", actor, detail))


def forget_factors(session: Session, clock: Clock, admin: Admin, *, actor: str) -> None:
    """Removes authenticator, passkeys and recovery codes of somebody who lost them."""
    _write(session, admin.id, admin.version, {"totp_sealed": None, "totp_step": None})
    for factors in (ADMIN_PASSKEY, ADMIN_RECOVERY_CODE):
        session.execute(delete(factors).where(factors.c.admin_id == admin.id))
    _end_sessions(session, admin.id)
    detail = {"admin": admin.id, "username": admin.username}
    record(session, clock, _about(admin.id, "admin.factors_removed", actor, detail))


def _weakness(passwords: Passwords, fields: AdminFields) -> list[Problem]:
    if not fields.password:
        return []
    weak = passwords.weakness(fields.password, fields.username, *fields.name.split())
    return [Problem("password", weak)] if weak else []


def _about(
    admin_id: str, kind: str, actor: str, detail: Mapping[str, Any], outcome: str = "ok"
) -> Event:
    return Event(kind, actor, outcome=outcome, detail=detail, admin_id=admin_id)


def _is_last_owner(session: Session, admin: Admin) -> bool:
    others = select(func.count()).where(
        ADMIN.c.role == "owner", ADMIN.c.disabled_at.is_(None), ADMIN.c.id != admin.id
    )
    return admin.role == "owner" and not session.scalar(others)


def _write(session: Session, admin_id: str, version: int, values: Mapping[str, Any]) -> None:
    written = session.execute(
        update(ADMIN)
        .where(ADMIN.c.id == admin_id, ADMIN.c.version == version)
        .values(**values, version=version + 1)
    )
    if not written.rowcount:  # type: ignore[attr-defined]
        raise VersionConflict


def _end_sessions(session: Session, admin_id: str) -> None:
    session.execute(delete(ADMIN_SESSION).where(ADMIN_SESSION.c.admin_id == admin_id))


def _first(session: Session, which: Any) -> Admin | None:
    row = session.execute(select(ADMIN).where(which)).mappings().first()
    return _admin(row) if row else None


def _admin(row: Mapping[Any, Any]) -> Admin:
    values = {name: row[name] for name in Admin.__slots__ if name != "has_totp"}
    return Admin(**values, has_totp=row["totp_sealed"] is not None)
