"""The first rows or accounts of a job that somebody should look at, kept with the job itself.

Its page shows them and looks again every two seconds: of a million rows with one trouble near the
end, it would have to read the results of all the others.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.management.services.jobs.store import Job

MOST = 50
LONGEST = 80
"""Characters of a cell that are kept; the file of results has all of them."""
ROOM = 10_000
"""Characters of all of them: the column takes 64 KiB on MariaDB, and other choices stand there."""
NAME = "troubles"

Result = Sequence[Any]
"""Of a row its number, what became of it, why, and what stood in it; of an account its sub, what
became of it, and why."""


def with_more(job: Job, results: Iterable[Result]) -> Mapping[str, Any] | None:
    """The options of the job with the first of these in them; None where there is no room for any.

    :param results: those that are to be looked at, of the step in hand.
    """
    kept = list(job.options.get(NAME, ()))
    before, room = len(kept), ROOM - len(json.dumps(kept, ensure_ascii=False))
    for one in results:
        short = _shortened(one)
        room -= len(json.dumps(short, ensure_ascii=False))
        if len(kept) >= MOST or room < 0:
            break
        kept.append(short)
    return {**job.options, NAME: kept} if len(kept) > before else None


def of(job: Job, *wanted: str) -> list[Result] | None:
    """Those of these kinds, such as ``conflict``, or with ``kept`` for a reason; None of a job from
    before they were kept."""
    kept = job.options.get(NAME)
    if kept is None:
        return None
    return [one for one in kept if one[1] in wanted or one[2] in wanted]


def _shortened(one: Result) -> list[Any]:
    *told, last = one
    if isinstance(last, Mapping):
        cells = {str(name)[:LONGEST]: str(value)[:LONGEST] for name, value in last.items() if value}
        return [*told, cells]
    return [*told, last[:300] if isinstance(last, str) else last]
