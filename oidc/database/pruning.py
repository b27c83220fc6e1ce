"""Rows that nobody needs any more, removed by key in small steps: ``PRUNABLE`` says which.

A step reads a few keys without locking anything and deletes just those rows, and only if they
are still dead: a grant that is refreshed in between stays. The caller commits after each step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, select

from oidc.database.driver_statement import AnySession
from oidc.database.models import (
    ClientRow,
    DeviceCodeRow,
    GrantRow,
    InteractionRow,
    LogoutDeliveryRow,
    ReplayRow,
    SecurityEventRow,
)
from oidc.database.statements import rowcount

EXPLAINED = 3600
"""Seconds for which an expired request can still be told from one that never was."""
SKEW = 300
"""Seconds by which the clocks of two nodes may differ."""
FORGOTTEN = 86400
"""Seconds after which a code that nobody redeemed takes its grant with it."""

REMEMBERED = 7 * 86400
"""Seconds for which a logout token that was delivered or given up can still be looked up."""

HELD = 7 * 86400
"""Seconds for which a security event waits for a receiver that does not fetch it, or is paused."""

UNSEEN = 90 * 86400
"""Seconds after which an application that describes itself, and holds nothing, is forgotten."""

_CLIENT: Table = ClientRow.__table__  # type: ignore[assignment]
_GRANT: Table = GrantRow.__table__  # type: ignore[assignment]
_DELIVERY: Table = LogoutDeliveryRow.__table__  # type: ignore[assignment]
_EVENT: Table = SecurityEventRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Prunable:
    """Rows of one kind that may go.

    :param dead: the condition for a time in seconds since the epoch.
    :param oldest: the indexed column to begin with; None walks through the table by its key.
    """

    name: str
    table: Table
    dead: Callable[[int], ColumnElement[bool]]
    oldest: str | None = "expires_at"

    @property
    def key(self) -> Any:
        return next(iter(self.table.primary_key.columns))

    def step(self, session: AnySession, now: int, limit: int, after: str = "") -> "Step":
        """Removes at most ``limit`` rows; a walk goes on after the key ``after``."""
        dead = self.dead(now)
        query = select(self.key).where(dead).limit(limit)
        if self.oldest is None:
            query = query.where(self.key > after).order_by(self.key)
        else:
            query = query.order_by(self.table.c[self.oldest])
        keys: Sequence[str] = session.execute(query).scalars().all()
        if not keys:
            return Step(0, None)
        gone = rowcount(session, delete(self.table).where(self.key.in_(keys), dead))
        return Step(gone, keys[-1] if len(keys) == limit else None)


@dataclass(frozen=True, slots=True)
class Step:
    """:param gone: rows removed. :param last: where the next step goes on; None at the end."""

    gone: int
    last: str | None


def _expired(table: Any, kept: int) -> Callable[[int], ColumnElement[bool]]:
    expires_at = table.__table__.c.expires_at

    def dead(now: int) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = expires_at < now - kept
        return condition

    return dead


def _never_redeemed(now: int) -> ColumnElement[bool]:
    return and_(
        _GRANT.c.kind.in_(("code", "challenge", "device")),
        _GRANT.c.code_used_at.is_(None),
        _GRANT.c.created_at < now - FORGOTTEN,
    )


def _settled(now: int) -> ColumnElement[bool]:
    return and_(_DELIVERY.c.state != "pending", _DELIVERY.c.created_at < now - REMEMBERED)


def _held(now: int) -> ColumnElement[bool]:
    return _EVENT.c.created_at < now - HELD


def _unseen(now: int) -> ColumnElement[bool]:
    """Not one that an administrator has stopped: it would come back to life."""
    held = select(_GRANT.c.id).where(_GRANT.c.client_id == _CLIENT.c.client_id).exists()
    described = and_(_CLIENT.c.dynamic.is_(True), _CLIENT.c.registration_token_digest.is_(None))
    return and_(
        described, _CLIENT.c.disabled.is_(False), _CLIENT.c.updated_at < now - UNSEEN, ~held
    )


PRUNABLE = (
    Prunable(
        "requests",
        InteractionRow.__table__,  # type: ignore[arg-type]
        _expired(InteractionRow, EXPLAINED),
    ),
    Prunable("replay marks", ReplayRow.__table__, _expired(ReplayRow, SKEW)),  # type: ignore[arg-type]
    Prunable(
        "device codes",
        DeviceCodeRow.__table__,  # type: ignore[arg-type]
        _expired(DeviceCodeRow, EXPLAINED),
    ),
    Prunable("grants", _GRANT, _expired(GrantRow, SKEW)),
    Prunable("grants never redeemed", _GRANT, _never_redeemed, oldest=None),
    Prunable("logout tokens", _DELIVERY, _settled, oldest=None),
    Prunable("security events", _EVENT, _held, oldest="created_at"),
    Prunable("applications that described themselves", _CLIENT, _unseen, oldest=None),
)
