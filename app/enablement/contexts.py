"""`oidc.host.Contexts`: authentication contexts of what is set up here and can sign people in."""

import threading
from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.database import db
from federation.connection_store import ConnectionStore
from oidc.clock import Clock

PATIENCE = 0.5
"""Seconds that a request waits for a look; without it, it is answered with what was known."""
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
        self._looking = threading.Lock()

    def reachable(self) -> Sequence[str]:
        if not self._is_known() and self._looking.acquire(blocking=False):
            engine = db.session().get_bind().engine
            look = threading.Thread(target=self._look, args=(engine,), name="contexts", daemon=True)
            look.start()
            look.join(PATIENCE)
        return self._known()

    def _look(self, engine: Engine) -> None:
        try:
            with Session(engine) as own:
                self._connections.all(own)
            self._failed_at = None
        except (DBAPIError, PoolTimeout):
            self._failed_at = self._ages()
        finally:
            self._looking.release()

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
