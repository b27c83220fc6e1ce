"""Admins' own sessions: short, apart from people's, the token stored only as a digest."""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from app.administrators import admins
from app.administrators.admins import Admin
from app.audit.trail import Clock, Event, Origin, record
from app.tables.administrators import ADMIN, ADMIN_SESSION

IDLE = 30 * 60
LIFETIME = 8 * 3600
"""Seconds without use, and seconds since sign-in, after which a session is over."""
CONFIRMED_FOR = 5 * 60
"""Seconds for which a proof of who sits there counts for secrets and merges."""
SEEN_EVERY = 60
_NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class AdminSession:
    """:param is_confirmed: the admin has proved who they are in the last minutes."""

    admin: Admin
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which an admin is signed in, for lists.

    :param id: names it for as long as it is not confirmed anew.
    """

    id: str
    created_at: int
    last_seen: int
    address: str | None
    device: str | None


def begin(
    session: Session,
    clock: Clock,
    admin: Admin,
    replacing: str | None,
    origin: Origin = _NOWHERE,
) -> str:
    """Signs the admin in under a fresh token, which it gives for the cookie."""
    now = clock()
    end(session, replacing)
    _forget_expired(session, now)
    token = secrets.token_urlsafe(32)
    row = {
        "id_hash": digest(token),
        "admin_id": admin.id,
        "created_at": now,
        "last_seen": now,
        "expires_at": now + LIFETIME,
        "confirmed_at": now,
        "address": origin.address,
        "device": origin.device,
    }
    session.execute(insert(ADMIN_SESSION), row)
    session.execute(update(ADMIN).where(ADMIN.c.id == admin.id).values(last_sign_in=now))
    return token


def get(session: Session, clock: Clock, token: str | None) -> AdminSession | None:
    """Who is signed in; notes once a minute that the session is in use."""
    if not token or len(token) > 64:
        return None
    now = clock()
    query = select(ADMIN_SESSION).where(
        ADMIN_SESSION.c.id_hash == digest(token),
        ADMIN_SESSION.c.expires_at > now,
        ADMIN_SESSION.c.last_seen > now - IDLE,
    )
    row = session.execute(query).first()
    admin = admins.get(session, row.admin_id) if row else None
    if row is None or admin is None or admin.disabled_at is not None:
        return None
    if row.last_seen <= now - SEEN_EVERY:
        _write(session, token, last_seen=now)
    return AdminSession(admin, now - row.confirmed_at < CONFIRMED_FOR)


def confirm(session: Session, clock: Clock, token: str) -> str:
    """Notes that the admin has just proved again who they are; the token that counts from now on.

    The session ends when it would have ended.
    """
    anew = secrets.token_urlsafe(32)
    _write(session, token, id_hash=digest(anew), confirmed_at=clock(), last_seen=clock())
    return anew


def end(session: Session, token: str | None) -> None:
    if token:
        session.execute(delete(ADMIN_SESSION).where(ADMIN_SESSION.c.id_hash == digest(token)))


def end_others(session: Session, admin_id: str, token: str | None) -> None:
    """Signs every other browser of the admin out: one without a factor that is needed now, or that
    somebody else may have opened with what has been replaced."""
    others = ADMIN_SESSION.c.id_hash != digest(token or "")
    session.execute(delete(ADMIN_SESSION).where(ADMIN_SESSION.c.admin_id == admin_id, others))


def of_admin(session: Session, clock: Clock, admin_id: str) -> list[OpenSession]:
    """The browsers in which an admin is signed in, the one used last first."""
    query = (
        select(ADMIN_SESSION)
        .where(
            ADMIN_SESSION.c.admin_id == admin_id,
            ADMIN_SESSION.c.expires_at > clock(),
            ADMIN_SESSION.c.last_seen > clock() - IDLE,
        )
        .order_by(ADMIN_SESSION.c.last_seen.desc(), ADMIN_SESSION.c.id_hash)
    )
    return [
        OpenSession(row.id_hash, row.created_at, row.last_seen, row.address, row.device)
        for row in session.execute(query)
    ]


def end_of(
    session: Session,
    clock: Clock,
    admin: Admin,
    session_id: str | None = None,
    *,
    actor: str,
    but: str | None = None,
) -> int:
    """Signs an admin out of one browser, or of all; how many that were.

    :param but: the token of a session that is spared.
    """
    over = ADMIN_SESSION.c.admin_id == admin.id
    if session_id is not None:
        over &= ADMIN_SESSION.c.id_hash == session_id
    if but is not None:
        over &= ADMIN_SESSION.c.id_hash != digest(but)
    ended: int = session.execute(delete(ADMIN_SESSION).where(over)).rowcount  # type: ignore[attr-defined]
    if ended:
        detail = {"admin": admin.id, "username": admin.username, "sessions": ended}
        record(session, clock, Event("admin.signed_out", actor, detail=detail, admin_id=admin.id))
    return ended


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _write(session: Session, token: str, **values: int | str) -> None:
    session.execute(
        update(ADMIN_SESSION).where(ADMIN_SESSION.c.id_hash == digest(token)).values(values)
    )


def _forget_expired(session: Session, now: int) -> None:
    """Admins sign in seldom and are few: each sign-in sweeps up."""
    over = or_(ADMIN_SESSION.c.expires_at <= now, ADMIN_SESSION.c.last_seen <= now - IDLE)
    session.execute(delete(ADMIN_SESSION).where(over))
