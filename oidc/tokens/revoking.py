"""Ends many grants at once, each with every token of it: of a person, an application, a session."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, update

from oidc.database.driver_statement import AnySession
from oidc.database.models import GrantRow
from oidc.database.statements import rowcount

_GRANT: Table = GrantRow.__table__  # type: ignore[assignment]
_C = _GRANT.c


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """Which grants: all of a person, of a person at one application, or of one session."""

    subject: str | None = None
    client_id: str | None = None
    sid: str | None = None
    connection: str | None = None
    acr: str | None = None
    keep_offline: bool = field(default=False)
    """Spares grants with ``offline_access``, which outlive the session (OIDC Core 11)."""
    but_session: str | None = None
    """The ``sid`` whose grants are spared."""


def revoke_all(session: AnySession, whose: GrantFilter, now: int) -> int:
    """Revokes every live grant that matches; how many."""
    conditions = [
        column == value
        for column, value in (
            (_C.subject, whose.subject),
            (_C.client_id, whose.client_id),
            (_C.sid, whose.sid),
            (_C.connection, whose.connection),
            (_C.acr, whose.acr),
        )
        if value is not None
    ]
    if not conditions:
        raise ValueError("name whose grants to revoke")
    if whose.keep_offline:
        conditions.append(~or_(*_has_scope("offline_access")))
    if whose.but_session is not None:
        conditions.append(or_(_C.sid.is_(None), _C.sid != whose.but_session))
    statement = update(_GRANT).where(*conditions, _C.revoked_at.is_(None)).values(revoked_at=now)
    return rowcount(session, statement)


def revoke_resting_on(
    session: AnySession,
    subject: str,
    identity: str | None,
    now: int,
    *,
    but_session: str | None = None,
) -> int:
    """Revokes what the person granted by one way in; how many.

    :param identity: as in ``oidc.host.Login``; None for sign-ins without a source. With it, grants
        of a source that do not say whom it named are revoked too.
    :param but_session: the ``sid`` whose grants are spared.
    """
    rests: ColumnElement[bool] = _C.connection.is_(None)
    if identity is not None:
        rests = or_(_C.identity == identity, and_(_C.identity.is_(None), ~rests))
    conditions = [_C.subject == subject, rests, _C.revoked_at.is_(None)]
    if but_session is not None:
        conditions.append(or_(_C.sid.is_(None), _C.sid != but_session))
    statement = update(_GRANT).where(*conditions).values(revoked_at=now)
    return rowcount(session, statement)


def revoke_of_sessions(session: AnySession, sids: Sequence[str], now: int) -> int:
    """Revokes what rests on sessions that ended; offline access outlives them (OIDC Core 11)."""
    statement = (
        update(_GRANT)
        .where(_C.sid.in_(sids), _C.revoked_at.is_(None), ~or_(*_has_scope("offline_access")))
        .values(revoked_at=now)
    )
    return rowcount(session, statement)


def _has_scope(name: str) -> tuple[Any, ...]:
    """``name`` as a whole word of the space-separated list."""
    scope = _C.scope
    return (
        scope == name,
        scope.startswith(f"{name} ", autoescape=True),
        scope.endswith(f" {name}", autoescape=True),
        scope.contains(f" {name} ", autoescape=True),
    )
