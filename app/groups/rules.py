"""Rules: who is a member without having been put there, as conditions for the database."""

import re
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, select

from app.tables.groups import GROUP_RULE
from app.tables.people import ACCOUNT, EXTERNAL_KEY

KINDS = ("connection", "phone", "email_domain")
MOST_RULES = 5000
"""Of a group: a list of phone numbers is as many rules."""
_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_CONNECTION = re.compile(r"[a-z0-9-]{1,32}")
_PHONE = re.compile(r"\+[0-9]{3,19}")
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


def member_ids(group_id: str, kinds: Collection[str]) -> list[Select[tuple[str]]]:
    """Whom the group's rules of these kinds put there: a query for each, by the index it has."""
    of_account = {"phone": _has_phone(), "email_domain": _is_at_domain()}
    found: list[Select[tuple[str]]] = [
        select(ACCOUNT.c.id).join(GROUP_RULE, fits).where(GROUP_RULE.c.group_id == group_id)
        for kind, fits in of_account.items()
        if kind in kinds
    ]
    if "connection" in kinds:
        fits = and_(
            GROUP_RULE.c.kind == "connection", GROUP_RULE.c.value == EXTERNAL_KEY.c.connection_id
        )
        signed_in = select(EXTERNAL_KEY.c.account_id).join(GROUP_RULE, fits)
        found.append(signed_in.where(GROUP_RULE.c.group_id == group_id))
    return found


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
