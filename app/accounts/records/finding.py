"""Rows of a list by what a search means: at once among a million of them, on PostgreSQL.

There one plan cannot suit a common character and a rare one, and one condition cannot use the index
of names without computing it anew for rows that another index finds. So each part is asked apart:
the newest rows are gone through first, where what is common is found; what is rare, by the index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, Select, func, select, text, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from app.accounts.records.search import Meaning
from app.tables.people import ACCOUNT
from app.tables.people_search import EMAIL

GONE_THROUGH = 4000
"""Rows in which what one account in eighty has is found often enough to fill a page."""
_BY_INDEX = text(
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off;"
    " SET LOCAL enable_indexonlyscan = off"
)
"""All that an index finds, however many the planner takes them for."""
_ALONG_MAIL = text(f"{EMAIL} USING ~<~")
"""The order of the index of e-mail addresses, by which the first of many are found in it."""
_AS_EVER = text(
    "SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on;"
    " SET LOCAL enable_indexonlyscan = on"
)

Row = Mapping[Any, Any]
Conditions = Sequence[ColumnElement[bool]]


class Place(NamedTuple):
    """Where in the list: the time that it is ordered by, and the account."""

    moment: int
    account_id: str


class Key(NamedTuple):
    """What a list is ordered by, and by the account's id then.

    :param falls: the latest first.
    """

    moment: Column[Any]
    falls: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A page: behind a place, or before one, and then in the opposite order."""

    key: Key
    after: Place | None
    before: Place | None
    limit: int

    @property
    def falls(self) -> bool:
        return self.key.falls != (self.before is not None)

    def of(self, query: Select[Any], columns: Any = ACCOUNT.c) -> Select[Any]:
        """The query in the order of the page, from its place on.

        :param columns: those of the accounts, or of what was selected of them.
        """
        key = (columns[self.key.moment.name], columns.id)
        place = self.before or self.after
        if place is not None:
            row = tuple_(*key)
            query = query.where(row < tuple(place) if self.falls else row > tuple(place))
        return query.order_by(*(one.desc() if self.falls else one.asc() for one in key))


class Found(NamedTuple):
    """:param number: of all rows, where it came to light with those of the first page."""

    rows: list[Row]
    number: int | None = None


def found_rows(session: Session, said: Meaning | None, others: Conditions, window: Window) -> Found:
    """The rows of a page, in its order.

    :param others: what must hold beside what was said.
    """
    query = window.of(select(ACCOUNT).where(*others)).limit(window.limit)
    if said is None:
        return Found(_rows(session, query))
    if not said.on_server:
        return Found(_rows(session, query.where(said.anything)))
    near = _near(session, said, others, window)
    if len(near) == window.limit:
        session.execute(_BY_INDEX)
        found = [*_where(session, query, said.whole), *near]
        session.execute(_AS_EVER)
        return Found(_in_order(found, window))
    counted = window.of(select(ACCOUNT, func.count().over().label("number")).where(*others))
    session.execute(_BY_INDEX)
    named = _rows(session, counted.where(said.in_name_by_index).limit(window.limit))
    beside = [
        *_where(session, query, said.whole),
        *_where(session, query, said.in_mail_by_index),
    ]
    session.execute(_AS_EVER)
    found = _in_order([*beside, *named], window)
    if beside or window.after or window.before:
        return Found(found)  # those behind the place alone were counted, and one may be in both
    return Found(found, named[0]["number"] if named else 0)


def found_number(session: Session, said: Meaning | None, others: Conditions, most: int) -> int:
    """How many rows there are; counted no further than ``most``."""
    query = select(ACCOUNT.c.id).where(*others).limit(most)
    if said is None:
        return _number(session, query)
    if not said.on_server:
        return _number(session, query.where(said.anything))
    session.execute(_BY_INDEX)
    ids = set(session.scalars(query.where(said.in_name_by_index)))
    if said.whole is not None and len(ids) < most:
        ids.update(session.scalars(query.where(said.whole)))
    session.execute(_AS_EVER)
    begins = said.in_mail_by_index
    if begins is not None and len(ids) < most:
        ids.update(session.scalars(query.where(begins).order_by(_ALONG_MAIL)))
    return min(most, len(ids))


def _near(session: Session, said: Meaning, others: Conditions, window: Window) -> list[Row]:
    """What is found in the first rows of the list, where what is common is."""
    first = window.of(select(ACCOUNT).where(*others)).limit(GONE_THROUGH).subquery()
    found = window.of(select(first).where(said.in_part(first.c)), first.c)
    return _rows(session, found.limit(window.limit))


def _where(
    session: Session, query: Select[Any], condition: ColumnElement[bool] | None
) -> list[Row]:
    return [] if condition is None else _rows(session, query.where(condition))


def _in_order(rows: Sequence[Row], window: Window) -> list[Row]:
    """Each once, as the page has them."""
    name = window.key.moment.name
    found = {row["id"]: row for row in rows}
    ordered = sorted(found.values(), key=lambda row: (row[name], row["id"]), reverse=window.falls)
    return ordered[: window.limit]


def _rows(session: Session, query: Select[Any]) -> list[Row]:
    return list(session.execute(query).mappings())


def _number(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
