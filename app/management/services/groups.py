"""Groups: making, changing and deleting them, and who is in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.changed import tell_changed
from app.accounts.phone_numbers import phone_number
from app.groups import catalog, members
from app.groups.catalog import Group, GroupFields
from app.groups.rules import Rule
from app.management.services.actor import Actor, differences
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from federation.errors import InvalidFields, Problem
from federation.translation import N_

MOST_NAMED = 10_000
"""People that are named at once."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Named:
    """People, by what an administrator calls them.

    :param ids: their accounts.
    :param unknown: what names nobody.
    :param several: what names more than one.
    """

    ids: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    several: tuple[str, ...] = ()


def create(actor: Actor, fields: GroupFields) -> Group:
    """:raises InvalidFields: with every problem at once; see also `app.groups.catalog.add`."""
    made = catalog.add(actor.session, actor.clock, usual(actor, fields))
    actor.note("group.created", {"group": made.id, **differences({}, _told(made.fields))})
    return made


def change(actor: Actor, group: Group, fields: GroupFields, version: int) -> Group:
    """Replaces what was read at ``version``: see `app.groups.catalog.change`."""
    wanted = usual(actor, fields)
    after = catalog.change(actor.session, actor.clock, group, wanted, version)
    detail = differences(_told(group.fields), _told(wanted))
    actor.note("group.changed", {"group": group.id, "name": group.name, **detail})
    return after


def delete(actor: Actor, group: Group, version: int) -> None:
    """:raises federation.errors.VersionConflict: somebody else changed or deleted it first."""
    catalog.remove(actor.session, group.id, version)
    actor.note("group.deleted", {"group": group.id, "name": group.name})


def add_members(
    actor: Actor, group: Group, account_ids: Sequence[str], origin: str = "hand"
) -> int:
    """Puts people into the group; how many were not there."""
    added = [
        one
        for some in _some(account_ids)
        for one in members.add(actor.session, actor.clock, group.id, some, origin)
    ]
    _note_members(actor, "group.members_added", group, added)
    return len(added)


def remove_members(actor: Actor, group: Group, account_ids: Sequence[str]) -> int:
    """Takes people out who were put there; how many."""
    removed = sum(members.remove(actor.session, group.id, some) for some in _some(account_ids))
    if removed:
        _note_members(actor, "group.members_removed", group, account_ids)
    return removed


def people_named(session: Session, names: Iterable[str]) -> Named:
    """Whom these are: subs, user names, phone numbers, e-mail addresses, or names at a source.

    :raises InvalidFields: there are too many.
    """
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(wanted) > MOST_NAMED:
        raise InvalidFields([Problem("people", N_("At most 10000 people at once."))])
    found: dict[str, set[str]] = {name: set() for name in wanted}
    for some in _some(wanted):
        _find(session, some, found)
    return Named(
        tuple(dict.fromkeys(next(iter(ids)) for ids in found.values() if len(ids) == 1)),
        tuple(name for name, ids in found.items() if not ids),
        tuple(name for name, ids in found.items() if len(ids) > 1),
    )


def _find(session: Session, names: Sequence[str], found: dict[str, set[str]]) -> None:
    clean = [name for name in names if "\0" not in name and len(name) <= 254]
    phones = {phone_number(name) or name: name for name in clean}
    for column, asked in (
        (ACCOUNT.c.id, {name: name for name in clean}),
        (ACCOUNT.c.username, {name: name for name in clean}),
        (ACCOUNT.c.email, {name: name for name in clean}),
        (ACCOUNT.c.phone, phones),
    ):
        query = select(column, ACCOUNT.c.id).where(
            column.in_(asked), ACCOUNT.c.merged_into.is_(None)
        )
        for value, account_id in session.execute(query):
            found[asked[value]].add(account_id)
    keys = select(EXTERNAL_KEY.c.value, EXTERNAL_KEY.c.account_id).where(
        EXTERNAL_KEY.c.value.in_([name for name in clean if len(name) <= 128])
    )
    for value, account_id in session.execute(keys):
        found[value].add(account_id)


def usual(actor: Actor, fields: GroupFields) -> GroupFields:
    """With rules as they are kept; one over a connection that there is not is refused."""
    rules = frozenset(map(_normal, fields.rules))
    known = {one.id for one in actor.federation.connections.all(actor.session)}
    strange = [one for one in rules if one.kind == "connection" and one.value not in known]
    if strange:
        raise InvalidFields(
            [Problem("rules.connection", N_("A rule names a connection that is not there."))]
        )
    return replace(fields, rules=rules)


def _normal(rule: Rule) -> Rule:
    value = rule.value.strip()
    if rule.kind == "phone":
        return Rule(rule.kind, phone_number(value) or value)
    if rule.kind == "email_domain":
        return Rule(rule.kind, value.removeprefix("@").rstrip(".").lower())
    return Rule(rule.kind, value)


def _told(fields: GroupFields) -> dict[str, object]:
    """For the log, without anybody's number."""
    rules = sorted(f"{one.kind} {one.value}" for one in fields.rules if one.kind != "phone")
    phones = sum(one.kind == "phone" for one in fields.rules)
    words = {name: getattr(fields, name) for name in ("name", "display", "description")}
    return {**words, "rules": rules[:50], "phone_rules": phones}


def _note_members(actor: Actor, kind: str, group: Group, ids: Sequence[str]) -> None:
    detail = {"group": group.id, "name": group.name, "people": len(ids)}
    if len(ids) == 1:
        actor.note(kind, detail, subject=ids[0])
    elif ids:
        actor.note(kind, {**detail, "first": list(ids[:20])})
    for account_id in ids:
        tell_changed(actor.session, account_id, ("groups",), "admin")


def _some(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE))
