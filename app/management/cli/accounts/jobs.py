"""``accounts do``, ``jobs`` and ``resume``: one thing done to many, and what was cut off."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

import click

from app.accounts.records import listing
from app.accounts.records.listing import Wanted
from app.management.cli.accounts.filters import filtered, wanted_of
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import clock, operator, session
from app.management.cli.tables import moment, print_table
from app.management.services.jobs import acting, control, store, worker
from app.management.services.jobs.acting import Action
from app.management.services.jobs.store import Job

LOOK_EVERY = 1
"""Seconds after which a job is looked at that another has in hand."""


@command("do")
@click.argument("action", type=click.Choice(acting.ACTIONS))
@click.argument("subs", metavar="[SUB]...", nargs=-1)
@filtered
@click.option("--yes", is_flag=True, help="Do not ask.")
def do(action: Action, subs: tuple[str, ...], yes: bool, **options: Any) -> None:
    """Disable, enable, sign_out or erase many: those named, or all that the filters find.

    What is cut off goes on with accounts resume, or by itself on a server that runs.

    \b
    qiao accounts do disable --connection wechat --seen-until 2025-01-01
    """
    wanted = wanted_of(options)
    if bool(subs) == (not wanted.is_everybody):
        refuse("Name accounts by their sub, or give a filter; not both, and not neither.")
    number = len(subs) or listing.count(session(), wanted, ceiling=10_000_000).number
    if not yes:
        click.confirm(f"{action}: {number} people. Go on?", abort=True, err=True)
    chosen: acting.Chosen | Wanted = [(one, None) for one in subs] if subs else wanted
    job = acting.begin(operator(), action, chosen)
    session().commit()
    _finish(job)


@command("jobs")
@as_json
def jobs(as_json: bool) -> None:
    """List imports and actions on many of the last thirty days."""
    found = store.page(session())
    if as_json:
        names = ("id", "kind", "state", "done", "total", "counts", "created_at", "actor")
        print_json([{name: getattr(one, name) for name in names} for one in found])
        return
    rows = [
        (
            one.id,
            one.kind,
            one.state,
            f"{one.done} of {one.total}",
            moment(one.created_at),
            one.actor,
        )
        for one in found
    ]
    headings = ("job", "what", "state", "so far", "begun", "by")
    print_table(headings, rows, "Nothing was imported or done to many yet.")


@command("resume")
@click.argument("job_id", metavar="JOB")
def resume(job_id: str) -> None:
    """Go on with an import or an action that was stopped or cut off, and wait for its end."""
    job = store.get(session(), job_id)
    if job is None:
        refuse(f"There is no job {job_id}.")
    if not job.is_under_way:
        control.run(operator(), job)
        session().commit()
    _finish(job)


def _finish(job: Job) -> None:
    for _ in _watched(_until_over(job.id), job):
        pass
    last = store.demand(store.get(session(), job.id))
    counts = ", ".join(f"{name}: {count}" for name, count in last.counts.items())
    click.echo(f"{last.state} ({job.id}); {counts or 'nothing to do'}")
    if last.counts.get("refused"):
        for sub, _what, why in control.told(operator(), last, "refused"):
            click.echo(f"{sub}: {why}", err=True)
        raise click.exceptions.Exit(1)


def _until_over(job_id: str) -> Iterator[Job]:
    """The job after each step: ours, or those of a server that has it in hand. Where that one is
    gone, its steps are ours as soon as it has been silent for a minute."""
    is_told = False
    while True:
        yield from worker.work(job_id)
        job = store.demand(store.get(session(), job_id))
        session().rollback()
        if not job.is_under_way:
            return
        yield job
        if not is_told:
            click.echo(_waits(job), err=True)
            is_told = True
        time.sleep(LOOK_EVERY)


def _waits(job: Job) -> str:
    now = clock()()
    unheard, left = max(0, now - job.updated_at), max(0, job.lease_until - now)
    return (
        f"A server works on this, last heard of {unheard} s ago; waiting for it. If it is gone, "
        f"this goes on from here in {left} s."
    )


def _watched(steps: Iterable[Job], job: Job) -> Iterable[Job]:
    with click.progressbar(length=job.total, label=job.kind) as bar:
        before = job.done
        for one in steps:
            bar.update(one.done - before)
            before = one.done
            yield one
