"""Inviting somebody to be an administrator: a link, good once, behind which they choose a password.

The token is in the link alone; here only its digest is kept. Whoever invites never knows the
password. The caller commits; each step leaves a line in the audit trail.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.passwords import Passwords
from app.administrators import admins
from app.administrators.admins import Admin, AdminFields
from app.administrators.sessions import digest
from app.audit.trail import Clock, Event, record
from app.tables.administrators import ADMIN_INVITATION as INVITATION
from federation.errors import InvalidFields, Problem
from federation.translation import N_
from oidc.database.statements import connection_released

LIFETIME = 3 * 86400
"""Seconds for which a link is good."""
PATH = "/admin/join/"
"""Of our address, before the token: the link."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who may become an administrator.

    :param invited_by: as the audit trail names them.
    """

    id: str
    username: str
    name: str
    role: str
    invited_by: str
    created_at: int
    expires_at: int


class NoInvitation(Exception):
    """The link is used up, taken back, too old, or none of ours."""


def invite(
    session: Session, clock: Clock, fields: AdminFields, *, actor: str
) -> tuple[Invitation, str]:
    """A new invitation, and the token of its link, told this once.

    An open one of the same user name is replaced: its link is good no more.

    :raises InvalidFields: with every problem at once; a taken user name too.
    """
    problems = [one for one in fields.problems(is_new=True) if one.field != "password"]
    if not problems and admins.by_username(session, fields.username) is not None:
        problems = [Problem("username", admins.TAKEN)]
    if problems:
        raise InvalidFields(problems)
    now, token = clock(), secrets.token_urlsafe(32)
    row = {
        "id": secrets.token_urlsafe(16),
        "token_hash": digest(token),
        "username": fields.username,
        "name": fields.name,
        "role": fields.role,
        "invited_by": actor[:64],
        "created_at": now,
        "expires_at": now + LIFETIME,
    }
    over = (INVITATION.c.username == fields.username) | (INVITATION.c.expires_at <= now)
    session.execute(delete(INVITATION).where(over))
    try:
        with session.begin_nested():
            session.execute(insert(INVITATION), row)
    except IntegrityError:
        raise InvalidFields([Problem("username", INVITED_MEANWHILE)]) from None
    _note(session, clock, "admin.invited", actor, row)
    return _invitation(row), token


INVITED_MEANWHILE = N_("Somebody else has invited them at this moment.")


def everything(session: Session, clock: Clock) -> list[Invitation]:
    """The open ones, the newest first."""
    query = (
        select(INVITATION)
        .where(INVITATION.c.expires_at > clock())
        .order_by(INVITATION.c.created_at.desc(), INVITATION.c.id)
        .limit(500)
    )
    return [_invitation(row) for row in session.execute(query).mappings()]


def get(session: Session, clock: Clock, invitation_id: str) -> Invitation | None:
    query = select(INVITATION).where(
        INVITATION.c.id == invitation_id, INVITATION.c.expires_at > clock()
    )
    row = session.execute(query).mappings().first()
    return _invitation(row) if row else None


def of_token(session: Session, clock: Clock, token: str) -> Invitation | None:
    """The open invitation whose link holds the token."""
    if not _TOKEN.fullmatch(token):
        return None
    query = select(INVITATION).where(
        INVITATION.c.token_hash == digest(token), INVITATION.c.expires_at > clock()
    )
    row = session.execute(query).mappings().first()
    return _invitation(row) if row else None


def accept(
    session: Session, clock: Clock, passwords: Passwords, token: str, name: str, password: str
) -> Admin:
    """The administrator that the invited person becomes; the link is used up, by one DELETE.

    The connection is given back while the password is hashed. Whoever gets an error rolls back.

    :raises InvalidFields: the password or the name cannot be taken; the link is good still.
    :raises NoInvitation: somebody was faster, or it was taken back.
    """
    found = of_token(session, clock, token)
    if found is None:
        raise NoInvitation
    fields = AdminFields(found.username, name, found.role, password)
    with connection_released(session):
        made = admins.create(session, clock, passwords, fields, actor=found.invited_by)
    used = session.execute(
        delete(INVITATION).where(
            INVITATION.c.token_hash == digest(token), INVITATION.c.expires_at > clock()
        )
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise NoInvitation
    event = Event("admin.joined", made.actor, detail=_detail(fields), admin_id=made.id)
    record(session, clock, event)
    return made


def revoke(session: Session, clock: Clock, invitation: Invitation, *, actor: str) -> bool:
    """Takes an invitation back; False where it was used meanwhile."""
    gone = session.execute(delete(INVITATION).where(INVITATION.c.id == invitation.id))
    if not gone.rowcount:  # type: ignore[attr-defined]
        return False
    fields = {"username": invitation.username, "role": invitation.role}
    _note(session, clock, "admin.invitation_revoked", actor, fields)
    return True


def _note(session: Session, clock: Clock, kind: str, actor: str, row: Mapping[str, Any]) -> None:
    detail = {"username": row["username"], "role": row["role"]}
    record(session, clock, Event(kind, actor, detail=detail))


def _detail(fields: AdminFields) -> dict[str, str]:
    return {"username": fields.username, "role": fields.role}


def _invitation(row: Mapping[Any, Any]) -> Invitation:
    return Invitation(**{name: row[name] for name in Invitation.__slots__})
