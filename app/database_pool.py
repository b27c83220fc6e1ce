"""A pool that keeps connections at hand, in the shape in which the next request wants them.

To give a connection out and to take it back costs SQLAlchemy as much as two statements cost the
driver: objects around objects, listeners, a reset. Where each statement stands alone there is
nothing to reset, and a request's `Connection` can be the next one's.
"""

import logging
import select
import time
from collections import deque
from typing import Any

from sqlalchemy import Connection, Engine, exc
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from app.database_budget import waiting
from oidc.aside import aside

KEPT_FOR = 60.0
"""Seconds after which a connection goes back all the same, to be looked at by the pool's rules."""
_SINCE = "kept_since"
_POOL = "kept_by"

# SQLAlchemy tells the steps of a pool at INFO, under its class: its own are quiet unless asked for.
logging.getLogger(__name__).setLevel(logging.WARNING)


class AsidePool(QueuePool):
    """Who waits for a connection, or for a new one, does so aside; the wait counts."""

    def connect(self) -> PoolProxiedConnection:
        with waiting() as seconds:
            if seconds <= 0:
                raise exc.TimeoutError("the request has waited for as long as it may")
            return aside(super().connect)


class AtHandPool(AsidePool):
    """For engines in autocommit. What is kept counts as given out, but for `checkedout`; while
    there are more connections than the pool's size, somebody may wait for one, and none is kept."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._kept: deque[Connection] = deque()
        self._coming: deque[None] = deque()
        """One for each that is waited for; not yet counted by the pool."""
        self._is_over = False

    def take(self, engine: Engine) -> Connection:
        """A connection that the server has not ended."""
        while (connection := self._next()) is not None:
            if not has_ended(connection.connection.dbapi_connection):
                return connection
            connection.invalidate()
            connection.close()
        self._coming.append(None)
        try:
            connection = engine.connect()
        finally:
            self._coming.pop()
        connection.info.update({_SINCE: time.monotonic(), _POOL: self})
        return connection

    def give(self, connection: Connection) -> None:
        """Takes it back; keeps it where it is as good as new."""
        if connection.invalidated:
            self._let_go()  # the server may be gone: nothing is believed of the others either
            connection.close()
        elif self._is_good(connection):
            self._kept.append(connection)
            if self._is_over:  # since this was looked at
                self._let_go()
        else:
            connection.close()

    def checkedout(self) -> int:
        return super().checkedout() - len(self._kept)

    @property
    def is_at_hand(self) -> bool:
        """Whether a connection can be taken without waiting for another request."""
        return bool(self._kept) or super().checkedout() + len(self._coming) < self.size()

    def dispose(self) -> None:
        self._is_over = True  # what comes back later is not kept: the engine has a new pool
        self._let_go()
        super().dispose()

    def _is_good(self, connection: Connection) -> bool:
        if self._is_over or connection.closed or connection.in_transaction():
            return False
        known = connection.info
        return (
            known.get(_POOL) is self  # the engine may have a new pool since
            and self.overflow() <= 0
            and time.monotonic() - known.get(_SINCE, 0.0) < KEPT_FOR
        )

    def _let_go(self) -> None:
        while (connection := self._next()) is not None:
            connection.close()

    def _next(self) -> Connection | None:
        try:
            return self._kept.pop()
        except IndexError:
            return None


def has_ended(driver: Any) -> bool:
    """Whether the server has ended a connection, such as by a restart.

    One that is not in use has nothing to say, unless its end: one look at the socket tells, and no
    statement.
    """
    number = driver.fileno() if hasattr(driver, "fileno") else driver._sock.fileno()
    look = select.poll()
    look.register(number, select.POLLIN)
    return bool(look.poll(0))
