"""Everybody in a list as a file, row by row: CSV for spreadsheets, or JSON lines."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.accounts.records import glances, listing
from app.accounts.records.directory import AccountView
from app.accounts.records.glances import Glance
from app.accounts.records.linking import identities_of
from app.accounts.records.listing import Place, Wanted
from app.management.services.actor import Actor
from app.management.services.spreadsheets import row
from app.web.times import written

BATCH = 500
Cell = Callable[[AccountView, Glance, Sequence[tuple[str, str, str | None]]], Any]


def _moment(seconds: int | None) -> str | None:
    return written(seconds) if seconds else None


COLUMNS: Mapping[str, Cell] = {
    "sub": lambda one, *_: one.id,
    "name": lambda one, *_: one.name,
    "phone": lambda one, *_: one.phone,
    "phone_provenance": lambda one, *_: one.phone_provenance,
    "email": lambda one, *_: one.email,
    "email_verified": lambda one, *_: one.email_verified if one.email else None,
    "username": lambda one, *_: one.username,
    "picture": lambda one, *_: one.picture,
    "state": lambda one, *_: "disabled" if one.disabled_at else "active",
    "created_at": lambda one, *_: _moment(one.created_at),
    "last_sign_in": lambda _one, seen, *_: _moment(seen.last_sign_in),
    "connections": lambda _one, seen, *_: " ".join(seen.connections),
    "applications": lambda _one, seen, *_: " ".join(seen.clients),
    "openid@appid": lambda _one, _seen, known: " ".join(f"{name}@{app}" for app, name, _ in known),
    "unionid": lambda _one, _seen, known: next((shared for *_, shared in known if shared), None),
}
"""What an export can have; an import takes those that it knows of them."""
_SEEN = {"last_sign_in", "connections", "applications"}
_KNOWN = {"openid@appid", "unionid"}
"""Columns for which more is read than the accounts."""
_NOTHING = Glance()
USUAL = ("sub", "name", "phone", "email", "state", "created_at", "last_sign_in", "connections")


def csv_lines(actor: Actor, wanted: Wanted, columns: Sequence[str]) -> Iterator[str]:
    """The list as CSV, the oldest first. Holds a few hundred people at a time."""
    yield "\ufeff" + row(columns)
    for cells in _rows(actor, wanted, columns):
        yield row(str(cell).lower() if isinstance(cell, bool) else cell for cell in cells)


def json_lines(actor: Actor, wanted: Wanted, columns: Sequence[str]) -> Iterator[str]:
    """The same as one JSON object a line, which an import reads."""
    for cells in _rows(actor, wanted, columns):
        told = zip(columns, cells, strict=True)
        members = {name: cell for name, cell in told if cell not in (None, "")}
        yield json.dumps(members, ensure_ascii=False) + "\n"


def told(actor: Actor, lines: Iterable[str], heads: int) -> Iterator[str]:
    """The same lines; when the last one is taken, that is written down with how many people.

    Commits. What ends before has the line of its beginning alone.

    :param heads: lines of the file that are nobody.
    """
    number = -heads
    for line in lines:
        number += 1
        yield line
    actor.note("accounts.export_done", {"people": max(0, number)})
    actor.session.commit()


def _rows(actor: Actor, wanted: Wanted, columns: Sequence[str]) -> Iterator[list[Any]]:
    session, after = actor.session, None
    asked = [COLUMNS[name] for name in columns]
    reads_seen, reads_known = not _SEEN.isdisjoint(columns), not _KNOWN.isdisjoint(columns)
    while True:
        page = listing.page(session, wanted, "oldest", after=after, limit=BATCH)
        ids = [one.id for one in page.people]
        seen = glances.glances(session, page.people, actor.clock()) if reads_seen else {}
        known = identities_of(session, ids) if reads_known else {}
        session.rollback()  # no connection is held while the reader takes its time
        for one in page.people:
            glance, identities = seen.get(one.id, _NOTHING), known.get(one.id, ())
            yield [cell(one, glance, identities) for cell in asked]
        if not page.has_after:
            return
        last = page.people[-1]
        after = Place(last.created_at, last.id)
