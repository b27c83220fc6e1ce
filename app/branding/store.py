"""Keeping what applications look like."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.trail import Clock
from app.tables.branding import APPLICATION_BRANDING as LOOK
from federation.errors import VersionConflict


@dataclass(frozen=True, slots=True)
class Branding:
    """Logo and colour of an application.

    :param accent: ``#rrggbb``, or none.
    :param logo: the digest that its picture is found by, or none.
    """

    accent: str | None = None
    logo: str | None = None
    version: int = 0


PLAIN = Branding()
_TOLD = (LOOK.c.client_id, LOOK.c.accent, LOOK.c.logo_digest, LOOK.c.version)


def of_client(session: Session, client_id: str) -> Branding:
    return of_clients(session, [client_id]).get(client_id, PLAIN)


def of_clients(session: Session, client_ids: Collection[str]) -> Mapping[str, Branding]:
    """The looks of those that have one, in one statement."""
    rows = session.execute(select(*_TOLD).where(LOOK.c.client_id.in_(client_ids)))
    return {row.client_id: Branding(row.accent, row.logo_digest, row.version) for row in rows}


def picture(session: Session, digest: str) -> bytes | None:
    """The PNG of this digest, as long as an application wears it."""
    found: bytes | None = session.scalar(
        select(LOOK.c.logo).where(LOOK.c.logo_digest == digest).limit(1)
    )
    return found


def save(
    session: Session,
    clock: Clock,
    client_id: str,
    accent: str | None,
    logo: bytes | None,
    version: int,
) -> None:
    """Stores the look over the one that was read at ``version``.

    :param logo: another picture; empty bytes for none any more; None to keep the one it has.
    :raises VersionConflict: somebody else saved first.
    """
    values: dict[str, Any] = {"accent": accent, "updated_at": clock(), "version": version + 1}
    if logo is not None:
        digest = hashlib.sha256(logo).hexdigest() if logo else None
        values |= {"logo": logo or None, "logo_digest": digest}
    if version:
        known = (LOOK.c.client_id == client_id, LOOK.c.version == version)
        done = session.execute(update(LOOK).where(*known).values(values))
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise VersionConflict
        return
    try:
        with session.begin_nested():
            session.execute(insert(LOOK), {"client_id": client_id, **values})
    except IntegrityError as error:
        raise VersionConflict from error


def forget_client(session: Session, client_id: str) -> None:
    session.execute(delete(LOOK).where(LOOK.c.client_id == client_id))
