"""Counts the sign-ins among the audit events, hour by hour."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, case, func, literal_column, or_, select
from sqlalchemy.orm import Session

from app.tables.people import AUDIT_EVENT

HOUR = 3600
SUCCEEDED = "sign_in.succeeded"
FAILED = (
    "sign_in.refused",
    "ticket.refused",
    "ticket.declined",
    "ticket.expired",
    "connection.misconfigured",
)
"""The ends of a sign-in that nobody was signed in by."""
CONNECTION, CLIENT, NEW, FAILURE, SECONDS = "connection", "client", "new", "failure", "seconds"
FAILED_AT, WAY = "failed_at", "way"
MEASURES = (CONNECTION, CLIENT, NEW, FAILURE, FAILED_AT, WAY, SECONDS)
"""Sign-ins by connection and by application, those that made an account by application (by no name
where an older version counted them), failures by their reason and by connection, sign-ins by how
somebody came (not where an older version counted them), and by the seconds that they took, rounded
by `rounded`."""
WAYS = ("scan", "link", "redirect", "in_app")
"""How somebody comes, as `app.accounts.identification` notes it; by none of these where a password
or a passkey was enough."""
SECONDS_OF_DAY = "seconds_of_day"
"""The last one added up for a whole day of UTC, which is kept as its first hour."""
_E = AUDIT_EVENT.c


class Counted(NamedTuple):
    """What a number is of: ``("connection", 1800000000, "mini")``."""

    measure: str
    hour: int
    name: str


Counts = Counter[Counted]


def counted(session: Session, since: int, until: int) -> Counts:
    """What happened from ``since`` to before ``until``, in two statements."""
    between = (_E.time >= since, _E.time < until)
    found: Counts = Counter()
    for row in session.execute(_ends(*between)):
        _add(found, row)
    for row in session.execute(_durations(*between)):
        found[Counted(SECONDS, int(row.hour), str(rounded(row.seconds)))] += row.times
    return found


def rounded(seconds: int) -> int:
    """To two digits, so that an hour has few different ones: 5 % off at most."""
    digits = len(str(seconds)) - 2
    return seconds if digits <= 0 else round(seconds, -digits)


def _ends(*between: ColumnElement[bool]):  # type: ignore[no-untyped-def]
    reason = case((_E.kind == "connection.misconfigured", "misconfigured"), else_=_E.rule)
    noted = ((_E.detail.contains(f'"way":"{one}"', autoescape=True), one) for one in WAYS)
    inner = select(
        _hour(),
        _E.kind,
        _E.connection_id.label("connection"),
        case((_E.kind == SUCCEEDED, _E.client_id)).label("client"),
        case((_E.kind == SUCCEEDED, _E.outcome)).label("outcome"),
        case((_E.kind == SUCCEEDED, ""), else_=reason).label("reason"),
        case((_E.kind == SUCCEEDED, case(*noted, else_=""))).label("way"),
    ).where(*between, or_(_E.kind == SUCCEEDED, _E.kind.in_(FAILED)))
    of = inner.subquery().c
    names = (of.hour, of.kind, of.connection, of.client, of.outcome, of.reason, of.way)
    return select(*names, func.count().label("times")).group_by(*names)


def _durations(*between: ColumnElement[bool]):  # type: ignore[no-untyped-def]
    took = (_E.kind == SUCCEEDED, _E.seconds.is_not(None))
    of = select(_hour(), _E.seconds).where(*between, *took).subquery().c
    names = (of.hour, of.seconds)
    return select(*names, func.count().label("times")).group_by(*names)


def _hour() -> ColumnElement[int]:
    length: ColumnElement[int] = literal_column(str(HOUR))
    return (_E.time - _E.time % length).label("hour")


def _add(found: Counts, row: Row[tuple[object, ...]]) -> None:
    hour, times = int(row.hour), row.times
    if row.kind != SUCCEEDED:
        found[Counted(FAILURE, hour, row.reason or "")] += times
        found[Counted(FAILED_AT, hour, row.connection or "")] += times
        return
    found[Counted(CONNECTION, hour, row.connection or "")] += times
    found[Counted(CLIENT, hour, row.client or "")] += times
    found[Counted(WAY, hour, row.way or "")] += times
    if row.outcome == "created":
        found[Counted(NEW, hour, row.client or "")] += times
