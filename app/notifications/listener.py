"""Hears each line of the audit trail and puts it into the outbox, in the same transaction."""

import json
import threading
import time
from collections.abc import Mapping

from flask import current_app, has_app_context
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Event, Hears, recorded
from app.notifications import outbox
from app.notifications.events import EVERYTHING, KINDS, MAILED, Announcement, announcement_of
from app.tables.webhooks import WEBHOOK
from oidc.clock import Clock
from oidc.database.wakeup import WakeUp

EXTENSION = "notifications"
GOES_FOR = 2.0
"""Seconds for which a sign-in goes by what the process knows of who wants what."""
FREQUENT = frozenset({"sign_in.succeeded"})
"""Kinds that nobody waits for: heard only while somebody wants them."""


class Listener:
    """One for an application; keep it.

    What happens now and then is always heard, and asked of the database who wants it. A sign-in
    asks nothing: while nobody wants anything it is not heard at all, so that it enters nothing
    here. Whoever changes a webhook, and each node in the background, has it look again.

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
        self._frequent = Hears(FREQUENT, self.hear)
        self._others = Hears(KINDS - FREQUENT, self.hear)
        recorded.connect(self._others)

    def attend(self) -> None:
        """Hears sign-ins from now on, and asks again who wants what when there is one."""
        self._looked_at = None
        recorded.connect(self._frequent)

    def look(self, session: Session) -> None:
        """Asks who wants what; where nobody wants anything, sign-ins are not heard until then."""
        with self._looking:
            self._wanted = self._asked(session)
            self._looked_at = time.monotonic()
            if self._wanted:
                recorded.connect(self._frequent)
            else:
                recorded.disconnect(self._frequent)

    def is_wanted(self, session: Session, type_: str) -> bool:
        """Whether anybody is told of events of this type."""
        return bool(_who(self._asked(session), type_))

    def hear(self, event: Event, session: Session | None = None) -> None:
        """Puts the event into the outbox for who wants it; the caller commits it with the rest."""
        if not has_app_context() or current_app.extensions.get(EXTENSION) is not self:
            return  # another application of this process, or none
        told = announcement_of(event, event.time or self._clock())
        if told is None or session is None:
            return
        if event.kind not in FREQUENT:
            self.announce(session, told)
        elif targets := _who(self._known(session), told.type):
            self._post(session, targets, told)

    def announce(self, session: Session, told: Announcement) -> None:
        """The same for what is no line of the trail."""
        if targets := _who(self._asked(session), told.type):
            self._post(session, targets, told)

    def _post(self, session: Session, targets: list[str], told: Announcement) -> None:
        outbox.post(session, targets, told, self._clock())
        self.wakeup.wake_after_commit(session)

    def _known(self, session: Session) -> Mapping[str, frozenset[str]]:
        if self._looked_at is None or time.monotonic() - self._looked_at > GOES_FOR:
            self._wanted = self._asked(session)
            self._looked_at = time.monotonic()
        return self._wanted

    def _asked(self, session: Session) -> dict[str, frozenset[str]]:
        query = select(WEBHOOK.c.id, WEBHOOK.c.events).where(WEBHOOK.c.enabled.is_(True))
        found = {row.id: frozenset(json.loads(row.events)) for row in session.execute(query)}
        return {**found, **({outbox.MAIL: MAILED} if self._has_mail else {})}


def _who(wanted: Mapping[str, frozenset[str]], type_: str) -> list[str]:
    return [name for name, types in wanted.items() if {type_, EVERYTHING} & types]


def current_listener() -> Listener:
    """That of the application that handles this request."""
    listener: Listener = current_app.extensions[EXTENSION]
    return listener
