"""Makes the attempts that are due: each target in a lane of its own, so that none waits for others.

A lane sends one notification after the other and ends at the first failure; its target is then
left alone for some seconds, longer each time. A receiver that hangs so costs one thread, now and
then.
"""

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

from flask import Flask

from app.database import db
from app.failures import failures_of
from app.notifications import outbox
from app.notifications.attempts import deliver_next
from app.notifications.listener import EXTENSION, Listener
from oidc.clock import ages_of
from oidc.provider import Provider

LANES = 16
"""Targets that are spoken to at once."""
AT_ONCE = 100
"""Notifications after which a lane ends, to begin again in its turn."""
FIRST_PAUSE, LONGEST_PAUSE = 5, 60
"""Seconds for which a target is left alone after a failure, and after many in a row."""


class Lanes:
    """The lanes of one process."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        provider: Provider = app.extensions["oidc"]
        self._clock, self._ages = provider.clock, ages_of(provider.clock)
        self._pool = ThreadPoolExecutor(LANES, thread_name_prefix="notify")
        self._busy: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._free_at: dict[str, int] = {}
        self._changing = threading.Lock()

    def start_due(self) -> list[Future[Counter[str]]]:
        """Opens a lane for each target that something is due for and that has none; in an
        application context."""
        due = outbox.due_targets(db.session(), self._clock())
        db.session.rollback()
        return [self._pool.submit(self._lane, target) for target in due if self._take(target)]

    def deliver_due(self) -> Counter[str]:
        """Makes the attempts that are due, and waits for them; how many ended in which state."""
        done: Counter[str] = Counter()
        for lane in self.start_due():
            done += lane.result()
        return done

    def close(self) -> None:
        """Waits for what is under way; what is not begun stays in the outbox."""
        self._pool.shutdown(cancel_futures=True)

    def _take(self, target: str) -> bool:
        with self._changing:
            if target in self._busy or self._ages() < self._free_at.get(target, 0):
                return False
            self._busy.add(target)
            return True

    def _lane(self, target: str) -> Counter[str]:
        """Sends what is due for one target; whatever goes wrong, it is tried again later."""
        done: Counter[str] = Counter()
        who = f"notifications for {target}"
        try:
            with self._app.app_context():
                while sum(done.values()) < AT_ONCE and (state := deliver_next(target)):
                    done[state] += 1
                    self._note(target, ok=state == "delivered")
                    if state != "delivered":
                        break
        except Exception as error:
            failures_of(self._app).tell(who, error)
            self._note(target, ok=False)
        else:
            failures_of(self._app).over(who)
        finally:
            with self._changing:
                self._busy.discard(target)
        if done["delivered"] == AT_ONCE:
            listener: Listener = self._app.extensions[EXTENSION]
            listener.wakeup.wake()  # there may be more
        return done

    def _note(self, target: str, *, ok: bool) -> None:
        with self._changing:
            if ok:
                self._failures.pop(target, None)
                self._free_at.pop(target, None)
                return
            self._failures[target] += 1
            doublings = min(self._failures[target] - 1, 10)
            pause = min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)
            self._free_at[target] = self._ages() + pause
