"""Whom an administrator let in to an application, and who asks to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.trail import Clock
from app.tables.groups import APPLICATION_PERSON, GROUP_MEMBER
from app.tables.people import ACCOUNT
from federation.errors import VersionConflict

STATES = ("asked", "allowed", "refused")
MOST_SENTENCE = 500


@dataclass(frozen=True, slots=True)
class PersonThere:
    """Somebody and an application.

    :param sentence: what the person wrote when they asked.
    :param name: of the account; None where it has none, or is gone.
    """

    client_id: str
    account_id: str
    state: str
    sentence: str
    asked_at: int
    decided_at: int | None
    decided_by: str | None
    name: str | None = None
    phone: str | None = None


def ask(session: Session, clock: Clock, client_id: str, account_id: str, sentence: str) -> bool:
    """Notes that the person asks; False where they have asked, or it was decided, before."""
    row = _new(client_id, account_id, "asked", clock()) | {"sentence": sentence[:MOST_SENTENCE]}
    try:
        with session.begin_nested():
            session.execute(insert(APPLICATION_PERSON), row)
    except IntegrityError:
        return False
    return True


def decide(
    session: Session,
    clock: Clock,
    client_id: str,
    account_id: str,
    state: str,
    *,
    actor: str,
    seen: str = "",
) -> bool:
    """Lets the person in, or refuses them, whether they asked or not; False where it was so.

    :param seen: the state in which whoever decides has seen it.
    :raises federation.errors.VersionConflict: it is another one by now.
    """
    now, at = clock(), APPLICATION_PERSON.c
    decided = {"state": state, "decided_at": now, "decided_by": actor[:64]}
    changed = (
        update(APPLICATION_PERSON)
        .where(
            at.client_id == client_id,
            at.account_id == account_id,
            at.state == seen if seen else at.state != state,
        )
        .values(**decided)
    )
    if session.execute(changed).rowcount:  # type: ignore[attr-defined]
        return True
    if seen:
        _demand(session, client_id, account_id, state)
        return False
    try:
        with session.begin_nested():
            row = _new(client_id, account_id, state, now) | decided
            session.execute(insert(APPLICATION_PERSON), row)
    except IntegrityError:
        return False
    return True


def withdraw(session: Session, client_id: str, account_id: str, seen: str = "") -> bool:
    """Forgets what was decided: they may ask again. False where nothing was.

    :param seen: as for `decide`.
    :raises federation.errors.VersionConflict: as there.
    """
    at = APPLICATION_PERSON.c
    gone = delete(APPLICATION_PERSON).where(at.client_id == client_id, at.account_id == account_id)
    if session.execute(gone.where(at.state == seen) if seen else gone).rowcount:  # type: ignore[attr-defined]
        return True
    if seen:
        _demand(session, client_id, account_id, None)
    return False


def _demand(session: Session, client_id: str, account_id: str, state: str | None) -> None:
    """Whoever decided meanwhile has decided the same."""
    at = APPLICATION_PERSON.c
    query = select(at.state).where(at.client_id == client_id, at.account_id == account_id)
    if session.scalar(query) != state:
        raise VersionConflict


def page(
    session: Session,
    *,
    client_id: str | None = None,
    state: str | None = None,
    after: tuple[int, str, str] | None = None,
    limit: int = 50,
) -> list[PersonThere]:
    """The oldest first, so that nobody waits for ever.

    :param after: ``(asked_at, account_id, client_id)`` of the last one shown before.
    """
    at = APPLICATION_PERSON.c
    order = (at.asked_at, at.account_id, at.client_id)
    query = (
        select(APPLICATION_PERSON, ACCOUNT.c.name, ACCOUNT.c.phone)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == at.account_id)
        .order_by(*order)
        .limit(limit)
    )
    if client_id is not None:
        query = query.where(at.client_id == client_id)
    if state is not None:
        query = query.where(at.state == state)
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return [_there(row) for row in session.execute(query).mappings()]


def of_account(session: Session, account_id: str) -> list[PersonThere]:
    """The applications that the person was let in to, has asked for, or was refused."""
    at = APPLICATION_PERSON.c
    query = select(APPLICATION_PERSON).where(at.account_id == account_id).order_by(at.client_id)
    return [_there(row) for row in session.execute(query).mappings()]


def waiting(session: Session, most: int = 100) -> int:
    """How many wait for an answer; counts no further than ``most``."""
    some = select(APPLICATION_PERSON.c.client_id).where(APPLICATION_PERSON.c.state == "asked")
    counted = some.limit(most).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def forget_people(session: Session, account_ids: list[str]) -> None:
    """What was kept of deleted accounts: their groups, and where they were let in or asked."""
    for table in (GROUP_MEMBER, APPLICATION_PERSON):
        session.execute(delete(table).where(table.c.account_id.in_(account_ids)))


def _new(client_id: str, account_id: str, state: str, now: int) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "account_id": account_id,
        "state": state,
        "sentence": "",
        "asked_at": now,
        "decided_at": None,
        "decided_by": None,
    }


def _there(row: Mapping[Any, Any]) -> PersonThere:
    return PersonThere(**{name: row[name] for name in PersonThere.__slots__ if name in row})
