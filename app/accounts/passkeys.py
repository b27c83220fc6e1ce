"""Passkeys of people: a further way into an account that they have, by a device of their own.

A question is answered once, by whoever it was put to: one DELETE decides, whatever a second copy
of the answer does meanwhile.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.identification.keys import lock
from app.accounts.records.linking import has_password, sources_of
from app.audit.trail import Clock, Event, record
from app.tables.passkeys import PERSON_CHALLENGE, PERSON_PASSKEY
from app.web_authentication import Owner, RelyingParty, challenge_in, id_hash_in, note_use

LIFETIME = 10 * 60
"""Seconds in which a question must be answered."""
MOST = 20
"""Passkeys of one person."""
NAME_LIMIT = 64
BY_PASSWORD = "password"
"""Who made it had come by the local password."""
_C = PERSON_PASSKEY.c


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey, as its owner sees it. Times in seconds since the epoch."""

    id_hash: str
    name: str
    created_at: int
    last_used: int | None


def passkeys_of(session: Session, account_id: str) -> list[Passkey]:
    """The person's passkeys, the oldest first."""
    columns = [_C[name] for name in Passkey.__slots__]
    mine = select(*columns).where(_C.account_id == account_id).order_by(_C.created_at, _C.id_hash)
    return [Passkey(**row._mapping) for row in session.execute(mine)]


def question_for_new(
    session: Session, clock: Clock, party: RelyingParty, owner: Owner, deployment: str
) -> str:
    """What the browser makes a new passkey from, as JSON.

    :param owner: whose handle is the account's id.
    :param deployment: its name, as the browser shows it.
    """
    mine = _C.account_id == owner.handle
    known = session.scalars(select(_C.credential_id).where(mine))
    challenge = _ask(session, clock, _for_new(owner.handle))
    return party.creation_options(owner, challenge, known, deployment)


def question(session: Session, clock: Clock, party: RelyingParty, asked: str) -> str:
    """What the browser asks any passkey of this host with, as JSON.

    :param asked: names the sign-in under way; an answer counts for it alone.
    """
    return party.request_options(_ask(session, clock, asked))


def add(
    session: Session,
    clock: Clock,
    party: RelyingParty,
    account_id: str,
    answer: str,
    name: str,
    *,
    made_by: str | None,
) -> bool:
    """Keeps the new passkey, if the browser answers a question that was put to this account.

    :param made_by: the way in by which its maker has come; None for another passkey.
    """
    challenge = _used_question(session, clock, answer, _for_new(account_id))
    made = party.made(answer, challenge) if challenge else None
    if made is None or not lock(session, account_id):
        return False
    count = select(func.count()).select_from(PERSON_PASSKEY).where(_C.account_id == account_id)
    if (session.scalar(count) or 0) >= MOST:
        return False
    row = {
        "id_hash": made.id_hash,
        "account_id": account_id,
        "credential_id": made.credential_id,
        "public_key": made.public_key,
        "sign_count": made.sign_count,
        "name": name[:NAME_LIMIT],
        "created_at": clock(),
        "made_by": made_by,
    }
    try:
        with session.begin_nested():
            session.execute(insert(PERSON_PASSKEY), row)
    except IntegrityError:
        return False
    _note(session, clock, "account.passkey_added", account_id, name)
    return True


def recognised(
    session: Session, clock: Clock, party: RelyingParty, answer: str, asked: str
) -> str | None:
    """The id of the account whose passkey answered our question; None for anything else."""
    challenge = _used_question(session, clock, answer, asked)
    id_hash = id_hash_in(answer) if challenge else None
    if challenge is None or id_hash is None:
        return None
    row = session.execute(select(PERSON_PASSKEY).where(_C.id_hash == id_hash)).first()
    if row is None:
        return None
    count = party.proven(answer, challenge, row.public_key, row.sign_count)
    if count is None or not note_use(session, PERSON_PASSKEY, id_hash, count, clock()):
        return None
    return str(row.account_id)


