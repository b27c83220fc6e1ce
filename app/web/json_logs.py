"""Lines of the log as JSON objects, for programs that collect them; each event of the log too.

Whose request a line belongs to is said by its ``request``; who is meant, in lines of events, by the
``client`` and a digest of the account, which is the same in every line and tells nobody else
whose it is. No line has a code, a token or a secret, as in text.
"""

import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime
from typing import Any

from flask import Flask, has_request_context

from app.audit.trail import Event, recorded
from app.settings import Settings
from app.web.client_address import request_id
from oidc.crypto.keyring import Keyring

events = logging.getLogger("qiao.events")
FIELDS = "fields"
"""What a record brings beside its message: ``extra={FIELDS: {…}}``."""
DIGITS = 16


class JsonFormatter(logging.Formatter):
    """One object a line; whatever a stranger has put into it is quoted as JSON quotes it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": logging.LogRecord.getMessage(record),
        }
        if has_request_context():
            line["request"] = request_id()
        line |= getattr(record, FIELDS, {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


class EventLines:
    """Writes each event of the audit trail as a line; keep it. It is written before the commit."""

    def __init__(self, settings: Settings) -> None:
        self._key = Keyring(settings.secret_keys).derive("subjects in the log")
        recorded.connect(self.write)

    def write(self, event: Event, **_: Any) -> None:
        about = {
            "event": event.kind,
            "outcome": event.outcome,
            "rule": event.rule,
            "client": event.client_id,
            "connection": event.connection_id,
            "subject": self.digest(event.subject) if event.subject else None,
        }
        told = {name: value for name, value in about.items() if value is not None}
        events.info("%s: %s", event.kind, event.outcome, extra={FIELDS: told})

    def digest(self, subject: str) -> str:
        """The same for one account in every line of this deployment."""
        return hmac.new(self._key, subject.encode(), hashlib.sha256).hexdigest()[:DIGITS]


def setup_event_lines(app: Flask, settings: Settings) -> None:
    if settings.log_format == "json":
        app.extensions["event_lines"] = EventLines(settings)
