"""Connections: the sign-in methods that people see as buttons."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.problems import Conflict, NotFound, Problem
from app.management.api.schema import FLAG, Json, Member, Record, closed, number, one_of, text
from app.management.services import connections as service
from app.management.services import records
from federation import Connection, ConnectionFields
from federation.connections import ASSOCIATIONS, LAST, LOCALES, PHONE_RULES
from federation.credentials import LONGEST_ID
from federation.fields import Field
from federation.source import Mode
from federation.sources import options_of_all

NAMES = closed({locale: text(40) for locale in LOCALES})


def record(modes: Iterable[Mode]) -> Record:
    """A connection by one of these modes; what only some modes have stands beside the rest."""
    known = tuple(modes)
    return Record("Connection", (*_members(known), *map(_option, options_of_all(known))))


def _option(option: Field) -> Member:
    values = [choice.value for choice in option.choices]
    about = f"{option.label}; of modes that have it."
    return Member(option.name, one_of(*values) if values else text(), about=about)


def _members(modes: tuple[Mode, ...]) -> tuple[Member, ...]:
    return (
        Member(
            "id",
            text(31, least=1, pattern="^[a-z0-9-]*$"),
            "once",
            needed=True,
            about="The unique ID; it never changes.",
        ),
        Member("mode", one_of(*(mode.id for mode in modes)), "once", needed=True),
        Member("display_name", NAMES, needed=True, about="On the button, in each language."),
        Member(
            "app_id",
            text(LONGEST_ID),
            nullable=True,
            about="The credential; null for the default one of its kind.",
        ),
        Member("login_only", FLAG, about="For people who have an account; makes none."),
        Member("phone", one_of(*PHONE_RULES), about="Whether the phone number is asked for."),
        Member(
            "association",
            one_of(*ASSOCIATIONS),
            about="How people who are new here find an account that they have.",
        ),
        Member("enabled", FLAG),
        Member("position", number(0, LAST), about="Order of the buttons."),
        Member(
            "effective_app_id",
            text(LONGEST_ID),
            "told",
            nullable=True,
            about="The credential in use, the default one included.",
        ),
        Member("usable", FLAG, "told", about="Whether it has a credential that can be used."),
        Member("version", number(1), "told"),
    )


FORCE = Parameter("force", FLAG, "Delete it although applications use it.")


def list_connections(call: Call) -> Answer:
    found = slice_after(call, _all(call), lambda one: one.id)
    return page(call, found, lambda one: _told(call, one), lambda one: one.id)


def show(call: Call) -> Answer:
    return _answer(call, _load(call))


def create(call: Call) -> Answer:
    made = service.create(call.actor, _wanted(call))
    return replace(_answer(call, made), location=f"/connections/{made.id}")


def change(call: Call) -> Answer:
    before = _load(call)
    call.demand_version(before.version)
    fields = _changed(call, before)
    service.change(call.actor, before, fields, before.version)
    return _answer(call, _load(call))


def delete(call: Call) -> Answer:
    one = _load(call)
    users = [
        {"type": "client", "id": each.client_id} for each in service.used_by(call.actor, one.id)
    ]
    if users and not call.query.get("force"):
        raise Conflict("Applications use it; switch it off there, or send force=true.", users)
    service.delete(call.actor, one.id)
    return Answer()


def disable(call: Call) -> Answer:
    over = service.switch(call.actor, _load(call), enabled=False, revoke=call.body["revoke"])
    return Answer({"sessions": over.sessions, "grants": over.grants})


def problems_of_new(call: Call) -> Iterator[Problem]:
    fields, sources = _wanted(call), call.federation.sources
    source = sources.of_mode(fields.mode)
    store = call.federation.credentials.of(source.id) if source else None
    known = {one.id: one for one in store.all(call.session)} if store else {}
    yield from (Problem(*one) for one in fields.problems(sources, known))


def _wanted(call: Call) -> ConnectionFields:
    values: dict[str, Any] = {"id": "", "mode": "", **call.body}
    options = _taken_out(call, values["mode"], values)
    return ConnectionFields(**{**values, "app_id": values.get("app_id") or "", "options": options})


def _taken_out(call: Call, mode: str, values: Json) -> dict[str, str]:
    """The mode's own options, out of the values; those of other modes mean nothing to it."""
    names = [option.name for option in options_of_all(call.federation.sources.modes)]
    given = {name: values.pop(name) for name in names if name in values}
    return service.options_of(call.federation.sources, mode, given)


def _changed(call: Call, before: Connection) -> ConnectionFields:
    values = dict(call.body)
    values["options"] = {**before.options, **_taken_out(call, before.mode, values)}
    if "app_id" in values:
        values["app_id"] = values["app_id"] or ""
    if "display_name" in values:
        values["display_name"] = {**before.display_name, **values["display_name"]}
    return replace(ConnectionFields.of(before), **values)


def _all(call: Call) -> list[Connection]:
    call.federation.connections.invalidate()  # what is read here may be written next
    return call.federation.connections.all(call.session)


def _load(call: Call) -> Connection:
    for one in _all(call):
        if one.id == call.path["connection_id"]:
            return one
    raise NotFound


def _answer(call: Call, one: Connection) -> Answer:
    return Answer(_told(call, one), one.version)


def _told(call: Call, one: Connection) -> Json:
    return records.connection(one, options_of_all(call.federation.sources.modes))


OPERATIONS = (
    Operation(
        "listConnections",
        "Connections, by their IDs.",
        list_connections,
        "ConnectionPage",
        query=PAGED,
    ),
    Operation(
        "createConnection",
        "Offers a way to sign in.",
        create,
        "Connection",
        201,
        "ConnectionNew",
        check=problems_of_new,
        versioned=True,
    ),
    Operation(
        "showConnection",
        "One connection.",
        show,
        "Connection",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "changeConnection",
        "Changes what is sent.",
        change,
        "Connection",
        body="ConnectionChange",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "deleteConnection",
        "Removes it with the sessions and tokens that came from it; accounts stay.",
        delete,
        status=204,
        query=(FORCE,),
        fails=(404, 409),
    ),
    Operation(
        "disableConnection",
        "Switches it off for everybody; with `revoke` ends who came by it, now or before.",
        disable,
        "Ended",
        body="TakeDown",
        fails=(404, 412),
    ),
)
