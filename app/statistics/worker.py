"""Counts hours that are over, and writes down what ran out, beside the traffic."""

from functools import partial

from flask import Flask

from app.background import Worker
from app.database import db
from app.statistics.expired import LOOKED_BACK, note_expired
from app.statistics.rolling import roll_hour
from oidc.clock import Clock
from oidc.database.wakeup import WakeUp

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


def counting_worker(app: Flask) -> Worker:
    """The worker; whoever serves starts it with the first request."""
    clock: Clock = app.extensions["oidc"].clock
    return Worker(app, "hours to be counted", partial(catch_up, clock), WakeUp(), EVERY)
