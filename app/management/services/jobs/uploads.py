"""From a file to an import: its rows in parts, its columns, and what they seem to be."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any

from app.accounts.imports.batches import BATCH
from app.accounts.imports.columns import FIELDS, guess
from app.accounts.imports.decoding import Encoding
from app.accounts.imports.rows import Record, read_records
from app.management.services.actor import Actor
from app.management.services.jobs import store
from app.management.services.jobs.store import Job
from app.management.services.people_files import readable
from federation.errors import InvalidFields, Problem
from federation.translation import N_

MOST_COLUMNS = 100
MOST_ROWS = 2_000_000
SEEN = 50
"""Rows whose members are gone through for the columns of a JSON file."""


def upload(actor: Actor, content: IO[bytes], encoding: Encoding = "auto", name: str = "") -> Job:
    """An import of this file, which waits for what its columns mean.

    :raises InvalidFields: there is nothing in it that could be imported.
    """
    columns, records = read_records(readable(content, encoding))
    records = iter(islice(records, MOST_ROWS + 1))
    first = list(islice(records, BATCH))
    if not columns:
        told = (one.members for one in first[:SEEN] if not one.reason)
        columns = list(dict.fromkeys(key for members in told for key in members))
    if not first or not columns or len(columns) > MOST_COLUMNS:
        raise InvalidFields([Problem("file", N_("There is no row with columns in this file."))])
    options = {
        "file": name[-100:],
        "columns": columns,
        "mapped": guess(columns),
        "sample": [_told(one) for one in first[:3]],
    }
    job = begin(actor, options)
    total = _keep(actor, job, _chain(first, records))
    if total > MOST_ROWS:
        raise InvalidFields([Problem("file", N_("Bring two million rows at a time at most."))])
    store.change(actor.session, actor.clock, job, state="uploaded", total=total)
    actor.note("accounts.import_uploaded", {"job": job.id, "rows": total})
    return store.demand(store.get(actor.session, job.id))


def begin(actor: Actor, options: Mapping[str, Any]) -> Job:
    """An import whose parts come one by one."""
    return store.create(
        actor.session, actor.clock, "import", actor.name, options, state="receiving"
    )


def mapped(sent: Mapping[str, str], columns: Iterable[str]) -> dict[str, str]:
    """The column of each field, as it was chosen.

    :raises InvalidFields: nothing is chosen that somebody could be known by, or one column twice.
    """
    known = set(columns)
    found = {field: sent[field] for field in FIELDS if sent.get(field) in known}
    if not {"phone", "unionid", "openid@appid"} & found.keys():
        said = N_("Choose the column of the phone number, the UnionID or the OpenID at least.")
        raise InvalidFields([Problem("phone", said)])
    if len(set(found.values())) < len(found):
        raise InvalidFields([Problem("phone", N_("One column was chosen for two things."))])
    return found


def _keep(actor: Actor, job: Job, records: Iterable[Record]) -> int:
    total, number, rest = 0, 0, iter(records)
    while some := [list(one) for one in islice(rest, BATCH)]:
        store.put_part(actor.session, job, number, some)
        total, number = total + len(some), number + 1
    return total


def _chain(first: list[Record], rest: Iterator[Record]) -> Iterator[Record]:
    yield from first
    yield from rest


def _told(one: Record) -> dict[str, str]:
    return {name: str(value)[:60] for name, value in one.members.items() if value is not None}


def open_platforms(actor: Actor) -> list[str]:
    """What the credentials call the accounts that their people's shared names belong to."""
    every = (
        one["open_platform"]
        for kept in actor.federation.credentials.used(actor.session)
        for one in kept.all(actor.session)
    )
    return sorted({label for label in every if label})
