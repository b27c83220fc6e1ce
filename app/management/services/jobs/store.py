"""Jobs as rows: who works on one, how far it is, and that two never do the same step."""

import json
import secrets
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.tables.jobs import ACCOUNT_JOB as JOB
from app.tables.jobs import ACCOUNT_JOB_PART as PART
from federation.errors import NotFound, VersionConflict
from oidc.clock import Clock

LEASE = 60
"""Seconds for one step; then another takes the job up."""
QUIET = 10
"""Seconds without a step after which that is told; most take less than one."""
KEPT = 30 * 86400
"""Seconds for which a job and its results stay."""
UNDER_WAY = ("checking", "running")
"""States in which a worker has something to do."""


@dataclass(frozen=True, slots=True)
class Job:
    """:param state: ``receiving``, ``uploaded``, ``checking``, ``checked``, ``running``,
    ``stopped``, ``failed`` or ``done``.

    :param options: what was chosen.
    :param position: where the next step begins; empty at the beginning.
    :param counts: how many rows or accounts came to which end.
    """

    id: str
    kind: str
    state: str
    actor: str
    options: Mapping[str, Any]
    position: str = ""
    total: int = 0
    done: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    lease_until: int = 0
    created_at: int = 0
    updated_at: int = 0
    version: int = 1

    @property
    def is_import(self) -> bool:
        return self.kind == "import"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def unheard(self, now: int) -> int | None:
        """Seconds since who works on it was last heard of; None while that is no matter."""
        passed = now - self.updated_at
        return passed if self.is_under_way and passed >= QUIET else None

    @property
    def seconds_left(self) -> int | None:
        """At the pace since somebody took it up; None where that cannot be told yet."""
        took = self.updated_at - int(self.options.get("since") or self.updated_at)
        did = self.done - int(self.options.get("since_done") or 0)
        if not self.is_under_way or took <= 0 or did <= 0:
            return None
        return max(0, self.total - self.done) * took // did


def create(
    session: Session,
    clock: Clock,
    kind: str,
    actor: str,
    options: Mapping[str, Any],
    state: str,
    total: int = 0,
) -> Job:
    """A new job; joins the transaction."""
    now = clock()
    job = Job(
        secrets.token_hex(11),  # no hyphen: it is typed after commands
        kind,
        state,
        actor,
        options,
        total=total,
        created_at=now,
        updated_at=now,
    )
    session.execute(insert(JOB), _row(job))
    return job


def get(session: Session, job_id: str) -> Job | None:
    if len(job_id) > 22 or "\0" in job_id:
        return None
    row = session.execute(select(JOB).where(JOB.c.id == job_id)).mappings().first()
    return _job(row) if row else None


def page(session: Session, after: tuple[int, str] | None = None, limit: int = 50) -> list[Job]:
    """The newest first; ``after``: ``(created_at, id)`` of the last one shown before."""
    query = select(JOB)
    if after is not None:
        query = query.where(tuple_(JOB.c.created_at, JOB.c.id) < after)
    query = query.order_by(JOB.c.created_at.desc(), JOB.c.id.desc()).limit(limit)
    return [_job(row) for row in session.execute(query).mappings()]


def change(session: Session, clock: Clock, job: Job, **values: Any) -> None:
    """Writes these, if nobody has changed the job since it was read.

    :raises VersionConflict: somebody has: another worker, or who stopped it.
    """
    for name in ("options", "counts"):
        if name in values:
            values[name] = json.dumps(values[name], ensure_ascii=False)
    ours = (JOB.c.id == job.id, JOB.c.version == job.version)
    stamps = {"updated_at": clock(), "version": job.version + 1}
    changed = session.execute(update(JOB).where(*ours).values(values | stamps))
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise VersionConflict


def due(session: Session, clock: Clock) -> Job | None:
    """A job that nobody works on; the one that waits for longest."""
    waits = (JOB.c.state.in_(UNDER_WAY), JOB.c.lease_until < clock())
    query = select(JOB).where(*waits).order_by(JOB.c.lease_until).limit(1)
    row = session.execute(query).mappings().first()
    return _job(row) if row else None


def put_part(session: Session, job: Job, number: int, content: Any) -> None:
    """Keeps some rows; in the place of those that had this number."""
    session.execute(delete(PART).where(PART.c.job_id == job.id, PART.c.number == number))
    row = {"job_id": job.id, "number": number, "content": packed(content)}
    session.execute(insert(PART), row)


def content_of(session: Session, job: Job, number: int) -> Any:
    """The rows of a part; None where there is no such part."""
    query = select(PART.c.content).where(PART.c.job_id == job.id, PART.c.number == number)
    found = session.scalar(query)
    return unpacked(found) if found is not None else None


def parts(session: Session, job: Job) -> int:
    """How many parts there are."""
    query = select(PART.c.number).where(PART.c.job_id == job.id).order_by(PART.c.number.desc())
    last = session.scalar(query.limit(1))
    return 0 if last is None else int(last) + 1


def put_result(session: Session, job: Job, number: int, result: Any) -> None:
    """Keeps what became of a part; one without content is made."""
    ours = (PART.c.job_id == job.id, PART.c.number == number)
    kept = session.execute(update(PART).where(*ours).values(result=packed(result)))
    if not kept.rowcount:  # type: ignore[attr-defined]
        row = {"job_id": job.id, "number": number, "result": packed(result)}
        session.execute(insert(PART), row)


def forget_content(session: Session, job: Job) -> None:
    """The file goes when it was imported; what became of its rows stays."""
    session.execute(update(PART).where(PART.c.job_id == job.id).values(content=None))


def forget_results(session: Session, job: Job) -> None:
    """Those of a preview go before the import."""
    session.execute(update(PART).where(PART.c.job_id == job.id).values(result=None))


def results(session: Session, job: Job, first: int = 0) -> Iterator[tuple[int, Sequence[Any]]]:
    """Number and result of each part, in order; holds one at a time."""
    number = first - 1
    while True:
        query = (
            select(PART.c.number, PART.c.result)
            .where(PART.c.job_id == job.id, PART.c.number > number, PART.c.result.is_not(None))
            .order_by(PART.c.number)
            .limit(1)
        )
        row = session.execute(query).first()
        if row is None:
            return
        number = row.number
        yield number, unpacked(row.result)


def prune(session: Session, clock: Clock, limit: int = 1000) -> int:
    """Removes old jobs with their parts; how many. Call until it gives fewer."""
    old = (JOB.c.updated_at < clock() - KEPT, or_(JOB.c.state != "running", JOB.c.lease_until == 0))
    ids = list(session.scalars(select(JOB.c.id).where(*old).limit(limit)))
    if ids:
        session.execute(delete(PART).where(PART.c.job_id.in_(ids)))
        session.execute(delete(JOB).where(JOB.c.id.in_(ids)))
    return len(ids)


def demand(job: Job | None) -> Job:
    """:raises NotFound: there is none."""
    if job is None:
        raise NotFound
    return job


def packed(document: Any) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(errors="replace"), 1)


def unpacked(content: bytes) -> Any:
    return json.loads(zlib.decompress(content))


def _row(job: Job) -> dict[str, Any]:
    row = {name: getattr(job, name) for name in Job.__dataclass_fields__}
    for name in ("options", "counts"):
        row[name] = json.dumps(row[name], ensure_ascii=False)
    return row


def _job(row: Mapping[Any, Any]) -> Job:
    values = {name: row[name] for name in Job.__dataclass_fields__}
    for name in ("options", "counts"):
        values[name] = json.loads(values[name])
    return Job(**values)
