"""Pushes security events to their receivers: rounds of claim, send and settle.

As with logout tokens (`app.logout_worker`), a round holds no transaction while it waits for
receivers, and several of them at once, here or on other nodes, never send the same event.
"""

import logging
from collections import Counter
from functools import partial

from app.database import db
from app.rounds import LIMIT, Round, send_all
from oidc.provider import Provider
from oidc.shared_signals.delivery import close, prepare_push, send
from oidc.shared_signals.outbox import claim_due, settle

log = logging.getLogger(__name__)


def push_due(provider: Provider, limit: int = LIMIT) -> Round:
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
    failures = send_all("events", partial(send, provider.outbound), pushes)
    for push, failure in zip(pushes, failures, strict=True):
        states.append(close(provider, push, failure))
        if failure is not None:
            log.warning("security event for %s: %s", push.stream.client_id, failure.reason)
    session.commit()
    return Round(**Counter(states))
