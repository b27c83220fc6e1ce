"""`oidc.host.Contexts`: authentication contexts of what is set up here and can sign people in."""

from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.database import db
from federation.connection_store import ConnectionStore
from oidc.clock import Clock

LOOK_EVERY = 60
"""Seconds for which another node's changes may stay unseen; our own are seen at once."""


class ReachableContexts:
    """Those of the connections that are on, and of what is ours."""

    def __init__(self, connections: ConnectionStore, own: tuple[str, ...], ages: Clock) -> None:
        """:param own: of passwords and passkeys, where they are on."""
        self._connections = connections
        self._own = own
        self._ages = ages
        self._failed_at: int | None = None

    def reachable(self) -> Sequence[str]:
        if not self._is_known():
            try:
                self._connections.all(db.session())
                self._failed_at = None
            except (DBAPIError, PoolTimeout):
                db.session().rollback()
                self._failed_at = self._ages()
        return self._known()

    def hold(self, values: Sequence[str]) -> bool:
        return self._is_known() and self._known() == values

    def _is_known(self) -> bool:
        if self._failed_at is not None:
            return abs(self._ages() - self._failed_at) < LOOK_EVERY
        return self._connections.is_remembered(LOOK_EVERY)

    def _known(self) -> tuple[str, ...]:
        usable = (one for one in self._connections.remembered() if one.is_usable)
        contexts = sorted({one.source.acr for one in usable if one.source.acr})
        return (*contexts, *self._own)