def rename(session: Session, account_id: str, id_hash: str, name: str) -> bool:
    """Calls a passkey of the account something else; False when it has no such one."""
    theirs = update(PERSON_PASSKEY).where(_C.id_hash == id_hash, _C.account_id == account_id)
    renamed = session.execute(theirs.values(name=name[:NAME_LIMIT]))
    return bool(renamed.rowcount)  # type: ignore[attr-defined]


def remove(
    session: Session, clock: Clock, account_id: str, id_hash: str, *, actor: str
) -> Literal["removed", "last", "unknown"]:
    """Forgets a passkey. The last way into the account stays: ``last``."""
    if not lock(session, account_id):
        return "unknown"
    mine = passkeys_of(session, account_id)
    wanted = next((one for one in mine if one.id_hash == id_hash), None)
    if wanted is None:
        return "unknown"
    others = len(mine) > 1 or sources_of(session, account_id)
    if not others and not has_password(session, account_id):
        return "last"
    session.execute(delete(PERSON_PASSKEY).where(_C.id_hash == id_hash))
    _note(session, clock, "account.passkey_removed", account_id, wanted.name, actor)
    return "removed"


def remove_made_by(session: Session, clock: Clock, account_id: str, way: str, *, actor: str) -> int:
    """Forgets passkeys that somebody made who had come by a way in that is gone; how many.

    Those that do not say by which, too: one passkey makes another. They stay where they are all
    that leads into the account.

    :param way: the digest of an identity, or `BY_PASSWORD`.
    """
    if not sources_of(session, account_id) and not has_password(session, account_id):
        return 0
    made = or_(_C.made_by == way, _C.made_by.is_(None))
    theirs = select(_C.id_hash, _C.name).where(_C.account_id == account_id, made)
    gone = session.execute(theirs).all()
    for row in gone:
        session.execute(delete(PERSON_PASSKEY).where(_C.id_hash == row.id_hash))
        _note(session, clock, "account.passkey_removed", account_id, row.name, actor)
    return len(gone)


def prune(session: Session, clock: Clock, limit: int = 1000) -> int:
    """Removes questions that nobody answered in time; how many."""
    over = select(PERSON_CHALLENGE.c.id_hash).where(PERSON_CHALLENGE.c.expires_at <= clock())
    hashes = list(session.scalars(over.limit(limit)))
    if hashes:
        session.execute(delete(PERSON_CHALLENGE).where(PERSON_CHALLENGE.c.id_hash.in_(hashes)))
    return len(hashes)


def _ask(session: Session, clock: Clock, asked: str) -> str:
    challenge = secrets.token_urlsafe(32)
    expires_at = clock() + LIFETIME
    row = {"id_hash": _digest(challenge), "asked": asked, "expires_at": expires_at}
    session.execute(insert(PERSON_CHALLENGE), row)
    return challenge


def _used_question(session: Session, clock: Clock, answer: str, asked: str) -> str | None:
    """The question that the answer names and that was put to them, used up by this call."""
    challenge = challenge_in(answer)
    if challenge is None:
        return None
    gone = session.execute(
        delete(PERSON_CHALLENGE).where(
            PERSON_CHALLENGE.c.id_hash == _digest(challenge),
            PERSON_CHALLENGE.c.asked == asked,
            PERSON_CHALLENGE.c.expires_at > clock(),
        )
    )
    return challenge if gone.rowcount else None  # type: ignore[attr-defined]


def _for_new(account_id: str) -> str:
    return f"new passkey of {account_id}"


def _digest(challenge: str) -> str:
    return hashlib.sha256(challenge.encode()).hexdigest()


def _note(
    session: Session,
    clock: Clock,
    kind: str,
    account_id: str,
    name: str,
    actor: str | None = None,
) -> None:
    by = actor or f"person:{account_id}"
    record(session, clock, Event(kind, by, account_id, detail={"name": name[:NAME_LIMIT]}))
