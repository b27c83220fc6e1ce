"""The audit trail: adding an event, and reading events page by page, newest first."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from blinker import Signal
from flask import current_app, has_request_context
from sqlalchemy import ColumnElement, Select, and_, delete, false, insert, or_, select, update
from sqlalchemy.orm import Session

from app.tables.people import AUDIT_EVENT

Clock = Callable[[], int]
recorded = Signal()
"""Tells who listens of each event as it is recorded, which is before the commit; with the
``session`` that it is recorded in."""
Listener = Callable[["Event", Session | None], None]
ORIGIN = "audit_origin"
"""The extension of the application that tells the `Origin` of the request under way."""


class Origin(NamedTuple):
    """Where something was asked for.

    :param device: such as "Chrome · Windows"; of programs the name that they give themselves.
    :param request_id: the number of the request, also on its error page and in the log.
    """

    address: str | None = None
    device: str | None = None
    request_id: str | None = None


_NOWHERE: dict[str, Any] = {"address": None, "device": None, "origin_time": None}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the trail.

    :param kind: what happened, as ``noun.verb``.
    :param actor: ``person:<id>``, ``admin:<id>``, ``client:<id>``, a source's id or ``system``.
    :param detail: more, never secrets, codes, tokens or full phone numbers (see `masked`).
    :param admin_id: the administrator whom it is about.
    :param address: with the two after it the `Origin`, which `record` fills in.
    :param seconds: that a sign-in took.
    """

    kind: str
    actor: str = "system"
    subject: str | None = None
    client_id: str | None = None
    connection_id: str | None = None
    rule: str | None = None
    outcome: str = "ok"
    detail: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0
    time: int = 0
    admin_id: str | None = None
    address: str | None = None
    device: str | None = None
    request_id: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Hears:
    """Connects a listener to `recorded` for some events alone; keep it, as signals do not.

    :param wanted: kinds of events, or a kind and an outcome with a space between.
    """

    wanted: Collection[str]
    listener: Listener

    def __call__(self, event: "Event", session: Session | None = None) -> None:
        if event.kind in self.wanted or f"{event.kind} {event.outcome}" in self.wanted:
            self.listener(event, session)


def record(session: Session, clock: Clock, event: Event) -> None:
    """Adds the event to the transaction under way; it becomes true with the rest or not at all.

    In a request it is noted where that comes from, unless the event says so itself.
    """
    if event.address or event.device:
        origin = Origin(event.address, event.device, event.request_id)
    else:
        origin = current_app.extensions[ORIGIN]() if has_request_context() else Origin()
    session.execute(insert(AUDIT_EVENT), _row(event, clock(), origin))
    if recorded.receivers:
        recorded.send(event, session=session)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are wanted; every part that is given must match.

    :param subjects: any of these people.
    """

    kind: str | None = None
    subject: str | None = None
    client_id: str | None = None
    connection_id: str | None = None
    outcome: str | None = None
    admin_id: str | None = None
    since: int | None = None
    until: int | None = None
    rule: str | None = None
    address: str | None = None
    request_id: str | None = None
    subjects: Sequence[str] | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What must hold of an event, but for its time."""
        for name in EXACT:
            value = getattr(self, name)
            if value is not None:
                yield AUDIT_EVENT.c[name] == value
        if self.subjects is not None:
            yield AUDIT_EVENT.c.subject.in_(self.subjects)


EXACT = (
    *("kind", "subject", "client_id", "connection_id", "outcome", "admin_id"),
    *("rule", "address", "request_id"),
)


