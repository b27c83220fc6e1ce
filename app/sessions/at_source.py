"""The sessions at sources that ours began by: what ends them there, and how they end ours."""

import hashlib

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.tables.people import BROWSER_SESSION, SOURCE_SESSION
from federation.identity import SourceSession
from federation.ports import Cipher

PURPOSE = "sessions.at_source"


def keep(
    session: Session,
    cipher: Cipher,
    sid: str,
    connection_id: str,
    at_source: SourceSession,
    expires_at: int,
) -> None:
    """Notes by which session at the source ours began; one that it had before is forgotten."""
    hint = at_source.id_token
    session.execute(delete(SOURCE_SESSION).where(SOURCE_SESSION.c.sid == sid))
    row = {
        "sid": sid,
        "connection_id": connection_id,
        "name_hash": _digest(at_source.sid) if at_source.sid else None,
        "id_token_sealed": cipher.seal(hint.encode(), PURPOSE) if hint else None,
        "expires_at": expires_at,
    }
    session.execute(insert(SOURCE_SESSION), row)


def hint(session: Session, cipher: Cipher, sid: str) -> str | None:
    """The ID token that the source knows its session by; None where none was kept."""
    wanted = select(SOURCE_SESSION.c.id_token_sealed).where(SOURCE_SESSION.c.sid == sid)
    sealed = session.scalar(wanted)
    try:
        return cipher.unseal(sealed, PURPOSE).decode() if sealed else None
    except ValueError:
        return None  # sealed by a secret that is gone


def named(session: Session, connection_id: str, name: str, most: int = 100) -> list[str]:
    """Our sessions, by their ``sid``, that began by a session of this name at the source."""
    found = (
        select(SOURCE_SESSION.c.sid)
        .join(BROWSER_SESSION, BROWSER_SESSION.c.sid == SOURCE_SESSION.c.sid)
        .where(
            SOURCE_SESSION.c.connection_id == connection_id,
            SOURCE_SESSION.c.name_hash == _digest(name),
        )
    )
    return list(session.scalars(found.limit(most)))


def prune(session: Session, before: int, limit: int) -> int:
    """Forgets those that are over by time; call until it removes fewer."""
    over = select(SOURCE_SESSION.c.sid).where(SOURCE_SESSION.c.expires_at <= before).limit(limit)
    sids = list(session.scalars(over))
    if sids:
        session.execute(delete(SOURCE_SESSION).where(SOURCE_SESSION.c.sid.in_(sids)))
    return len(sids)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
