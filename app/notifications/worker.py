"""Brings notifications to whom they are for, in the background of a server."""

import time

from flask import Flask

from app.background import Worker
from app.database import db
from app.notifications.keys_ending import announce_ending
from app.notifications.lanes import Lanes
from app.notifications.listener import EXTENSION, Listener
from oidc.provider import Provider

LOOK_EVERY = 2.0
"""Seconds after which a node looks for what others have posted, or what is due again."""
KEYS_EVERY = 60.0
"""Seconds after which it looks for signing keys that are about to end."""


class Rounds:
    """What the worker does again and again."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lanes: Lanes | None = None
        self._looked_at: float | None = None
        self._keys_looked_at: float | None = None

    def round(self) -> None:
        """Looks who wants what, and opens the lanes that are due; it waits for none of them."""
        listener: Listener = self._app.extensions[EXTENSION]
        listener.look(db.session())
        if self._keys_are_due():
            provider: Provider = self._app.extensions["oidc"]
            announce_ending(db.session(), provider, listener)
        db.session.commit()
        if self._lanes is None:  # threads are made in the process that serves
            self._lanes = Lanes(self._app)
        self._lanes.start_due()

    def _keys_are_due(self) -> bool:
        now = time.monotonic()
        due = self._keys_looked_at is None or now - self._keys_looked_at >= KEYS_EVERY
        if due:
            self._keys_looked_at = now
        return due


def notifications_worker(app: Flask) -> Worker:
    """The worker; whoever serves starts it with the first request."""
    listener: Listener = app.extensions[EXTENSION]
    listener.attend()
    return Worker(app, "notifications", Rounds(app).round, listener.wakeup, LOOK_EVERY)
