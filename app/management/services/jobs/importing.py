"""One step of an import: the rows of one part looked at, or brought in."""

from collections.abc import Mapping
from typing import Any

from app.accounts.imports.batches import foresee_batch, import_batch
from app.accounts.imports.foreseen import Foreseen
from app.accounts.imports.outcomes import Outcome, Progress, note_import
from app.accounts.imports.rows import Meaning, Record, Refusal, Row, row_of
from app.management.services.actor import Actor
from app.management.services.jobs import store
from app.management.services.jobs.store import Job

Told = list[Any]
"""A row of the result: its number, what became of it, why, whose it is, and what stood in it."""


def step(actor: Actor, job: Job, earlier: Foreseen) -> None:
    """Takes the next part in hand; the last one ends the job.

    :param earlier: what the parts before would have made; used while looking alone.
    """
    session, number = actor.session, int(job.position or 0)
    content = store.content_of(session, job, number)
    if content is None:
        _end(actor, job)
        return
    records = [Record(*one) for one in content]
    outcomes = _outcomes(actor, job, records, earlier)
    members = {one.line: one.members for one in records}
    told: list[Told] = [
        [one.line, one.what, one.reason, one.account_id if job.state == "running" else None]
        + ([members[one.line]] if _is_to_be_looked_at(one) else [])
        for one in outcomes
    ]
    store.put_result(session, job, number, told)
    counts = _counted(job.counts, outcomes)
    done = job.done + len(records)
    store.change(
        session,
        actor.clock,
        job,
        position=str(number + 1),
        counts=counts,
        done=done,
        lease_until=actor.clock() + store.LEASE,
    )


def _outcomes(
    actor: Actor, job: Job, records: list[Record], earlier: Foreseen
) -> tuple[Outcome, ...]:
    options = job.options
    meaning = Meaning(
        options.get("open_platform") or None,
        options.get("appid") or None,
        options.get("region") or "CN",
    )
    chosen = options.get("mapped")
    rows: list[Row | Refusal] = [row_of(one, chosen, meaning) for one in records]
    begun = int(options.get("begun") or actor.clock())
    if job.state == "checking":
        return foresee_batch(actor.session, rows, begun, earlier)
    return import_batch(actor.session, actor.clock, rows, begun)


def _counted(before: Mapping[str, int], outcomes: tuple[Outcome, ...]) -> dict[str, int]:
    counts = dict(before)
    for one in outcomes:
        counts[one.what] = counts.get(one.what, 0) + 1
        if one.reason == "kept":
            counts["kept"] = counts.get("kept", 0) + 1
    return counts


def _is_to_be_looked_at(one: Outcome) -> bool:
    """Whether something that stood in the row is not in an account now."""
    return one.what in ("conflict", "refused") or one.reason == "kept"


def _end(actor: Actor, job: Job) -> None:
    session = actor.session
    state = "checked" if job.state == "checking" else "done"
    store.change(session, actor.clock, job, state=state, lease_until=0)
    if state == "done":
        store.forget_content(session, job)
        counts = job.counts
        made, changed = counts.get("created", 0), counts.get("updated", 0)
        done = Progress(rows=job.done, created=made, updated=changed)
        note_import(session, actor.clock, job.actor, done, job.id)
