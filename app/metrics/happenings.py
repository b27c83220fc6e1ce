"""Counts what the audit trail and the sources tell, in the worker in which it happens."""

from typing import Any

from flask import Flask

from app.audit.trail import Event, recorded
from app.database import db
from app.metrics.measures import (
    CALL_DURATION,
    CALLS,
    EVENTS,
    SIGN_INS,
    TICKETS_ENDED,
    TICKETS_OPENED,
)
from federation import Federation

PASSWORD = "password"
SIGN_IN = frozenset({"sign_in.succeeded", "sign_in.refused"})


class Happenings:
    """Keep it: listeners are held by whoever wants to hear."""

    def __init__(self, app: Flask) -> None:
        self._federation: Federation = app.extensions["federation"]
        recorded.connect(self.event)
        self._federation.observers.calls.append(self.call)
        self._federation.observers.tickets.append(self.ticket)

    def event(self, event: Event, **_: Any) -> None:
        EVENTS.labels(event.kind, event.outcome).inc()
        if event.kind in SIGN_IN:
            connection = event.connection_id or PASSWORD
            mode = self._mode(event.connection_id)
            SIGN_INS.labels(connection, mode, event.rule or "", event.outcome).inc()

    def call(self, source: str, call: str, code: str, took: float) -> None:
        CALLS.labels(source, call, code).inc()
        CALL_DURATION.labels(source, call).observe(took)

    def ticket(self, what: str) -> None:
        if what == "opened":
            TICKETS_OPENED.inc()
        else:
            TICKETS_ENDED.labels(what).inc()

    def _mode(self, connection: str | None) -> str:
        """As the connection has it, which this very request has looked up already."""
        if connection is None:
            return PASSWORD
        found = self._federation.connections.get(db.session(), connection)
        return found.mode if found is not None else ""
