"""Hears each line of the audit trail and puts it into the outbox, in the same transaction."""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

from flask import current_app, has_app_context
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Event, recorded
from app.notifications import outbox
from app.notifications.events import EVERYTHING, MAILED, Announcement, announcement_of
from app.tables.webhooks import WEBHOOK
from oidc.clock import Clock
from oidc.database.wakeup import WakeUp

EXTENSION = "notifications"
GOES_FOR = 5.0
"""Seconds for which a process goes by what it knows of who wants what."""


class Listener:
    """One for an application; keep it. It hears nothing until it is told to `attend`.

    While nobody wants anything it does not listen at all, so that a sign-in enters nothing here:
    whoever changes a webhook, and each node in the background, has it look again.

    :param has_mail: administrators are told by mail.
    """

    def __init__(self, clock: Clock, *, has_mail: bool) -> None:
        self.wakeup = WakeUp()
        """Rings when something waits for the worker of this process."""
        self._clock = clock
        self._has_mail = has_mail
        self._wanted: Mapping[str, frozenset[str]] = {}
        self._looked_at: float | None = None
        self._looking = threading.Lock()
        if has_mail:
            self.attend()

    def attend(self) -> None:
        """Listens from now on, and asks again who wants what when something happens."""
        self._looked_at = None
        recorded.connect(self.hear)

    def look(self, session: Session) -> None:
        """Asks who wants what; where nobody wants anything, stops listening until told so."""
        with self._looking:
            self._wanted = self._asked(session)
            self._looked_at = time.monotonic()
            if self._wanted:
                recorded.connect(self.hear)
            else:
                recorded.disconnect(self.hear)

    def is_wanted(self, session: Session, type_: str) -> bool:
        """Whether anybody is told of events of this type."""
        return bool(self._targets(session, type_))

    def hear(self, event: Event, session: Session, **_: Any) -> None:
        """Puts the event into the outbox for who wants it; the caller commits it with the rest."""
        if has_app_context() and current_app.extensions.get(EXTENSION) is not self:
            return  # another application of this process
        told = announcement_of(event, event.time or self._clock())
        if told is not None:
            self.announce(session, told)

    def announce(self, session: Session, told: Announcement) -> None:
        """The same for what is no line of the trail."""
        targets = self._targets(session, told.type)
        if targets:
            outbox.post(session, targets, told, self._clock())
            self.wakeup.wake_after_commit(session)

    def _targets(self, session: Session, type_: str) -> list[str]:
        if self._looked_at is None or time.monotonic() - self._looked_at > GOES_FOR:
            self._wanted = self._asked(session)
            self._looked_at = time.monotonic()
        return [name for name, types in self._wanted.items() if {type_, EVERYTHING} & types]

    def _asked(self, session: Session) -> dict[str, frozenset[str]]:
        query = select(WEBHOOK.c.id, WEBHOOK.c.events).where(WEBHOOK.c.enabled.is_(True))
        found = {row.id: frozenset(json.loads(row.events)) for row in session.execute(query)}
        return {**found, **({outbox.MAIL: MAILED} if self._has_mail else {})}


def current_listener() -> Listener:
    """That of the application that handles this request."""
    listener: Listener = current_app.extensions[EXTENSION]
    return listener
