"""Groups in the file, and what an application has of them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from app.groups import access, catalog
from app.groups.access import GroupThere
from app.groups.catalog import GroupFields
from app.groups.rules import Rule
from app.management.services import application_access, groups
from app.management.services.actor import Actor
from app.management.services.deployment_file.applying import Change, Item
from app.management.services.deployment_file.references import References
from federation.errors import InvalidFields, Problem


def group(actor: Actor, _references: References, item: Item) -> Change | None:
    """Makes the group so; who was put into it stays."""
    given = item.get("rules", {})
    rules = frozenset(Rule(kind, value) for kind, values in given.items() for value in values)
    words = {name: item[name] for name in ("display", "description") if name in item}
    known = catalog.get(actor.session, item["name"])
    if known is None or known.name != item["name"]:
        made = groups.create(actor, GroupFields(item["name"], rules=rules, **words))
        return Change("add", "group", made.name)
    kept = rules if "rules" in item else known.fields.rules
    wanted = groups.usual(actor, replace(known.fields, rules=kept, **words))
    if wanted == known.fields:
        return None
    groups.change(actor, known, wanted, known.version)
    before, after = asdict(known.fields), asdict(wanted)
    members = tuple(name for name in after if before[name] != after[name])
    return Change("change", "group", known.name, members)


def unnamed_groups(actor: Actor, named: frozenset[str]) -> Iterator[Change]:
    for one in catalog.every(actor.session):
        if one.name not in named:
            groups.delete(actor, one, one.version)
            yield Change("delete", "group", one.name)


def access_of(actor: Actor, client_id: str, wanted: Item | None) -> Iterator[str]:
    """Who may come in, where the file says so; what it leaves out goes to its default."""
    if wanted is None:
        return
    before = access.of_client(actor.session, client_id)
    plain = {name: wanted[name] for name in ("mode", "seen", "form", "contact") if name in wanted}
    after = access.Access(
        client_id, groups=_groups(actor, wanted.get("groups", {})), version=before.version, **plain
    )
    if after != before:
        application_access.save(actor, after)
        yield "access"


def _groups(actor: Actor, wanted: Mapping[str, Item]) -> dict[str, GroupThere]:
    found = {}
    for name, there in wanted.items():
        known = catalog.get(actor.session, name)
        if known is None:
            raise InvalidFields([Problem("access", f"There is no group {name}.")])
        roles = tuple(there.get("roles", ()))
        said = GroupThere(there.get("enters", False), there.get("seen", False), roles)
        if said.says_something:
            found[known.id] = said
    return found
