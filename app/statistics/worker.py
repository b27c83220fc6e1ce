"""Counts hours that are over, and writes down what ran out, beside the traffic."""

import logging
import os
import threading

from flask import Flask

from app.database import db
from app.statistics.expired import LOOKED_BACK, note_expired
from app.statistics.rolling import roll_hour
from app.web.application import QiaoFlask
from oidc.clock import Clock

log = logging.getLogger(__name__)

EVERY = 60
"""Seconds between two looks."""


def catch_up(clock: Clock) -> None:
    """Writes down what ran out and counts every hour that is over. Commits step by step."""
    session = db.session()
    since = clock() - LOOKED_BACK
    while note_expired(session, clock, since=since):
        session.commit()
    session.commit()
    while roll_hour(session, clock):
        session.commit()
    session.rollback()


class Counting:
    """A thread of each process, from its first request on: a server that forks after loading the
    application would lose one that began sooner."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._clock: Clock = app.extensions["oidc"].clock
        self._process = 0
        self._stopped = threading.Event()
        self._starting = threading.Lock()

    def start(self) -> None:
        """Starts the thread of this process, once."""
        if self._process == os.getpid():
            return
        with self._starting:
            if self._process != os.getpid():
                self._process = os.getpid()
                # A daemon: an hour that it leaves half counted is counted anew.
                threading.Thread(target=self._run, name="counting", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.work()
            self._stopped.wait(EVERY)

    def work(self) -> None:
        """One look. Whatever goes wrong, the next one tries again."""
        with self._app.app_context():
            try:
                catch_up(self._clock)
            except Exception:
                log.exception("hours wait to be counted")
                db.session.rollback()


def setup_counting(app: QiaoFlask) -> Counting:
    """Counts in the background of this server; only ``wsgi.py`` asks for it."""
    counting = Counting(app)
    app.before_each(counting.start)
    return counting
