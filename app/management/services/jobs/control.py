"""What an administrator does with a job: looks at what it would do, runs it, stops it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from app.accounts.imports.columns import FIELDS
from app.accounts.imports.json_records import AS_IT_STANDS
from app.accounts.imports.rows import sentences
from app.management.services.actor import Actor
from app.management.services.jobs import store, troubles
from app.management.services.jobs.store import Job
from app.management.services.spreadsheets import row
from federation.errors import VersionConflict

BEFORE = {
    "checking": ("uploaded", "receiving", "checked", "stopped"),
    "running": ("uploaded", "receiving", "checked", "stopped", "failed"),
    "stopped": ("checking", "running"),
}
"""From which states a job gets into these."""
PARTS_READ = 20
"""Of a job from before its troubles were kept with it."""


def check(actor: Actor, job: Job, options: Mapping[str, Any]) -> None:
    """Has it looked through what the import would do, with these choices.

    :raises VersionConflict: the job has gone on meanwhile.
    """
    _demand(job, "checking")
    store.forget_results(actor.session, job)
    begun = {"begun": actor.clock(), troubles.NAME: []}
    store.change(
        actor.session,
        actor.clock,
        job,
        state="checking",
        options={**job.options, **options, **begun},
        total=job.total or store.parts(actor.session, job),
        **_ANEW,
    )


def run(actor: Actor, job: Job) -> None:
    """Has it done; a job that was stopped or failed goes on where it was.

    :raises VersionConflict: the job has gone on meanwhile.
    """
    _demand(job, "running")
    values: dict[str, Any] = {"state": "running", "lease_until": 0}
    if job.is_import and not job.options.get("is_running"):
        store.forget_results(actor.session, job)
        values |= _ANEW
        begun = {"begun": actor.clock(), "is_running": True, troubles.NAME: []}
        values["options"] = {**job.options, **begun}
        actor.note("accounts.import_begun", {"job": job.id, **_file(job), "rows": job.total})
    else:
        note(actor, "accounts.job_resumed", job)
    store.change(actor.session, actor.clock, job, **values)


def stop(actor: Actor, job: Job) -> None:
    """Ends it after the step in hand, which is not carried out.

    :raises VersionConflict: the job has gone on meanwhile.
    """
    _demand(job, "stopped")
    if job.state == "running":
        note(actor, "accounts.job_stopped", job)
    store.change(actor.session, actor.clock, job, state="stopped", lease_until=0)


def note(actor: Actor, kind: str, job: Job) -> None:
    """Writes down what became of a job beside its beginning and its end, and how far it was."""
    detail = {"job": job.id, "action": job.kind, **_file(job), "count": job.done}
    actor.note(kind, detail)


def _file(job: Job) -> dict[str, str]:
    return {"file": job.options["file"]} if job.options.get("file") else {}


_ANEW: Mapping[str, Any] = {"position": "", "counts": {}, "done": 0, "lease_until": 0}


def _demand(job: Job, state: str) -> None:
    if job.state not in BEFORE[state]:
        raise VersionConflict


def told(actor: Actor, job: Job, *wanted: str, most: int = 50) -> list[Sequence[Any]]:
    """The first results of these kinds, such as ``conflict``, or with ``kept`` for a reason; the
    newest import's."""
    kept = troubles.of(job, *wanted)
    if kept is not None:
        return kept[:most]
    found: list[Sequence[Any]] = []
    most = min(most, sum(job.counts.get(one, 0) for one in wanted))
    parts = islice(store.results(actor.session, job), PARTS_READ)
    for _number, results in parts if most else ():
        found += [one for one in results if one[1] in wanted or one[2] in wanted]
        if len(found) >= most:
            break
    return found[:most]


def lines(actor: Actor, job: Job) -> Iterator[str]:
    """The whole result as CSV that a spreadsheet can open; holds one part at a time."""
    columns = (
        ["row", "outcome", "reason", "explanation", "sub", *_columns(job)]
        if job.is_import
        else ["sub", "outcome", "explanation"]
    )
    yield "\ufeff" + row(columns)
    for _number, results in store.results(actor.session, job):
        actor.session.rollback()  # no connection is held while the reader takes its time
        for one in results:
            yield row(_cells(job, one))


def _columns(job: Job) -> Sequence[str]:
    return job.options.get("columns") or FIELDS


def _cells(job: Job, one: Sequence[Any]) -> list[str]:
    if not job.is_import:
        return [str(cell) for cell in one]
    line, what, reason, account_id, *more = one
    members = more[0] if more else {}
    cells = [str(members.get(name) or "") for name in _columns(job)]
    if AS_IT_STANDS in members:  # what could not be read as JSON, in a cell of its own
        cells.append(str(members[AS_IT_STANDS]))
    return [str(line), what, reason, " ".join(sentences(reason)), account_id or "", *cells]
