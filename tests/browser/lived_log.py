"""A week of sign-ins behind the pages: charts with bars, and a log with all a line can have."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.audit import trail
from app.audit.trail import Event
from app.statistics.rolling import roll_hour
from oidc.clock import system_clock

DAYS = 7
HOUR = 3600
PHONE = "WeChat 8.0.60 · Android 14"
FAILURES = (
    ("sign_in.refused", "account_disabled", "refused"),
    ("ticket.declined", "declined", "refused"),
    ("connection.misconfigured", None, "failed"),
    ("ticket.expired", "expired", "failed"),
)


@dataclass
class _Past:
    """A clock that is moved."""

    now: int

    def __call__(self) -> int:
        return self.now


def add_week(
    session: Session,
    people: tuple[str, ...],
    clients: tuple[str, ...],
    connections: tuple[str, ...],
) -> None:
    """Six sign-ins of each day and two that failed, counted as a server counts them."""
    clock = _Past(system_clock() - DAYS * 24 * HOUR)
    for number in range(DAYS * 8):
        clock.now += 3 * HOUR
        about: dict[str, Any] = {
            "subject": people[number % len(people)],
            "client_id": clients[number % len(clients)],
            "connection_id": connections[number % len(connections)],
            "address": "2001:0db8:85a3:08d3:1319:8a2e:0370:7344",
            "device": PHONE,
            "request_id": f"{number:032x}",
        }
        if number % 4 == 3:
            kind, rule, outcome = FAILURES[number // 4 % len(FAILURES)]
            event = Event(kind, rule=rule, outcome=outcome, **about)
        else:
            outcome = "created" if number % 8 == 0 else "ok"
            about["detail"] = {"way": "in_app" if number % 5 == 0 else "scan"}
            event = Event("sign_in.succeeded", outcome=outcome, seconds=8 + number, **about)
        trail.record(session, clock, event)
    while roll_hour(session, system_clock):
        pass
