"""The list of people: filtered, in either order of either time, forwards and backwards, counted.

A page begins at a key, whatever came between; nothing counts rows to skip them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from sqlalchemy import and_, exists, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from app.accounts.records.directory import AccountView, view
from app.accounts.records.finding import Key, Place, Window, found_number, found_rows
from app.accounts.records.search import meaning
from app.groups.members import is_within
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from oidc.tokens.held_access import held_by

__all__ = ["Place"]

Order = Literal["newest", "oldest", "seen_last", "seen_first"]
ORDERS: tuple[Order, ...] = get_args(Order)
State = Literal["active", "disabled", "never", "merged"]
STATES: tuple[State, ...] = get_args(State)
CEILING = 1000
"""How far a filtered list is counted."""
ESTIMATED = 20_000
"""Where a whole table is larger, the database's own estimate is told."""
_ESTIMATES = {
    "postgresql": "SELECT reltuples FROM pg_class WHERE oid = 'account'::regclass",
    "mysql": "SELECT table_rows FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_name = 'account'",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the list is to show; every part that is given must hold.

    :param text: what a search means, see `app.accounts.records.search`.
    :param connection_id: known by an identity that came through it.
    :param client_id: an application that holds a grant of theirs.
    :param group_id: in this group, by hand or by a rule.
    :param seen_since: seconds; with ``seen_until`` the last sign-in, to the hour. Who never signed
        in is in the state ``never`` and between no two times.
    """

    text: str = ""
    connection_id: str | None = None
    client_id: str | None = None
    group_id: str | None = None
    state: State | None = None
    has_phone: bool | None = None
    has_email: bool | None = None
    created_since: int | None = None
    created_until: int | None = None
    seen_since: int | None = None
    seen_until: int | None = None

    @property
    def is_everybody(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class Page:
    """People, and whether there are others before and after them.

    :param number: how many there are in all, where that is known already.
    """

    people: Sequence[AccountView]
    has_before: bool
    has_after: bool
    number: int | None = None


class Count(NamedTuple):
    """How many: ``exactly``, ``at_least`` or ``about``."""

    number: int
    kind: Literal["exactly", "at_least", "about"]


def place_of(one: AccountView, order: Order) -> Place:
    """Where in a list of this order somebody is."""
    return Place(one.last_sign_in if order.startswith("seen") else one.created_at, one.id)


def page(
    session: Session,
    wanted: Wanted,
    order: Order = "newest",
    *,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> Page:
    """One page of the list.

    :param after: the last one of the page before; ``before`` the first one of the page after.
    """
    said = meaning(session, wanted.text)
    window = Window(_key(order), after, before, limit + 1)
    others = filters(session, wanted, searched=said is not None)
    rows, number = found_rows(session, said, others, window)
    found = [view(row) for row in rows]
    more, shown = len(found) > limit, found[:limit]
    if before is not None:
        return Page(shown[::-1], has_before=more, has_after=True)
    return Page(shown, has_before=after is not None, has_after=more, number=number)


def search(session: Session, text: str, *, limit: int = 50) -> list[AccountView]:
    """Accounts that the text means, those that it names whole first."""
    if not text.replace("\0", "").strip():
        return []
    found = page(session, Wanted(text=text), limit=max(limit, 50)).people
    text = text.strip()
    return sorted(found, key=lambda one: text not in (one.id, one.username))[:limit]


def count(
    session: Session, wanted: Wanted, ceiling: int = CEILING, shown: Page | None = None
) -> Count:
    """How many the list has; of many, as much as can be told at once.

    :param shown: a page of it, which may know.
    """
    if shown is not None and shown.number is not None:
        return _told(shown.number, ceiling)
    dialect = session.get_bind().dialect.name
    if wanted.is_everybody and dialect in _ESTIMATES:
        about = int(session.scalar(text(_ESTIMATES[dialect])) or 0)
        if about > ESTIMATED:
            return Count(about, "about")
        ceiling = 2 * ESTIMATED
    elif wanted.is_everybody:
        ceiling = 50 * ESTIMATED
    said = meaning(session, wanted.text)
    others = filters(session, wanted, searched=said is not None)
    return _told(found_number(session, said, others, ceiling + 1), ceiling)


def _told(number: int, ceiling: int) -> Count:
    return Count(ceiling, "at_least") if number > ceiling else Count(number, "exactly")


def filters(session: Session, wanted: Wanted, *, searched: bool) -> list[ColumnElement[bool]]:
    """What must hold of an account beside the words; a search finds merged ones, too."""
    found: list[ColumnElement[bool]] = []
    if wanted.state == "merged":
        found.append(ACCOUNT.c.merged_into.is_not(None))
    elif wanted.state is not None or not searched:
        found.append(ACCOUNT.c.merged_into.is_(None))
    if wanted.state in ("active", "disabled"):
        stopped = ACCOUNT.c.disabled_at
        found.append(stopped.is_(None) if wanted.state == "active" else stopped.is_not(None))
    if wanted.state == "never":
        found.append(ACCOUNT.c.last_sign_in == 0)
    if wanted.connection_id is not None:
        found.append(_came_through(wanted.connection_id))
    if wanted.client_id is not None:
        found.append(held_by(ACCOUNT.c.id, wanted.client_id))
    if wanted.group_id is not None:
        found.append(is_within(session, wanted.group_id))
    return [*found, *_has(wanted), *_between(wanted)]


def _came_through(connection_id: str) -> ColumnElement[bool]:
    key = EXTERNAL_KEY.c
    return exists().where(key.account_id == ACCOUNT.c.id, key.connection_id == connection_id)


def _has(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = ((wanted.has_phone, ACCOUNT.c.phone), (wanted.has_email, ACCOUNT.c.email))
    return [
        column.is_not(None) if there else column.is_(None)
        for there, column in asked
        if there is not None
    ]


def _between(wanted: Wanted) -> list[ColumnElement[bool]]:
    created, seen = ACCOUNT.c.created_at, ACCOUNT.c.last_sign_in
    found = []
    for column, since, until in (
        (created, wanted.created_since, wanted.created_until),
        (seen, wanted.seen_since, wanted.seen_until),
    ):
        if since is not None:
            found.append(column >= since)
        if until is not None:
            found.append(and_(column < until, column > 0))
    return found


def _key(order: Order) -> Key:
    moment = ACCOUNT.c.last_sign_in if order.startswith("seen") else ACCOUNT.c.created_at
    return Key(moment, falls=order in ("newest", "seen_last"))


def ids_after(session: Session, wanted: Wanted, after: Place | None, limit: int) -> list[Place]:
    """The next accounts of a long walk through the list, the oldest first."""
    said = meaning(session, wanted.text)
    window = Window(_key("oldest"), after, None, limit)
    others = filters(session, wanted, searched=said is not None)
    rows = found_rows(session, said, others, window).rows
    return [Place(row["created_at"], row["id"]) for row in rows]
