"""Recovery codes: the second factor of an admin who has lost the others, each good once.

A code has 120 random bits, so that its plain digest tells nobody anything. They are shown when they
are made and never again.
"""

import base64
import re
import secrets
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.administrators.admins import Admin
from app.administrators.sessions import digest
from app.audit.trail import Clock, Event, record
from app.tables.administrators import ADMIN_RECOVERY_CODE

COUNT = 10
LONGEST = 64
"""Characters of what somebody types, with the spaces and hyphens that they like."""
_CODE = re.compile(r"[a-z2-7]{24}")


def renew(session: Session, clock: Clock, admin: Admin, *, actor: str) -> list[str]:
    """New codes, as they are to be shown this once; those of before are good no more."""
    codes = [_new() for _ in range(COUNT)]
    session.execute(delete(ADMIN_RECOVERY_CODE).where(ADMIN_RECOVERY_CODE.c.admin_id == admin.id))
    rows = [
        {"code_hash": digest(code), "admin_id": admin.id, "created_at": clock()} for code in codes
    ]
    session.execute(insert(ADMIN_RECOVERY_CODE), rows)
    _note(session, clock, admin, "admin.recovery_codes_made", actor)
    return ["-".join(re.findall("....", code)) for code in codes]


def left(session: Session, admin_id: str) -> int:
    """How many codes have not been used."""
    unused = select(func.count()).where(*_unused(admin_id))
    return session.scalar(unused) or 0


def accepts(session: Session, clock: Clock, admin: Admin, code: str) -> bool:
    """Whether this is an unused code of the admin, used up by this call: one UPDATE decides."""
    plain = re.sub(r"[\s-]", "", code[:LONGEST]).lower()
    if not _CODE.fullmatch(plain):
        return False
    used = session.execute(
        update(ADMIN_RECOVERY_CODE)
        .where(ADMIN_RECOVERY_CODE.c.code_hash == digest(plain), *_unused(admin.id))
        .values(used_at=clock())
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        return False
    _note(session, clock, admin, "admin.recovery_code_used", admin.actor)
    return True


def _unused(admin_id: str) -> tuple[Any, ...]:
    return (ADMIN_RECOVERY_CODE.c.admin_id == admin_id, ADMIN_RECOVERY_CODE.c.used_at.is_(None))


def _new() -> str:
    return base64.b32encode(secrets.token_bytes(15)).decode().lower()


def _note(session: Session, clock: Clock, admin: Admin, kind: str, actor: str) -> None:
    detail = {"username": admin.username, "left": left(session, admin.id)}
    record(session, clock, Event(kind, actor, detail=detail, admin_id=admin.id))
