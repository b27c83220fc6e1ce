"""Who holds what by the grants that there are: read, and changed by nobody here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, exists, func, select
from sqlalchemy.sql import ColumnElement

from oidc.database.driver_statement import AnySession
from oidc.database.models import GrantRow

_GRANT: Table = GrantRow.__table__  # type: ignore[assignment]
_C = _GRANT.c


def clients_of_sessions(session: AnySession, sids: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of ``sid`` and client that was ever granted something in that session."""
    query = select(_C.sid, _C.client_id).where(_C.sid.in_(sids)).distinct()
    return [(row.sid, row.client_id) for row in session.execute(query)]


def last_redeemed(session: AnySession, client_id: str, subjects: Sequence[str]) -> int | None:
    """When the client last redeemed a code of one of these people; None for never."""
    of_them = (_C.subject.in_(subjects), _C.client_id == client_id)
    last: int | None = session.scalar(select(func.max(_C.code_used_at)).where(*of_them))
    return last


@dataclass(frozen=True, slots=True)
class ClientAccess:
    """What a client holds of one person: the scopes of its live grants together."""

    client_id: str
    scopes: frozenset[str]
    since: int
    resources: frozenset[str] = frozenset()


def access_of_clients(session: AnySession, subject: str, now: int) -> list[ClientAccess]:
    """What each client holds of the person."""
    query = select(_C.client_id, _C.scope, _C.created_at, _C.resources).where(
        _C.subject == subject, _C.revoked_at.is_(None), _C.expires_at > now
    )
    found: dict[str, ClientAccess] = {}
    for row in session.execute(query):
        known = found.get(row.client_id, ClientAccess(row.client_id, frozenset(), row.created_at))
        scopes = known.scopes | frozenset(row.scope.split())
        since = min(known.since, row.created_at)
        resources = known.resources.union(json.loads(row.resources) if row.resources else ())
        found[row.client_id] = ClientAccess(row.client_id, scopes, since, resources)
    return list(found.values())


def clients_of_subjects(
    session: AnySession, subjects: Sequence[str], now: int
) -> dict[str, tuple[str, ...]]:
    """The clients that hold a live grant of each of these people, by name."""
    query = select(_C.subject, _C.client_id).where(
        _C.subject.in_(subjects), _C.revoked_at.is_(None), _C.expires_at > now
    )
    found: dict[str, tuple[str, ...]] = {}
    for subject, client_id in session.execute(query.distinct().order_by(_C.client_id)):
        found[subject] = (*found.get(subject, ()), client_id)
    return found


def held_by(subject: ColumnElement[str], client_id: str) -> ColumnElement[bool]:
    """That the client was granted something of a person, which is still there.

    :param subject: the column that names the person, in the host's own tables.
    """
    return exists().where(_C.subject == subject, _C.client_id == client_id)


def sessions_of_client(session: AnySession, subject: str, client_id: str) -> list[str]:
    """The browser sessions in which the client holds a live grant of the person."""
    query = select(_C.sid).where(
        _C.subject == subject,
        _C.client_id == client_id,
        _C.sid.is_not(None),
        _C.revoked_at.is_(None),
    )
    return list(session.scalars(query.distinct()))
