"""Codes of an authenticator app (RFC 6238), each accepted once."""

import pyotp
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.administrators.admins import Admin
from app.audit.trail import Clock, Event, record
from app.tables.administrators import ADMIN
from federation.ports import Cipher

PURPOSE = "admin totp"
STEP = 30
"""Seconds for which a code counts; the one before and the one after are accepted too."""


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, username: str, issuer: str) -> str:
    """The ``otpauth:`` address that the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=f"Qiao {issuer}")


def matching_step(secret: str, code: str, now: int) -> int | None:
    """The time step whose code this is, among the current one and its neighbours."""
    code = code.replace(" ", "")
    if not (code.isascii() and code.isdigit()):
        return None
    totp = pyotp.TOTP(secret)
    current = now // STEP
    steps = (current, current - 1, current + 1)
    return next((s for s in steps if pyotp.utils.strings_equal(totp.at(s * STEP), code)), None)


def enrol(
    session: Session, clock: Clock, cipher: Cipher, admin: Admin, secret: str, code: str
) -> bool:
    """Makes the authenticator the admin's second factor, if its code proves that it works."""
    step = matching_step(secret, code, clock())
    if step is None:
        return False
    sealed = cipher.seal(secret.encode(), PURPOSE)
    session.execute(
        update(ADMIN)
        .where(ADMIN.c.id == admin.id)
        .values(totp_sealed=sealed, totp_step=step, version=ADMIN.c.version + 1)
    )
    record(session, clock, Event("admin.totp_added", admin.actor, admin_id=admin.id))
    return True


def remove(session: Session, clock: Clock, admin: Admin) -> None:
    session.execute(
        update(ADMIN)
        .where(ADMIN.c.id == admin.id)
        .values(totp_sealed=None, totp_step=None, version=ADMIN.c.version + 1)
    )
    record(session, clock, Event("admin.totp_removed", admin.actor, admin_id=admin.id))


def accepts(session: Session, clock: Clock, cipher: Cipher, admin: Admin, code: str) -> bool:
    """Whether the code is right and has not been used before: one conditional UPDATE decides."""
    sealed = session.scalar(select(ADMIN.c.totp_sealed).where(ADMIN.c.id == admin.id))
    if not sealed:
        return False
    try:
        secret = cipher.unseal(sealed, PURPOSE).decode()
    except ValueError:
        return False
    step = matching_step(secret, code, clock())
    if step is None:
        return False
    used = session.execute(
        update(ADMIN)
        .where(ADMIN.c.id == admin.id, or_(ADMIN.c.totp_step.is_(None), ADMIN.c.totp_step < step))
        .values(totp_step=step)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]
