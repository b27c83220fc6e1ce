"""Takes the steps of jobs: in servers that look out for them, in commands that wait for one."""

import logging
from collections.abc import Generator
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.accounts.imports.foreseen import Foreseen
from app.failures import is_away, is_contention
from app.management.services import deployment
from app.management.services.actor import Actor
from app.management.services.jobs import acting, control, importing, store, troubles
from app.management.services.jobs.store import Job
from federation.errors import VersionConflict

log = logging.getLogger(__name__)
SERVICE = "system"
"""Who takes up what another left, in the audit trail."""


def work(job_id: str) -> Generator[Job, None, None]:
    """Takes steps of a job until it is over, or somebody else's; the job after each. Commits.

    A preview begins anew when it is taken up: what it knew of the rows before is gone.
    """
    session = deployment.session()
    job = _claim(job_id)
    earlier = Foreseen()
    try:
        while job is not None and job.is_under_way:
            actor = deployment.acting_as(job.actor)
            try:
                _step(actor, job, earlier)
                session.commit()
            except VersionConflict:  # it was stopped, or another has taken it up
                session.rollback()
                return
            job = store.get(session, job_id)
            session.rollback()
            if job is not None:
                yield job
    finally:
        earlier.close()


def _claim(job_id: str) -> Job | None:
    session, clock = deployment.session(), deployment.clock()
    job = store.get(session, job_id)
    if job is None or not job.is_under_way or job.lease_until >= clock():
        return None
    again: dict[str, Any] = {}
    if job.state == "checking":
        again = {"position": "", "counts": {}, "done": 0}
    begun: dict[str, Any] = {"since": clock(), "since_done": again.get("done", job.done)}
    if again:
        begun[troubles.NAME] = []
    again["options"] = {**job.options, **begun}
    with suppress(VersionConflict):
        store.change(session, clock, job, lease_until=clock() + store.LEASE, **again)
        if job.lease_until and job.state == "running":  # from somebody who is gone
            control.note(deployment.acting_as(SERVICE), "accounts.job_resumed", job)
        session.commit()
        return store.get(session, job_id)
    session.rollback()
    return None


def _step(actor: Actor, job: Job, earlier: Foreseen) -> None:
    if job.is_import:
        importing.step(actor, job, earlier)
    else:
        acting.step(actor, job)


def work_on_what_is_due() -> int:
    """Works on jobs that nobody works on, until there are none; how many it had in hand."""
    session, worked = deployment.session(), 0
    while (job := store.due(session, deployment.clock())) is not None:
        session.rollback()
        worked += 1
        try:
            for _ in work(job.id):
                pass
        except Exception as error:
            session.rollback()
            if is_away(error) or (isinstance(error, DBAPIError) and is_contention(error)):
                raise  # it is not the job that failed: it is taken up again
            log.error("job %s failed", job.id, exc_info=error)
            _fail(job.id)
    session.rollback()
    return worked


def _fail(job_id: str) -> None:
    session = deployment.session()
    job = store.get(session, job_id)
    if job is not None and job.is_under_way:
        store.change(session, deployment.clock(), job, state="failed", lease_until=0)
        control.note(deployment.acting_as(SERVICE), "accounts.job_failed", job)
        session.commit()
