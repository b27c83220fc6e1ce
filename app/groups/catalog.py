"""The groups that there are, each with its rules."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.trail import Clock
from app.groups.rules import MOST_RULES, Rule, is_rule
from app.tables.groups import (
    APPLICATION_GROUP,
    GROUP_MEMBER,
    GROUP_RULE,
    PERSON_GROUP,
)
from federation.errors import InvalidFields, Problem, VersionConflict
from federation.translation import N_

MOST_GROUPS = 1000
MOST_NAME, MOST_DISPLAY, MOST_DESCRIPTION = 64, 100, 1000
_WRONG_RULES = {
    "connection": ("rules.connection", N_("A rule names a connection that is not there.")),
    "phone": ("rules.phone", N_("One of these is no phone number.")),
    "email_domain": ("rules.email_domain", N_("One of these is no domain, such as example.com.")),
}
_WRONG_KIND = (
    "rules",
    N_("A rule names a connection, a phone number with its country, or a domain."),
)


@dataclass(frozen=True, slots=True)
class GroupFields:
    """What an administrator says of a group.

    :param name: what applications are told.
    :param display: what administrators and people read; empty for the name.
    """

    name: str
    display: str = ""
    description: str = ""
    rules: frozenset[Rule] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it is stored. ``fields`` has no rules where only a list of groups was wanted."""

    id: str
    fields: GroupFields
    created_at: int
    updated_at: int
    version: int

    @property
    def name(self) -> str:
        return self.fields.name

    @property
    def called(self) -> str:
        """For people to read."""
        return self.fields.display or self.fields.name


class TakenName(Exception):
    """There is a group of this name already."""


class TooManyGroups(Exception):
    """There are `MOST_GROUPS` already."""


def every(session: Session, words: str = "") -> list[Group]:
    """All groups by name, or those whose names have the words in them; without their rules."""
    query = select(PERSON_GROUP).order_by(PERSON_GROUP.c.name)
    if words:
        named = (PERSON_GROUP.c.name, PERSON_GROUP.c.display)
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in named)))
    return [_group(row, frozenset()) for row in session.execute(query).mappings()]


def get(session: Session, name: str) -> Group | None:
    """By id or by name, with its rules."""
    if not name or "\0" in name:
        return None
    known = or_(PERSON_GROUP.c.id == name, PERSON_GROUP.c.name == name)
    rows = session.execute(select(PERSON_GROUP).where(known)).mappings().all()
    row = next((one for one in rows if one["id"] == name), rows[0] if rows else None)
    return _group(row, rules_of(session, row["id"])) if row else None


def rules_of(session: Session, group_id: str) -> frozenset[Rule]:
    query = select(GROUP_RULE.c.kind, GROUP_RULE.c.value).where(GROUP_RULE.c.group_id == group_id)
    return frozenset(Rule(*row) for row in session.execute(query))


