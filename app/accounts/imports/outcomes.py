"""What became of the rows of an import: one by one, and counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.accounts.imports.rows import Refusal
from app.audit.trail import Clock, Event, record

What = Literal["created", "updated", "unchanged", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row, or would.

    :param reason: a code of `app.accounts.imports.rows.REASONS`, or several with a space between;
        empty for none.
    :param account_id: of the person; none where nobody was found or made.
    """

    line: int
    what: What
    reason: str = ""
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What has been done so far, and the refusals and outcomes of the last batch."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refusals: int = 0
    refused: tuple[Refusal, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


def progressed(before: Progress, outcomes: tuple[Outcome, ...]) -> Progress:
    """The progress after these."""
    whats = [one.what for one in outcomes]
    refused = tuple(
        Refusal(one.line, one.reason) for one in outcomes if one.what in ("conflict", "refused")
    )
    return Progress(
        rows=before.rows + len(outcomes),
        created=before.created + whats.count("created"),
        updated=before.updated + whats.count("updated"),
        unchanged=before.unchanged + whats.count("unchanged"),
        refusals=before.refusals + len(refused),
        refused=refused,
        outcomes=outcomes,
    )


def note_begin(session: Session, clock: Clock, actor: str, detail: Mapping[str, Any]) -> None:
    """Writes down that an import begins: one that is cut off has no other line.

    :param detail: of what: its ``file``, its ``job``, its ``rows``.
    """
    record(session, clock, Event("accounts.import_begun", actor, detail=detail))


def note_import(
    session: Session, clock: Clock, actor: str, done: Progress, job: str | None = None
) -> None:
    """Writes down that people were imported, and how many."""
    counts = {"rows": done.rows, "created": done.created, "updated": done.updated}
    detail = counts | ({"job": job} if job else {})
    record(session, clock, Event("accounts.imported", actor, detail=detail))
