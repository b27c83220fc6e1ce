"""Pushes security events to their receivers: rounds of claim, send and settle.

As with logout tokens (`app.logout_worker`), a round holds no transaction while it waits for
receivers, and several of them at once, here or on other nodes, never send the same event.
"""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from app.database import db
from oidc.provider import Provider
from oidc.shared_signals.delivery import Failure, Push, close, prepare_push, send
from oidc.shared_signals.outbox import claim_due, settle

log = logging.getLogger(__name__)

LIMIT = 16
SENDERS = 8
"""Receivers that are spoken to at once: a dead one must not hold up the others."""


@dataclass(frozen=True, slots=True)
class PushRound:
    """How many attempts ended in which state."""

    delivered: int = 0
    pending: int = 0
    abandoned: int = 0
    unwanted: int = 0

    @property
    def attempts(self) -> int:
        return self.delivered + self.pending + self.abandoned + self.unwanted


def push_due(provider: Provider, limit: int = LIMIT) -> PushRound:
    """Makes the attempts that are due, at most ``limit`` of them. Commits."""
    session = db.session()
    claimed = claim_due(session, provider.clock(), limit)
    session.commit()
    prepared = [(event, prepare_push(provider, event)) for event in claimed]
    pushes = [push for _, push in prepared if push is not None]
    states = ["unwanted" for _, push in prepared if push is None]
    for event, push in prepared:
        if push is None:
            settle(session, event, done=True, now=provider.clock())
    session.commit()
    for push, failure in zip(pushes, _send_all(provider, pushes), strict=True):
        states.append(close(provider, push, failure))
        if failure is not None:
            log.warning("security event for %s: %s", push.stream.client_id, failure.reason)
    session.commit()
    return PushRound(**Counter(states))


def _send_all(provider: Provider, pushes: list[Push]) -> list[Failure | None]:
    if not pushes:
        return []
    with ThreadPoolExecutor(SENDERS, thread_name_prefix="events") as senders:
        return list(senders.map(lambda push: send(provider.outbound, push), pushes))
