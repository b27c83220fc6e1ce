"""A thread of each server that looks for jobs; what they are made of is loaded with the first."""

from app.background import Worker
from app.management.services import deployment
from app.management.services.jobs import store
from app.web.application import QiaoFlask
from oidc.database.wakeup import WakeUp

LOOK_EVERY = 3
"""Seconds after which a node looks for a job that somebody has begun."""


def setup_jobs(app: QiaoFlask) -> Worker:
    """Works in the background of this server; only ``wsgi.py`` asks for it."""
    worker = Worker(app, "jobs", _work_on_what_is_due, WakeUp(), LOOK_EVERY)
    app.at_first_request(worker.start)
    return worker


def _work_on_what_is_due() -> int:
    session = deployment.session()
    is_due = store.due(session, deployment.clock()) is not None
    session.rollback()
    if not is_due:
        return 0
    from app.management.services.jobs import worker

    return worker.work_on_what_is_due()
