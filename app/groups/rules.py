"""Rules: who is a member without having been put there, as conditions for the database."""

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, func, literal, literal_column, select

from app.tables.groups import GROUP_RULE
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from app.tables.people_search import EMAIL_DOMAIN

KINDS = ("connection", "phone", "email_domain")
MOST_RULES = 5000
"""Of a group: a list of phone numbers is as many rules."""
_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_CONNECTION = re.compile(r"[a-z0-9-]{1,32}")
_PHONE = re.compile(r"\+[0-9]{3,19}")
_DOMAIN_INDEXED: ColumnElement[bool] = literal_column(EMAIL_DOMAIN, Text) == GROUP_RULE.c.value
_SHAPES = {"connection": _CONNECTION, "phone": _PHONE, "email_domain": _DOMAIN}


class Rule(NamedTuple):
    """:param kind: one of `KINDS`.

    :param value: a connection's id, a number in E.164, or a domain in lower case.
    """

    kind: str
    value: str


def is_rule(rule: Rule) -> bool:
    """Whether it can mean anybody; a domain holds nothing that a pattern of SQL would heed."""
    shape = _SHAPES.get(rule.kind)
    return shape is not None and shape.fullmatch(rule.value) is not None


def account_fits() -> ColumnElement[bool]:
    """Whether the row of ``account`` fits the row of ``group_rule``.

    Numbers and addresses that nobody has proven let nobody in.
    """
    return _has_phone() | _is_at_domain()


class Part(NamedTuple):
    """Those whom the hand, or one kind of rule, has put into a group.

    :param ids: all of them, by the index that the database has for it.
    :param holds: whether the row of ``account`` is one of them, looked up for itself.
    """

    ids: Select[tuple[str]]
    holds: ColumnElement[bool]


def parts(group_id: str, kinds: Collection[str], dialect: str) -> dict[str, Part]:
    """Whom the group's rules put there, by kind.

    :param kinds: those that it has.
    """
    of_group = GROUP_RULE.c.group_id == group_id
    at_domain, by_phone, known = _is_at_domain(), _has_phone(), _came_through()
    indexed = at_domain & _DOMAIN_INDEXED if dialect == "postgresql" else at_domain
    mine = select(GROUP_RULE.c.kind).where(of_group)
    people = select(ACCOUNT.c.id).where(of_group)
    of_key = mine.where(EXTERNAL_KEY.c.account_id == ACCOUNT.c.id, known)
    found = {
        "connection": Part(
            select(EXTERNAL_KEY.c.account_id).where(of_group, known), looked_up(of_key)
        ),
        "phone": Part(people.where(by_phone), looked_up(mine.where(by_phone))),
        "email_domain": Part(people.where(indexed), looked_up(mine.where(at_domain))),
    }
    return {kind: part for kind, part in found.items() if kind in kinds}


def looked_up(mine: Select[Any]) -> ColumnElement[bool]:
    """That a query about the row of ``account`` finds something.

    As a value, which is looked up where it is wanted: PostgreSQL may answer ``EXISTS`` by reading
    every row there is first.
    """
    return mine.correlate(ACCOUNT).limit(1).scalar_subquery().is_not(None)


def _came_through() -> ColumnElement[bool]:
    key, rule = EXTERNAL_KEY.c, GROUP_RULE.c
    return and_(rule.kind == "connection", rule.value == key.connection_id)


def _has_phone() -> ColumnElement[bool]:
    return and_(
        GROUP_RULE.c.kind == "phone",
        GROUP_RULE.c.value == ACCOUNT.c.phone,
        ACCOUNT.c.phone_verified_at.is_not(None),
    )


def _is_at_domain() -> ColumnElement[bool]:
    return and_(
        GROUP_RULE.c.kind == "email_domain",
        ACCOUNT.c.email_verified,
        func.lower(ACCOUNT.c.email).like(literal("%@") + GROUP_RULE.c.value),
    )
