"""One person and one application: whether they may come in, and which groups and roles it sees.

One statement, asked only where an application limits who may come in or is told of groups.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_, select, union_all
from sqlalchemy.orm import Session

from app.groups.rules import account_fits
from app.tables.groups import (
    APPLICATION_ACCESS,
    APPLICATION_GROUP,
    APPLICATION_PERSON,
    GROUP_MEMBER,
    GROUP_RULE,
    PERSON_GROUP,
)
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from oidc.database.driver_statement import DriverStatement

MOST_TOLD = 200
"""Groups that an application is told of one person: a token has to fit into a header."""


@dataclass(frozen=True, slots=True)
class Standing:
    """:param lets_in: whether the person may come in.

    :param state: ``asked``, ``allowed`` or ``refused``; None where nobody has asked or decided.
    :param groups: as the application is told of them; None where it sees none.
    :param roles: that the person has there; None where the application has no roles.
    """

    mode: str = "open"
    lets_in: bool = True
    state: str | None = None
    asked_at: int | None = None
    contact: str = ""
    groups: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None


EVERYBODY = Standing()
"""Where nothing was ever said of an application."""

_SUBJECT: BindParameter[str] = bindparam("subject")
_CONNECTION: BindParameter[str] = bindparam("connection_id")
_GROUPS_OF_PERSON = union_all(
    select(GROUP_MEMBER.c.group_id).where(GROUP_MEMBER.c.account_id == _SUBJECT),
    # The connection of this very sign-in, or one that the person was first known by.
    select(GROUP_RULE.c.group_id).where(
        GROUP_RULE.c.kind == "connection",
        or_(
            GROUP_RULE.c.value == _CONNECTION,
            GROUP_RULE.c.value.in_(
                select(EXTERNAL_KEY.c.connection_id).where(EXTERNAL_KEY.c.account_id == _SUBJECT)
            ),
        ),
    ),
    select(GROUP_RULE.c.group_id).join(ACCOUNT, account_fits()).where(ACCOUNT.c.id == _SUBJECT),
)
_STANDING = DriverStatement(
    select(
        APPLICATION_ACCESS.c.mode,
        APPLICATION_ACCESS.c.seen,
        APPLICATION_ACCESS.c.form,
        APPLICATION_ACCESS.c.has_roles,
        APPLICATION_ACCESS.c.contact,
        APPLICATION_PERSON.c.state,
        APPLICATION_PERSON.c.asked_at,
        PERSON_GROUP.c.id,
        PERSON_GROUP.c.name,
        APPLICATION_GROUP.c.enters,
        APPLICATION_GROUP.c.seen,
        APPLICATION_GROUP.c.roles,
    )
    .select_from(APPLICATION_ACCESS)
    .outerjoin(
        APPLICATION_PERSON,
        and_(
            APPLICATION_PERSON.c.client_id == APPLICATION_ACCESS.c.client_id,
            APPLICATION_PERSON.c.account_id == _SUBJECT,
        ),
    )
    .outerjoin(PERSON_GROUP, PERSON_GROUP.c.id.in_(select(_GROUPS_OF_PERSON.subquery("of_person"))))
    .outerjoin(
        APPLICATION_GROUP,
        and_(
            APPLICATION_GROUP.c.group_id == PERSON_GROUP.c.id,
            APPLICATION_GROUP.c.client_id == APPLICATION_ACCESS.c.client_id,
        ),
    )
    .where(APPLICATION_ACCESS.c.client_id == bindparam("client_id"))
    .order_by(PERSON_GROUP.c.name, PERSON_GROUP.c.id)
)


def standing(session: Session, client_id: str, subject: str, connection_id: str | None) -> Standing:
    """What the person is to the application now, whatever was so a moment ago.

    :param connection_id: how they signed in; None for a local password.
    """
    asked = {"client_id": client_id, "subject": subject, "connection_id": connection_id or ""}
    rows = _STANDING.rows(session, asked)
    if not rows:
        return EVERYBODY
    mode, seen, form, has_roles, contact, state, asked_at = rows[0][:7]
    groups = [_Row(*row[7:]) for row in rows if row[7] is not None]
    told = [one for one in groups if seen == "all" or (seen == "chosen" and one.seen)]
    names = (one.id if form == "id" else one.name for one in told[:MOST_TOLD])
    return Standing(
        mode=mode,
        lets_in=_lets_in(mode, state, groups),
        state=state,
        asked_at=asked_at,
        contact=contact,
        groups=tuple(names) if seen != "none" else None,
        roles=_roles(groups) if has_roles else None,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    name: str
    enters: Any
    seen: Any
    roles: str | None


def _lets_in(mode: str, state: str | None, groups: Sequence[_Row]) -> bool:
    """A mode that this version does not know lets nobody in."""
    if mode == "open":
        return True
    by_group = any(one.enters for one in groups)
    allowed = state == "allowed"
    return {"groups": by_group, "people": allowed, "requests": by_group or allowed}.get(mode, False)


def _roles(groups: Sequence[_Row]) -> tuple[str, ...]:
    every = (role for one in groups if one.roles for role in _read(one.roles))
    return tuple(dict.fromkeys(every))[:MOST_TOLD]


@lru_cache(maxsize=256)
def _read(roles: str) -> tuple[str, ...]:
    return tuple(json.loads(roles))
