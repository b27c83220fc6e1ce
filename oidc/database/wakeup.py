"""Wakes the worker that waits for rows, as soon as they are committed."""

import threading

from sqlalchemy import event
from sqlalchemy.orm import scoped_session

from oidc.database.driver_statement import AnySession


class WakeUp:
    """Wakes the worker of this process; the others find out when they look."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def wake(self) -> None:
        self._rung.set()

    def wake_after_commit(self, session: AnySession) -> None:
        """Rings when the rows can be seen by others, and not before."""
        real = session() if isinstance(session, scoped_session) else session
        event.listen(real, "after_commit", lambda _session: self.wake(), once=True)

    def wait(self, seconds: float) -> bool:
        """Whether it has rung since the last wait; waits so many seconds for it."""
        rung = self._rung.wait(seconds)
        self._rung.clear()
        return rung
