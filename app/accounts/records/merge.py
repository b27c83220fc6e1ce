"""Merging two accounts of one person: preview, merge, and undo for thirty days.

The account that is dropped stays as an empty shell (``merged_into``) until it can no longer be
restored. Every writer of keys locks the account first (`keys.lock`), so a sign-in that
races with a merge loses no key: it waits, sees the shell, and starts over.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.identification.attachment import change_account
from app.accounts.identification.keys import lock
from app.accounts.records import conflicts, ways_in
from app.accounts.records.linking import LinkedSource, sources_of
from app.audit.trail import Clock, Event, record
from app.groups.merging import give_back, take_over
from app.groups.people import forget_people
from app.sessions.browser import Ended, end_all
from app.tables.people import ACCOUNT, ACCOUNT_MERGE
from federation.translation import N_

UNDO_FOR = 30 * 86400
MERGED = "merged"
"""The resolution of a conflict that a merge closed."""

FILLED = ("name", "picture", "phone", "email", "profile", "username")
"""What the kept account takes over where it has nothing, with the columns that belong to it."""
_WITH = {
    "name": ("name", "profile_provenance"),
    "picture": ("picture",),
    "phone": ("phone", "phone_provenance", "phone_verified_at"),
    "email": ("email", "email_verified", "email_provenance"),
    "profile": ("profile",),
    "username": ("username", "password_hash"),
}


SENTENCES = {
    "same": N_("These are the same account."),
    "unknown": N_("There is no such account."),
    "merged": N_("One of them has been merged already."),
    "not_found": N_("There is no such merge."),
    "undone": N_("This merge has been undone already."),
    "too_late": N_("This merge can no longer be undone."),
    "changed": N_("One of the accounts has been merged again or deleted since."),
}
"""What each reason of `CannotMerge` means, as message ids."""


class CannotMerge(ValueError):
    """:param reason: one of `SENTENCES`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do; nothing has been done.

    :param moves: the identities that move to the kept account.
    :param fills: columns that the kept account takes over, because it has none.
    :param lapses: columns of the dropped account that the kept one has too, and keeps its own.
    """

    kept: Mapping[str, Any]
    dropped: Mapping[str, Any]
    moves: tuple[LinkedSource, ...]
    fills: tuple[str, ...]
    lapses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompletedMerge:
    """:param revoke: the subject whose grants must be revoked, in the same transaction.

    :param ended: sessions that are over; their applications must be told.
    """

    merge_id: str
    kept: str
    revoke: str
    ended: tuple[Ended, ...] = ()


def preview(session: Session, kept_id: str, dropped_id: str) -> Preview:
    """What merging would do.

    :raises CannotMerge: the accounts are the same one, or one is unknown or a shell.
    """
    if kept_id == dropped_id:
        raise CannotMerge("same")
    kept, dropped = _account(session, kept_id), _account(session, dropped_id)
    present = [column for column in FILLED if dropped[column] not in (None, "")]
    fills = tuple(column for column in present if kept[column] in (None, ""))
    lapses = tuple(column for column in present if column not in fills)
    return Preview(kept, dropped, tuple(sources_of(session, dropped_id)), fills, lapses)


def merge(
    session: Session, clock: Clock, kept_id: str, dropped_id: str, *, actor: str
) -> CompletedMerge:
    """Makes two accounts one: ``kept_id`` stays the subject, the keys of the other move to it.

    :raises CannotMerge: see `preview`.
    """
    if kept_id == dropped_id:
        raise CannotMerge("same")
    with session.begin_nested():
        return _merge(session, clock, kept_id, dropped_id, actor)


def _merge(
    session: Session, clock: Clock, kept_id: str, dropped_id: str, actor: str
) -> CompletedMerge:
    for account_id in sorted((kept_id, dropped_id)):
        if not lock(session, account_id):
            _account(session, account_id)  # says whether it was merged
            raise CannotMerge("unknown")
    seen = preview(session, kept_id, dropped_id)
    now = clock()
    taken = {name: seen.dropped[name] for column in seen.fills for name in _WITH[column]}
    last = max(one["last_sign_in"] for one in (seen.kept, seen.dropped))
    moved = {
        **ways_in.take_over(session, dropped_id, kept_id),
        "before": {name: seen.kept[name] for name in taken},
        "taken": taken,
        "groups": take_over(session, dropped_id, kept_id),
        "last_sign_in": [seen.kept["last_sign_in"], last],
    }
    shell = {"merged_into": kept_id, "updated_at": now, "version": seen.dropped["version"] + 1}
    change_account(session, dropped_id, shell | ({"username": None} if "username" in taken else {}))
    change_account(session, kept_id, taken | {"updated_at": now, "last_sign_in": last})
    merge_id = _write_down(session, kept_id, dropped_id, actor, now, moved)
    ended = end_all(session, dropped_id)
    _close_conflicts(session, clock, kept_id, dropped_id, actor)
    _audit(session, clock, Event("account.merged", actor), kept_id, dropped_id, merge_id)
    return CompletedMerge(merge_id, kept_id, dropped_id, tuple(ended))


def undo_merge(session: Session, clock: Clock, merge_id: str, *, actor: str) -> CompletedMerge:
    """Takes a merge back: the dropped account lives again with the keys that it had.

    Keys that the kept account learnt since stay with it. Gives the kept subject as the one to
    revoke: its tokens may speak of what is no longer its own.

    :raises CannotMerge: ``not_found``, ``undone``, ``too_late``, or ``changed`` when one of the
        accounts has been merged again or deleted.
    """
    with session.begin_nested():
        return _undo(session, clock, merge_id, actor)


def _undo(session: Session, clock: Clock, merge_id: str, actor: str) -> CompletedMerge:
    row = session.execute(select(ACCOUNT_MERGE).where(ACCOUNT_MERGE.c.id == merge_id)).first()
    if row is None:
        raise CannotMerge("not_found")
    now = clock()
    undone = session.execute(
        update(ACCOUNT_MERGE)
        .where(
            ACCOUNT_MERGE.c.id == merge_id,
            ACCOUNT_MERGE.c.undone_at.is_(None),
            ACCOUNT_MERGE.c.undo_until > now,
        )
        .values(undone_at=now)
    )
    if not undone.rowcount:  # type: ignore[attr-defined]
        raise CannotMerge("too_late" if row.undo_until <= now else "undone")
    moved = json.loads(row.moved)
    _restore(session, row.kept_id, row.dropped_id, moved, now)
    ended = tuple(end_all(session, row.kept_id))
    _reopen_conflicts(session, clock, row.kept_id, row.dropped_id, actor)
    told = Event("account.merge_undone", actor)
    _audit(session, clock, told, row.kept_id, row.dropped_id, merge_id)
    return CompletedMerge(merge_id, row.kept_id, row.kept_id, ended)


def merges_of(session: Session, account_id: str) -> list[Mapping[str, Any]]:
    """The merges that the account had a part in, the newest first; rows of ``account_merge``."""
    query = (
        select(ACCOUNT_MERGE)
        .where(or_(ACCOUNT_MERGE.c.kept_id == account_id, ACCOUNT_MERGE.c.dropped_id == account_id))
        .order_by(ACCOUNT_MERGE.c.merged_at.desc(), ACCOUNT_MERGE.c.id)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def prune(session: Session, clock: Clock, limit: int = 1000) -> int:
    """Removes merges that can no longer be undone, with the empty shells; how many."""
    query = select(ACCOUNT_MERGE).where(ACCOUNT_MERGE.c.undo_until <= clock()).limit(limit)
    rows = session.execute(query).all()
    shells = [row.dropped_id for row in rows if row.undone_at is None]
    if shells:
        over = and_(ACCOUNT.c.id.in_(shells), ACCOUNT.c.merged_into.is_not(None))
        session.execute(delete(ACCOUNT).where(over))
        forget_people(session, shells)
    if rows:
        ids = [row.id for row in rows]
        session.execute(delete(ACCOUNT_MERGE).where(ACCOUNT_MERGE.c.id.in_(ids)))
    return len(rows)


def _account(session: Session, account_id: str) -> Mapping[str, Any]:
    row = session.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).mappings().first()
    if row is None:
        raise CannotMerge("unknown")
    if row["merged_into"] is not None:
        raise CannotMerge("merged")
    return dict(row)


def _write_down(
    session: Session, kept_id: str, dropped_id: str, actor: str, now: int, moved: dict[str, Any]
) -> str:
    merge_id = secrets.token_urlsafe(16)
    row = {
        "id": merge_id,
        "kept_id": kept_id,
        "dropped_id": dropped_id,
        "actor": actor,
        "merged_at": now,
        "undo_until": now + UNDO_FOR,
        "moved": json.dumps(moved, ensure_ascii=False, separators=(",", ":")),
    }
    session.execute(insert(ACCOUNT_MERGE), row)
    return merge_id


def _restore(
    session: Session, kept_id: str, dropped_id: str, moved: Mapping[str, Any], now: int
) -> None:
    if not lock(session, kept_id):
        raise CannotMerge("changed")
    awake: dict[str, Any] = {"merged_into": None, "updated_at": now}
    kept = _account(session, kept_id)
    # Only what is still as the merge left it goes back; later changes are the person's own.
    back = {
        name: moved["before"][name] for name, value in moved["taken"].items() if kept[name] == value
    }
    before, after = moved.get("last_sign_in", (0, None))
    if kept["last_sign_in"] == after:
        back["last_sign_in"] = before
    change_account(session, kept_id, back | {"updated_at": now})
    if "username" in back:
        awake["username"] = moved["taken"]["username"]
    woken = session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == dropped_id, ACCOUNT.c.merged_into == kept_id)
        .values(awake)
    )
    if not woken.rowcount:  # type: ignore[attr-defined]
        raise CannotMerge("changed")
    ways_in.give_back(session, kept_id, dropped_id, moved)
    give_back(session, kept_id, moved.get("groups", {}))


def _close_conflicts(
    session: Session, clock: Clock, kept_id: str, dropped_id: str, actor: str
) -> None:
    pair = {kept_id, dropped_id}
    for conflict in conflicts.of_account(session, dropped_id):
        if conflict.state == "open" and {conflict.account_id, conflict.other_account_id} == pair:
            conflicts.close(session, clock, conflict.id, actor, state="resolved", resolution=MERGED)


def _reopen_conflicts(
    session: Session, clock: Clock, kept_id: str, dropped_id: str, actor: str
) -> None:
    """What the merge decided is to be decided again."""
    pair = {kept_id, dropped_id}
    for conflict in conflicts.of_account(session, dropped_id):
        if {conflict.account_id, conflict.other_account_id} == pair:
            conflicts.reopen(session, clock, conflict.id, actor, resolution=MERGED)


def _audit(
    session: Session, clock: Clock, event: Event, kept_id: str, dropped_id: str, merge_id: str
) -> None:
    for subject, other in ((kept_id, dropped_id), (dropped_id, kept_id)):
        detail = {"with": other, "kept": kept_id, "merge": merge_id}
        record(session, clock, replace(event, subject=subject, detail=detail))
