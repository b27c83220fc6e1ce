"""Rings at this node what happened to a ticket at another one.

One thread of a process, while anybody waits in it. Where there is Redis, nodes tell each other;
else, and where Redis does not answer, it asks the database for all tickets together.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.database import db
from app.failures import failures_of
from app.web.redis_circuit import RedisCircuit, away, redis_client
from app.web.waiting import Bells

if TYPE_CHECKING:
    from redis import Redis
    from redis.client import PubSub

CHANNEL = "qiao:tickets"
PAUSE = 0.15
"""Seconds between two looks: an app is told within 300 ms."""
SAFETY = 2.0
"""Seconds between two looks where Redis tells: it keeps no message for who was not there."""
AT_ONCE = 500
"""Tickets in one query."""
WHO = "phones and pages that wait"
log = logging.getLogger(__name__)


class TicketWatch:
    """:param states: of tickets, by the digests of their scenes: one query."""

    def __init__(
        self,
        app: Flask,
        states: Callable[[list[str]], dict[str, str]],
        bells: Bells,
        redis_url: str | None,
        circuit: RedisCircuit,
    ) -> None:
        self._app = app
        self._states = states
        self._bells = bells
        self._redis: Redis | None = redis_client(redis_url) if redis_url else None
        self._circuit = circuit
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._has_failed = False

    def ring(self, digest: str) -> None:
        """Here, and at all nodes."""
        self._bells.ring(digest)
        redis = self._redis
        if redis is not None:
            self._circuit.ask(lambda: redis.publish(CHANNEL, digest))

    def begin(self) -> None:
        """Somebody waits: looks from now on, until nobody does."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="tickets", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        heard = self._subscribed()
        known: dict[str, str] = {}
        looked = 0.0
        while names := self._names():
            listening = heard is not None and self._listen(heard)
            if heard is not None and not listening:
                heard = None  # by the database until nobody waits any more
            is_new = not known.keys() >= set(names)
            if heard is None or is_new or time.monotonic() - looked > SAFETY:
                known, looked = self._look(names, known), time.monotonic()
            if heard is None:
                time.sleep(PAUSE)

    def _names(self) -> list[str]:
        """What is waited for; nothing, and this thread is no longer the one, where nobody does."""
        with self._lock:
            names = self._bells.names()
            if not names:
                self._thread = None
            return names

    def _look(self, names: list[str], known: dict[str, str]) -> dict[str, str]:
        """Rings what is not as it was; what was never seen is rung too, and waited for again."""
        try:
            found: dict[str, str] = {}
            with self._app.app_context():
                for start in range(0, len(names), AT_ONCE):
                    found |= self._states(names[start : start + AT_ONCE])
                db.session.rollback()
        except SQLAlchemyError as error:
            failures_of(self._app).tell(WHO, error)
            self._has_failed = True
            return known
        if self._has_failed:
            self._has_failed = False
            failures_of(self._app).over(WHO)
        for name, state in found.items():
            if known.get(name) != state:
                self._bells.ring(name)
        return {name: found.get(name, "") for name in names}

    def _subscribed(self) -> "PubSub | None":
        if self._redis is None:
            return None
        heard = self._redis.pubsub(ignore_subscribe_messages=True)
        done = self._circuit.ask(lambda: heard.subscribe(CHANNEL) or True)
        return heard if done else None

    def _listen(self, heard: "PubSub") -> bool:
        """Whether Redis is there; rings what it tells."""
        try:
            message = heard.get_message(timeout=PAUSE)
        except away() as error:
            log.warning("Redis no longer tells of tickets: %s", type(error).__name__)
            return False
        if message is not None:
            self._bells.ring(message["data"].decode())
        return True