def names_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Those of these groups that there are: name by id."""
    query = select(PERSON_GROUP.c.id, PERSON_GROUP.c.name).where(PERSON_GROUP.c.id.in_({*ids}))
    return {row.id: row.name for row in session.execute(query)}


def add(session: Session, clock: Clock, fields: GroupFields) -> Group:
    """A new group.

    :raises InvalidFields: with every problem at once.
    :raises TakenName: the name is another's.
    :raises TooManyGroups: there are as many as there may be.
    """
    check(fields)
    if (session.scalar(select(func.count()).select_from(PERSON_GROUP)) or 0) >= MOST_GROUPS:
        raise TooManyGroups
    now, group_id = clock(), f"g-{secrets.token_hex(8)}"
    row = {"id": group_id, **_columns(fields), "created_at": now, "updated_at": now, "version": 1}
    try:
        with session.begin_nested():
            session.execute(insert(PERSON_GROUP), row)
    except IntegrityError as error:
        raise TakenName from error
    _add_rules(session, group_id, fields.rules)
    return Group(group_id, fields, now, now, 1)


def change(
    session: Session, clock: Clock, group: Group, fields: GroupFields, version: int
) -> Group:
    """Replaces what was read at ``version``.

    :raises InvalidFields: with every problem at once.
    :raises TakenName: the name is another's.
    :raises VersionConflict: somebody else changed or deleted it first.
    """
    check(fields)
    now = clock()
    changed = (
        update(PERSON_GROUP)
        .where(PERSON_GROUP.c.id == group.id, PERSON_GROUP.c.version == version)
        .values(**_columns(fields), updated_at=now, version=version + 1)
    )
    try:
        with session.begin_nested():
            found = session.execute(changed).rowcount  # type: ignore[attr-defined]
    except IntegrityError as error:
        raise TakenName from error
    if not found:
        raise VersionConflict
    before = rules_of(session, group.id)
    _remove_rules(session, group.id, before - fields.rules)
    _add_rules(session, group.id, fields.rules - before)
    return Group(group.id, fields, group.created_at, now, version + 1)


def remove(session: Session, group_id: str, version: int) -> None:
    """The group with its members and rules; no application lets anybody in by it any more.

    :raises VersionConflict: somebody else changed or deleted it first.
    """
    gone = delete(PERSON_GROUP).where(
        PERSON_GROUP.c.id == group_id, PERSON_GROUP.c.version == version
    )
    if not session.execute(gone).rowcount:  # type: ignore[attr-defined]
        raise VersionConflict
    # Whoever signs in meanwhile finds no group, whatever rows of it are still there.
    for table in (GROUP_MEMBER, GROUP_RULE, APPLICATION_GROUP):
        session.execute(delete(table).where(table.c.group_id == group_id))


def check(fields: GroupFields) -> None:
    """:raises InvalidFields: with every problem at once."""
    found = [
        *_of_text("name", fields.name, MOST_NAME, least=1),
        *_of_text("display", fields.display, MOST_DISPLAY),
        *_of_text("description", fields.description.replace("\n", " "), MOST_DESCRIPTION),
    ]
    if "," in fields.name:
        found.append(Problem("name", N_("A comma separates names in many programs; use none.")))
    if len(fields.rules) > MOST_RULES:
        found.append(Problem("rules", N_("A group has at most 5000 rules; add members instead.")))
    wrong = {one.kind for one in fields.rules if not is_rule(one)}
    found += [Problem(*_WRONG_RULES.get(kind, _WRONG_KIND)) for kind in sorted(wrong)]
    if found:
        raise InvalidFields(found)


def _of_text(name: str, value: str, most: int, least: int = 0) -> list[Problem]:
    if value != value.strip() or not all(map(str.isprintable, value)):
        return [Problem(name, N_("No blanks around it, and no control characters."))]
    if len(value) < least:
        return [Problem(name, N_("This is required."))]
    return [Problem(name, N_("This is too long."))] if len(value) > most else []


def _columns(fields: GroupFields) -> dict[str, str]:
    names = ("name", "display", "description")
    return {name: getattr(fields, name) for name in names}


def _add_rules(session: Session, group_id: str, rules: Collection[Rule]) -> None:
    rows = [{"group_id": group_id, **one._asdict()} for one in sorted(rules)]
    if rows:
        session.execute(insert(GROUP_RULE), rows)


def _remove_rules(session: Session, group_id: str, rules: Collection[Rule]) -> None:
    for one in sorted(rules):
        session.execute(
            delete(GROUP_RULE).where(
                GROUP_RULE.c.group_id == group_id,
                GROUP_RULE.c.kind == one.kind,
                GROUP_RULE.c.value == one.value,
            )
        )


def _group(row: Mapping[Any, Any], rules: frozenset[Rule]) -> Group:
    fields = GroupFields(row["name"], row["display"], row["description"], rules)
    return Group(row["id"], fields, row["created_at"], row["updated_at"], row["version"])
