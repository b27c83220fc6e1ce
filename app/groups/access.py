"""What an application has of groups: whom it lets in, which it sees, the roles of their members."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.trail import Clock
from app.groups.admission import MOST_TOLD
from app.tables.groups import (
    APPLICATION_ACCESS,
    APPLICATION_GROUP,
    APPLICATION_PERSON,
    PERSON_GROUP,
)
from federation.errors import InvalidFields, Problem, VersionConflict
from federation.translation import N_

MODES = ("open", "groups", "people", "requests")
SEEN = ("none", "all", "chosen")
FORMS = ("name", "id")
MOST_CONTACT, MOST_ROLE, MOST_ROLES = 254, 128, 50


@dataclass(frozen=True, slots=True)
class GroupThere:
    """What one group is to the application.

    :param enters: its members may come in, where the application is limited.
    :param seen: it is one of the chosen that the application may see.
    :param roles: that its members have there.
    """

    enters: bool = False
    seen: bool = False
    roles: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        return self.enters or self.seen or bool(self.roles)


@dataclass(frozen=True, slots=True)
class Access:
    """Without a row: everybody may come in, and no group is told.

    :param groups: by the group's id.
    """

    client_id: str
    mode: str = "open"
    seen: str = "none"
    form: str = "name"
    contact: str = ""
    groups: Mapping[str, GroupThere] = field(default_factory=dict)
    version: int = 0


def of_client(session: Session, client_id: str) -> Access:
    query = select(APPLICATION_ACCESS).where(APPLICATION_ACCESS.c.client_id == client_id)
    row = session.execute(query).mappings().first()
    if row is None:
        return Access(client_id)
    names = ("mode", "seen", "form", "contact", "version")
    told = {name: row[name] for name in names}
    return Access(client_id, groups=_groups(session, client_id), **told)


def modes(session: Session, client_ids: list[str]) -> dict[str, str]:
    """Of these applications those that are not open, with how."""
    query = select(APPLICATION_ACCESS.c.client_id, APPLICATION_ACCESS.c.mode).where(
        APPLICATION_ACCESS.c.client_id.in_(client_ids), APPLICATION_ACCESS.c.mode != "open"
    )
    return {row.client_id: row.mode for row in session.execute(query)}


def of_group(session: Session, group_id: str) -> list[str]:
    """The applications that the group is anything to."""
    query = select(APPLICATION_GROUP.c.client_id).where(APPLICATION_GROUP.c.group_id == group_id)
    return sorted(session.scalars(query))


def save(session: Session, clock: Clock, wanted: Access) -> Access:
    """Replaces what was read at ``wanted.version``.

    :raises InvalidFields: with every problem at once.
    :raises VersionConflict: somebody else saved first.
    """
    _check(session, wanted)
    said = {one: there for one, there in wanted.groups.items() if there.says_something}
    values = {
        **{name: getattr(wanted, name) for name in ("mode", "seen", "form", "contact")},
        "has_roles": any(there.roles for there in said.values()),
        "updated_at": clock(),
        "version": wanted.version + 1,
    }
    _write(session, wanted, values)
    session.execute(
        delete(APPLICATION_GROUP).where(APPLICATION_GROUP.c.client_id == wanted.client_id)
    )
    rows = [_row(wanted.client_id, one, there) for one, there in sorted(said.items())]
    if rows:
        session.execute(insert(APPLICATION_GROUP), rows)
    return of_client(session, wanted.client_id)


def forget_client(session: Session, client_id: str) -> None:
    """What was said of a deleted application goes too, with whom it let in."""
    for table in (APPLICATION_ACCESS, APPLICATION_GROUP, APPLICATION_PERSON):
        session.execute(delete(table).where(table.c.client_id == client_id))


def _check(session: Session, wanted: Access) -> None:
    found = [
        Problem(name, N_("Choose one of those in the list."))
        for name, known in (("mode", MODES), ("seen", SEEN), ("form", FORMS))
        if getattr(wanted, name) not in known
    ]
    contact = wanted.contact
    if len(contact) > MOST_CONTACT or not contact.isprintable():
        found.append(Problem("contact", N_("One line of at most 254 characters.")))
    if wanted.mode == "groups" and not any(there.enters for there in wanted.groups.values()):
        found.append(Problem("groups", N_("Choose a group that may come in; nobody could.")))
    if sum(there.seen for there in wanted.groups.values()) > MOST_TOLD:
        found.append(Problem("groups", N_("An application sees at most 200 chosen groups.")))
    if not all(map(_are_roles, wanted.groups.values())):
        found.append(Problem("groups", N_("A role has 1 to 128 characters; a group at most 50.")))
    known = select(func.count()).where(PERSON_GROUP.c.id.in_({*wanted.groups}))
    if wanted.groups and session.scalar(known) != len(wanted.groups):
        found.append(Problem("groups", N_("One of these groups is gone.")))
    if found:
        raise InvalidFields(found)


def _are_roles(there: GroupThere) -> bool:
    names = all(
        0 < len(role) <= MOST_ROLE and role.isprintable() and role == role.strip()
        for role in there.roles
    )
    return names and len(there.roles) <= MOST_ROLES


def _write(session: Session, wanted: Access, values: Mapping[str, object]) -> None:
    if wanted.version:
        changed = (
            update(APPLICATION_ACCESS)
            .where(
                APPLICATION_ACCESS.c.client_id == wanted.client_id,
                APPLICATION_ACCESS.c.version == wanted.version,
            )
            .values(**values)
        )
        if not session.execute(changed).rowcount:  # type: ignore[attr-defined]
            raise VersionConflict
        return
    try:
        with session.begin_nested():
            row = {"client_id": wanted.client_id, **values}
            session.execute(insert(APPLICATION_ACCESS), row)
    except IntegrityError as error:
        raise VersionConflict from error


def _row(client_id: str, group_id: str, there: GroupThere) -> dict[str, object]:
    roles = json.dumps(list(there.roles), ensure_ascii=False) if there.roles else None
    names = {"client_id": client_id, "group_id": group_id}
    return {**names, "enters": there.enters, "seen": there.seen, "roles": roles}


def _groups(session: Session, client_id: str) -> dict[str, GroupThere]:
    query = (
        select(APPLICATION_GROUP)
        .join(PERSON_GROUP, PERSON_GROUP.c.id == APPLICATION_GROUP.c.group_id)
        .where(APPLICATION_GROUP.c.client_id == client_id)
        .order_by(PERSON_GROUP.c.name)
    )
    return {
        row["group_id"]: GroupThere(
            row["enters"], row["seen"], tuple(json.loads(row["roles"]) if row["roles"] else ())
        )
        for row in session.execute(query).mappings()
    }
