"""Brings logout tokens to applications: rounds of claim, send and settle, and who runs them; the
same worker pushes security events (`app.shared_signals.pushing`), in a thread of its own.

A round holds no transaction while it waits for applications, and several of them at once, here
or on other nodes, never send the same token (see ``oidc.logout.outbox``).
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Flask

from app.background import Worker
from app.database import db
from app.rounds import LIMIT, Round, send_all
from app.shared_signals.pushing import push_due
from app.web.application import QiaoFlask
from oidc.database.wakeup import WakeUp
from oidc.logout.delivery import close, prepare_delivery, send
from oidc.logout.outbox import claim_due, settle
from oidc.provider import Provider, current_provider

log = logging.getLogger(__name__)

LOOK_EVERY = 5
"""Seconds after which a node looks for what others have posted, or what is due again."""


def deliver_due(provider: Provider, limit: int = LIMIT) -> Round:
    """Makes the attempts that are due, at most ``limit`` of them. Commits."""
    session = db.session()
    claimed = claim_due(session, provider.clock(), limit)
    session.commit()
    written = [(delivery, prepare_delivery(provider, delivery)) for delivery in claimed]
    letters = [prepared for _, prepared in written if prepared is not None]
    states = ["unwanted" for delivery, prepared in written if prepared is None]
    for delivery, prepared in written:
        if prepared is None:
            settle(session, delivery, "unwanted", provider.clock())
    session.commit()
    failures = send_all("logout", partial(send, provider.outbound), letters)
    for prepared, failure in zip(letters, failures, strict=True):
        states.append(close(provider, prepared.delivery, failure))
        if failure is not None:
            log.warning("logout token for %s: %s", prepared.delivery.client_id, failure.reason)
    session.commit()
    return Round(**Counter(states))


@dataclass(frozen=True, slots=True)
class Rounds:
    """One kind of what is delivered.

    :param make: makes a round and says how many attempts it had.
    :param wakeup: what rings when something waits.
    """

    name: str
    make: Callable[[Provider], int]
    wakeup: Callable[[Provider], WakeUp]

    def all_due(self) -> None:
        """Until nothing is due."""
        while self.make(current_provider()) == LIMIT:
            pass


ROUNDS = (
    Rounds("logout tokens", lambda p: deliver_due(p).attempts, lambda p: p.delivery_wakeup),
    Rounds("security events", lambda p: push_due(p).attempts, lambda p: p.event_wakeup),
)
"""What the server delivers beside its requests; a thread for each, so that none waits for
another's receivers."""


class Workers:
    """A worker for each of `ROUNDS`."""

    def __init__(self, app: Flask) -> None:
        provider: Provider = app.extensions["oidc"]
        self._workers = [
            Worker(app, rounds.name, rounds.all_due, rounds.wakeup(provider), LOOK_EVERY)
            for rounds in ROUNDS
        ]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()


def setup_worker(app: QiaoFlask) -> Workers:
    """Delivers in the background of this server; only ``wsgi.py`` asks for it."""
    workers = Workers(app)
    app.at_first_request(workers.start)
    return workers