def page(
    session: Session,
    wanted: Filter | None = None,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[Event]:
    """The newest events; for the next page pass the ``id`` of the last one as ``before``, for the
    one before pass that of the first one as ``after``.

    Between two times they come in the order of time, which an index has; otherwise in the order
    of ids, which is the same but for nodes whose clocks differ.
    """
    wanted = wanted or Filter()
    query = select(AUDIT_EVENT).where(*wanted.conditions()).limit(limit)
    id_ = AUDIT_EVENT.c.id
    if wanted.since is None and wanted.until is None:
        if before is not None:
            query = query.where(id_ < before)
        if after is not None:
            query = query.where(id_ > after)
        query = query.order_by(id_.desc() if after is None else id_)
    else:
        query = _between(session, query, wanted, before, after)
    found = [_event(row) for row in session.execute(query).mappings()]
    return found if after is None else found[::-1]


def _between(
    session: Session, query: Select[Any], wanted: Filter, before: int | None, after: int | None
) -> Select[Any]:
    """Adds times and their order. By id, years would be gone through to find the last century."""
    time, id_ = AUDIT_EVENT.c.time, AUDIT_EVENT.c.id
    if wanted.since is not None:
        query = query.where(time >= wanted.since)
    if wanted.until is not None:
        query = query.where(time < wanted.until)
    if before is not None:
        last = session.scalar(select(time).where(id_ == before))
        # One that was pruned meanwhile was older than all that is left.
        older = or_(time < last, and_(time == last, id_ < before)) if last is not None else false()
        query = query.where(older)
        if last is not None:
            query = query.where(time <= last)  # what an index can begin with
    if after is not None:
        first = session.scalar(select(time).where(id_ == after)) or 0
        newer = or_(time > first, and_(time == first, id_ > after))
        return query.where(newer, time >= first).order_by(time, id_)
    return query.order_by(time.desc(), id_.desc())


def one(session: Session, event_id: int) -> Event | None:
    """The event of this number."""
    query = select(AUDIT_EVENT).where(AUDIT_EVENT.c.id == event_id)
    row = session.execute(query).mappings().first()
    return _event(row) if row else None


def newest(session: Session, *wanted: ColumnElement[bool], limit: int) -> list[Event]:
    """The newest events of which all that is wanted holds."""
    query = select(AUDIT_EVENT).where(*wanted).order_by(AUDIT_EVENT.c.id.desc()).limit(limit)
    return [_event(row) for row in session.execute(query).mappings()]


def prune(session: Session, older_than: int, limit: int = 1000) -> int:
    """Removes the oldest events from before the time given; how many. Call until it says 0."""
    oldest = (
        select(AUDIT_EVENT.c.id)
        .where(AUDIT_EVENT.c.time < older_than)
        .order_by(AUDIT_EVENT.c.time)
        .limit(limit)
    )
    ids = list(session.scalars(oldest))
    if ids:
        session.execute(delete(AUDIT_EVENT).where(AUDIT_EVENT.c.id.in_(ids)))
    return len(ids)


def forget_origins(session: Session, older_than: int, limit: int = 1000) -> int:
    """Forgets address and device of the oldest events from before the time given; how many. Call
    until it says 0."""
    oldest = (
        select(AUDIT_EVENT.c.id)
        .where(AUDIT_EVENT.c.origin_time < older_than)
        .order_by(AUDIT_EVENT.c.origin_time)
        .limit(limit)
    )
    ids = list(session.scalars(oldest))
    if ids:
        session.execute(update(AUDIT_EVENT).where(AUDIT_EVENT.c.id.in_(ids)).values(_NOWHERE))
    return len(ids)


def forget_origins_of(session: Session, subjects: Sequence[str]) -> int:
    """Forgets from where people did what they did, and strangers in their name; of how many lines.

    What an administrator did about them keeps the administrator's own address.
    """
    theirs = AUDIT_EVENT.c.subject.in_(subjects) & AUDIT_EVENT.c.actor.not_like("admin:%")
    forgotten = session.execute(
        update(AUDIT_EVENT).where(theirs, AUDIT_EVENT.c.origin_time.is_not(None)).values(_NOWHERE)
    )
    return int(forgotten.rowcount)  # type: ignore[attr-defined]


def forget_details_of(session: Session, subjects: Sequence[str]) -> None:
    """Forgets what sign-ins say of people beside that they were: a masked number."""
    theirs = AUDIT_EVENT.c.subject.in_(subjects) & AUDIT_EVENT.c.kind.like("sign#_in.%", escape="#")
    session.execute(
        update(AUDIT_EVENT).where(theirs, AUDIT_EVENT.c.detail.is_not(None)).values(detail=None)
    )


def masked(phone: str | None) -> str | None:
    """A phone number as logs and admins may see it: ``+8613800138000`` as ``+861…8000``."""
    return None if phone is None else f"{phone[:4]}…{phone[-4:]}"


def _row(event: Event, now: int, origin: Origin) -> dict[str, Any]:
    detail, time = dict(event.detail), event.time or now
    return {
        "time": time,
        "kind": event.kind,
        "actor": event.actor,
        "subject": event.subject,
        "client_id": event.client_id,
        "connection_id": event.connection_id,
        "rule": event.rule,
        "outcome": event.outcome,
        "detail": json.dumps(detail, ensure_ascii=False, separators=(",", ":")) if detail else None,
        "admin_id": event.admin_id,
        "seconds": event.seconds,
        **origin._asdict(),
        "origin_time": time if origin.address or origin.device else None,
    }


def _event(row: Mapping[Any, Any]) -> Event:
    values = {name: row[name] for name in Event.__slots__}
    values["detail"] = json.loads(values["detail"]) if values["detail"] else {}
    return Event(**values)
