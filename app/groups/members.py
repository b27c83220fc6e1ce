"""Who is in a group: put there, or by a rule; and which groups somebody is in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    any_,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from app.audit.trail import Clock
from app.groups.rules import Part, account_fits, looked_up, parts
from app.tables.groups import GROUP_MEMBER, GROUP_RULE, PERSON_GROUP
from app.tables.people import ACCOUNT, EXTERNAL_KEY

CEILING = 1000
"""How far members are counted."""
FEW = 10_000
"""How many of a part of a group are read whole."""


@dataclass(frozen=True, slots=True)
class Member:
    """:param origin: ``hand``, ``import`` or ``merge``; ``rule`` where no hand put them there."""

    account_id: str
    name: str | None
    username: str | None
    phone: str | None
    origin: str
    created_at: int


def page(
    session: Session,
    group_id: str,
    *,
    words: str = "",
    after: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[Member]:
    """Members, whoever came here last first.

    :param words: a sub, a phone number, an e-mail address, or how a name begins.
    :param after: ``(created_at, account_id)`` of the last one shown before.
    """
    query = (
        select(ACCOUNT, GROUP_MEMBER.c.origin)
        .outerjoin(GROUP_MEMBER, _is_put(group_id))
        .where(_is_member(session, group_id))
    )
    if words:
        query = query.where(_named(words))
    if after is not None:
        query = query.where(tuple_(ACCOUNT.c.created_at, ACCOUNT.c.id) < after)
    order = (ACCOUNT.c.created_at.desc(), ACCOUNT.c.id.desc())
    return [
        Member(
            row["id"],
            row["name"],
            row["username"],
            row["phone"],
            row["origin"] or "rule",
            row["created_at"],
        )
        for row in session.execute(query.order_by(*order).limit(limit)).mappings()
    ]


def count(session: Session, group_id: str, ceiling: int = CEILING) -> int:
    """How many members there are, those of rules with them; one more than the ceiling for more."""
    return _counted(session, select(ACCOUNT.c.id).where(_is_member(session, group_id)), ceiling)


def put_counts(
    session: Session, group_ids: Iterable[str], ceiling: int = CEILING
) -> dict[str, int]:
    """How many were put into each of these groups; one more than the ceiling for more.

    No rule is looked at.
    """
    mine = select(GROUP_MEMBER.c.account_id).where(GROUP_MEMBER.c.group_id == PERSON_GROUP.c.id)
    some = mine.correlate(PERSON_GROUP).limit(ceiling + 1).subquery("some")
    number = select(func.count()).select_from(some).scalar_subquery()
    query = select(PERSON_GROUP.c.id, number).where(PERSON_GROUP.c.id.in_({*group_ids}))
    return {row[0]: row[1] for row in session.execute(query)}


def of_account(session: Session, account_id: str) -> list[tuple[str, str, bool]]:
    """The person's groups by name: id, name, and whether they were put there."""
    put = select(GROUP_MEMBER.c.group_id).where(GROUP_MEMBER.c.account_id == account_id)
    keys = select(EXTERNAL_KEY.c.connection_id).where(EXTERNAL_KEY.c.account_id == account_id)
    by_key = select(GROUP_RULE.c.group_id).where(
        GROUP_RULE.c.kind == "connection", GROUP_RULE.c.value.in_(keys)
    )
    by_itself = (
        select(GROUP_RULE.c.group_id)
        .join(ACCOUNT, account_fits())
        .where(ACCOUNT.c.id == account_id)
    )
    is_put = PERSON_GROUP.c.id.in_(put)
    query = (
        select(PERSON_GROUP.c.id, PERSON_GROUP.c.name, is_put.label("put"))
        .where(or_(is_put, PERSON_GROUP.c.id.in_(by_key), PERSON_GROUP.c.id.in_(by_itself)))
        .order_by(PERSON_GROUP.c.name)
    )
    return [(row.id, row.name, bool(row.put)) for row in session.execute(query)]


def add(
    session: Session, clock: Clock, group_id: str, account_ids: Collection[str], origin: str
) -> list[str]:
    """Puts people into the group; those who were not there yet.

    Unknown and merged accounts are left out, and so is everybody where the group is gone.
    """
    there = select(GROUP_MEMBER.c.account_id).where(GROUP_MEMBER.c.group_id == group_id)
    query = (
        select(ACCOUNT.c.id)
        .join(PERSON_GROUP, PERSON_GROUP.c.id == group_id)
        .where(
            ACCOUNT.c.id.in_({*account_ids}),
            ACCOUNT.c.merged_into.is_(None),
            ACCOUNT.c.id.not_in(there),
        )
    )
    new = sorted(session.scalars(query))
    rows = [
        {"group_id": group_id, "account_id": one, "origin": origin, "added_at": clock()}
        for one in new
    ]
    if rows:
        session.execute(insert(GROUP_MEMBER), rows)
    return new


def remove(session: Session, group_id: str, account_ids: Collection[str]) -> int:
    """Takes people out who were put there; how many. A rule may keep them in."""
    gone = delete(GROUP_MEMBER).where(
        GROUP_MEMBER.c.group_id == group_id, GROUP_MEMBER.c.account_id.in_({*account_ids})
    )
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]


def _is_put(group_id: str) -> ColumnElement[bool]:
    return and_(GROUP_MEMBER.c.account_id == ACCOUNT.c.id, GROUP_MEMBER.c.group_id == group_id)


def is_within(session: Session, group_id: str, few_are: int = FEW) -> ColumnElement[bool]:
    """Whether a row of ``account`` is in the group, by hand or by a rule.

    Each part of the group apart: a small one is read whole, a great one is looked up person by
    person.

    :param few_are: how many people a small part has at most.
    """
    few, holds = [], []
    for part in _parts(session, group_id):
        if _counted(session, part.ids, few_are) <= few_are:
            few.append(part.ids)
        else:
            holds.append(part.holds)
    if few:
        holds.append(_is_one_of(session, union_all(*few)))
    return or_(*holds)


def _is_one_of(session: Session, ids: CompoundSelect[Any]) -> ColumnElement[bool]:
    """By reading them first. PostgreSQL would go through all people in the order of a list."""
    if session.get_bind().dialect.name == "postgresql":
        return ACCOUNT.c.id == any_(func.array(ids.scalar_subquery()))
    return ACCOUNT.c.id.in_(select(ids.subquery("member")))


def _parts(session: Session, group_id: str) -> list[Part]:
    kinds = set(session.scalars(select(GROUP_RULE.c.kind).where(GROUP_RULE.c.group_id == group_id)))
    put = select(GROUP_MEMBER.c.account_id).where(GROUP_MEMBER.c.group_id == group_id)
    by_hand = Part(put, looked_up(put.where(GROUP_MEMBER.c.account_id == ACCOUNT.c.id)))
    dialect = session.get_bind().dialect.name
    return [by_hand, *parts(group_id, kinds, dialect).values()]


def _counted(session: Session, query: Select[Any], ceiling: int) -> int:
    some = query.limit(ceiling + 1).subquery("some")
    return session.scalar(select(func.count()).select_from(some)) or 0


def _is_member(session: Session, group_id: str) -> ColumnElement[bool]:
    return and_(ACCOUNT.c.merged_into.is_(None), is_within(session, group_id))


def _named(words: str) -> ColumnElement[bool]:
    exact: list[Any] = [ACCOUNT.c[name] == words for name in ("id", "phone", "email", "username")]
    return or_(*exact, ACCOUNT.c.name.startswith(words, autoescape=True))
