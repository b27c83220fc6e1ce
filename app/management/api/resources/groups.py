"""Groups of people: their rules, and who is in them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.groups import catalog, members
from app.groups.catalog import (
    MOST_DESCRIPTION,
    MOST_DISPLAY,
    MOST_NAME,
    Group,
    GroupFields,
)
from app.groups.members import Member as GroupMember
from app.groups.rules import KINDS, MOST_RULES, Rule
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, limit, moment_and_id, page, slice_after
from app.management.api.problems import NotFound, Problem
from app.management.api.schema import (
    MOMENT,
    Json,
    Member,
    Record,
    closed,
    list_of,
    number,
    one_of,
    text,
)
from app.management.services import groups as service
from app.management.services import records
from federation.errors import InvalidFields

RULES = closed(
    {
        "connection": {
            **list_of(text(32, least=1), MOST_RULES),
            "description": "Whoever has signed in by one of these connections.",
        },
        "phone": {
            **list_of(text(32, least=1), MOST_RULES),
            "description": "Whoever has proven to have one of these numbers.",
        },
        "email_domain": {
            **list_of(text(255, least=1), MOST_RULES),
            "description": "Whoever has a verified e-mail address at one of these domains.",
        },
    }
)
RECORD = Record(
    "Group",
    (
        Member("id", text(32), "told"),
        Member("name", text(MOST_NAME, least=1), needed=True, about="What clients are told."),
        Member("display", text(MOST_DISPLAY), about="What administrators read; empty for `name`."),
        Member("description", text(MOST_DESCRIPTION, pattern="")),
        Member("rules", RULES, about="Who is a member without having been put there."),
        Member("created_at", MOMENT, "told"),
        Member("updated_at", MOMENT, "told"),
        Member("version", number(), "told"),
    ),
)
MEMBER = Record(
    "GroupMember",
    (
        Member("sub", text(22), "told"),
        Member("name", text(200), "told", nullable=True),
        Member("username", text(64), "told", nullable=True),
        Member("phone", text(20), "told", nullable=True, about="Without its middle."),
        Member("origin", one_of("hand", "import", "merge", "rule"), "told"),
    ),
)
OF_ACCOUNT = Record(
    "AccountGroup",
    (
        Member("id", text(32), "told"),
        Member("name", text(MOST_NAME), "told"),
        Member("by_rule", {"type": "boolean"}, "told", about="A rule alone puts the person there."),
    ),
)
PEOPLE = closed(
    {
        "people": {
            **list_of(text(254, least=1), service.MOST_NAMED),
            "description": "By sub, user name, phone number, e-mail address or name at a source.",
        },
        "origin": one_of("hand", "import"),
    },
    ("people",),
)
ADDED = Record(
    "GroupMembersAdded",
    (
        Member("added", number(), "told"),
        Member("unknown", list_of(text(254)), "told", about="What names nobody."),
        Member("several", list_of(text(254)), "told", about="What names more than one person."),
    ),
)


def list_groups(call: Call) -> Answer:
    found = slice_after(call, catalog.every(call.session), lambda one: one.id)
    told = [replace(one, fields=_with_rules(call, one)) for one in found]
    return page(call, told, records.group, lambda one: one.id)


def _with_rules(call: Call, one: Group) -> GroupFields:
    return replace(one.fields, rules=catalog.rules_of(call.session, one.id))


def show(call: Call) -> Answer:
    return _answer(_load(call))


def create(call: Call) -> Answer:
    made = service.create(call.actor, _fields(call.body))
    return replace(_answer(made), location=f"/groups/{made.id}")


def change(call: Call) -> Answer:
    before = _load(call)
    call.demand_version(before.version)
    known = records.group(before)
    rules = {**known["rules"], **call.body.get("rules", {})}
    fields = _fields({**known, **call.body, "rules": rules})
    return _answer(service.change(call.actor, before, fields, before.version))


def delete(call: Call) -> Answer:
    known = _load(call)
    service.delete(call.actor, known, known.version)
    return Answer()


def list_members(call: Call) -> Answer:
    known, most = _load(call), limit(call)
    found = members.page(
        call.session,
        known.id,
        words=call.query.get("q", ""),
        after=moment_and_id(call),
        limit=most + 1,
    )
    return page(call, found, records.member, _key)


def _key(one: GroupMember) -> str:
    return f"{one.created_at}.{one.account_id}"


def add_members(call: Call) -> Answer:
    known = _load(call)
    named = service.people_named(call.session, call.body["people"])
    origin = call.body.get("origin", "hand")
    added = service.add_members(call.actor, known, named.ids, origin)
    told = {"unknown": list(named.unknown), "several": list(named.several)}
    return Answer({"added": added, **told})


def remove_member(call: Call) -> Answer:
    if not service.remove_members(call.actor, _load(call), [call.path["sub"]]):
        raise NotFound("Nobody put this person into the group.")
    return Answer()


def list_of_account(call: Call) -> Answer:
    found = members.of_account(call.session, call.path["sub"])
    shown = slice_after(call, found, lambda one: one[0])
    return page(call, shown, _of_account, lambda one: one[0])


def _of_account(one: tuple[str, str, bool]) -> Json:
    return {"id": one[0], "name": one[1], "by_rule": not one[2]}


def problems_of_new(call: Call) -> Iterator[Problem]:
    """What is wrong with the meaning of a new group."""
    try:
        catalog.check(_fields(call.body))
    except InvalidFields as error:
        yield from (Problem(one.field, one.message) for one in error.problems)


def _load(call: Call) -> Group:
    known = catalog.get(call.session, call.path["group_id"])
    if known is None:
        raise NotFound("There is no such group.")
    return known


def _fields(sent: Mapping[str, Any]) -> GroupFields:
    """What is left out goes to its default."""
    given = sent.get("rules", {})
    rules = frozenset(Rule(kind, value) for kind in KINDS for value in given.get(kind, ()))
    words = {name: sent[name] for name in ("display", "description") if name in sent}
    return GroupFields(sent.get("name", ""), rules=rules, **words)


def _answer(one: Group) -> Answer:
    return Answer(records.group(one), one.version)


WORDS = Parameter("q", text(200), "A sub, phone number, e-mail address, or how a name begins.")
OPERATIONS = (
    Operation("listGroups", "Groups, by id.", list_groups, "GroupPage", query=PAGED),
    Operation(
        "createGroup",
        "Makes a group, with rules for who is in it.",
        create,
        "Group",
        201,
        "GroupNew",
        check=problems_of_new,
        versioned=True,
        fails=(409,),
        most_bytes=512 * 1024,
    ),
    Operation("showGroup", "One group.", show, "Group", versioned=True, fails=(404,)),
    Operation(
        "changeGroup",
        "Changes what is sent; of the rules those of the kinds that are sent.",
        change,
        "Group",
        body="GroupChange",
        versioned=True,
        fails=(404,),
        most_bytes=512 * 1024,
    ),
    Operation(
        "deleteGroup",
        "Deletes a group; no client lets anybody in by it any more.",
        delete,
        status=204,
        fails=(404, 412),
    ),
    Operation(
        "listGroupMembers",
        "Who is in a group, those of rules with them; the newest accounts first.",
        list_members,
        "GroupMemberPage",
        query=(*PAGED, WORDS),
        fails=(404,),
    ),
    Operation(
        "addGroupMembers",
        "Puts people into a group; who is there already stays.",
        add_members,
        "GroupMembersAdded",
        body="GroupMembersNew",
        fails=(404,),
        most_bytes=512 * 1024,
    ),
    Operation(
        "removeGroupMember",
        "Takes somebody out who was put there; a rule may keep them in.",
        remove_member,
        status=204,
        fails=(404,),
    ),
    Operation(
        "listAccountGroups",
        "The groups that a person is in, by whatever way.",
        list_of_account,
        "AccountGroupPage",
        query=PAGED,
    ),
)
