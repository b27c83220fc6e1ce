"""Questions to be answered once: by one statement, whatever a second browser does meanwhile."""

import secrets

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.administrators.sessions import digest
from app.audit.trail import Clock
from app.tables.administrators import ADMIN_CHALLENGE

LIFETIME = 5 * 60
TRIES = 5

SECOND_FACTOR = "second_factor"
PASSKEY = "passkey"


def ask(session: Session, clock: Clock, purpose: str, admin_id: str | None = None) -> str:
    """A new question; its token. Forgets those that nobody answered in time.

    :param admin_id: whom it is put to; a browser's own name where nobody is signed in.
    """
    now = clock()
    session.execute(delete(ADMIN_CHALLENGE).where(ADMIN_CHALLENGE.c.expires_at <= now))
    token = secrets.token_urlsafe(32)
    row = {
        "id_hash": digest(token),
        "purpose": purpose,
        "admin_id": admin_id,
        "tries": 0,
        "expires_at": now + LIFETIME,
    }
    session.execute(insert(ADMIN_CHALLENGE), row)
    return token


def try_once(session: Session, clock: Clock, purpose: str, token: str) -> str | None:
    """Whose question this is, when it may still be answered; counts as one of few tries."""
    alive = (
        ADMIN_CHALLENGE.c.id_hash == digest(token),
        ADMIN_CHALLENGE.c.purpose == purpose,
        ADMIN_CHALLENGE.c.expires_at > clock(),
    )
    tried = session.execute(
        update(ADMIN_CHALLENGE)
        .where(*alive, ADMIN_CHALLENGE.c.tries < TRIES)
        .values(tries=ADMIN_CHALLENGE.c.tries + 1)
    )
    if not tried.rowcount:  # type: ignore[attr-defined]
        return None
    return session.scalar(select(ADMIN_CHALLENGE.c.admin_id).where(*alive))


def answer(
    session: Session, clock: Clock, purpose: str, token: str, asked_by: str | None = None
) -> bool:
    """Whether this call is the one that uses the question up.

    :param asked_by: whom it was put to, where only they may answer.
    """
    theirs = () if asked_by is None else (ADMIN_CHALLENGE.c.admin_id == asked_by,)
    gone = session.execute(
        delete(ADMIN_CHALLENGE).where(
            ADMIN_CHALLENGE.c.id_hash == digest(token),
            ADMIN_CHALLENGE.c.purpose == purpose,
            ADMIN_CHALLENGE.c.expires_at > clock(),
            *theirs,
        )
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]
