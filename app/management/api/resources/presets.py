"""Presets: the programs that people run, with what each needs and is told; and clients compared."""

from collections.abc import Callable

from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.problems import Invalid, NotFound, Problem
from app.management.api.resources.clients import load
from app.management.api.schema import (
    FLAG,
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
from app.management.services import presets as service
from app.management.services import records
from app.management.services.client_check import examine
from app.management.services.preset_values import pasted
from app.management.services.presets import CATEGORIES, Preset, UnknownPreset

Teller = Callable[[Preset], records.Record]
LONG: Json = {"type": "string"}
PASTE = closed({"place": LONG, "text": LONG}, ("place", "text"))
WORDS = closed({"en": LONG, "zh": LONG})
RECORD = Record(
    "Preset",
    (
        Member("id", text(64), "told"),
        Member("title", LONG, "told"),
        Member("aliases", list_of(LONG), "told"),
        Member("category", one_of(*CATEGORIES), "told"),
        Member("documents", LONG, "told", about="What the program says about signing in."),
        Member(
            "run",
            LONG,
            "told",
            nullable=True,
            about="The version that it was run with; null: from its documents, not run.",
        ),
        Member("registers", FLAG, "told", about="Whether an application is registered for it."),
        Member("pkce", one_of("always", "option", "nonce", "none"), "told"),
        Member("redirect_uris", list_of(LONG), "told", about="Patterns: `<<url>>` is its address."),
        Member("post_logout_redirect_uris", list_of(LONG), "told"),
        Member("backchannel_logout_uri", LONG, "told"),
        Member("frontchannel_logout_uri", LONG, "told"),
        Member("variables", {"type": "object"}, "told", about="Parts of the patterns."),
        Member("claims", list_of(LONG), "told", about="What it reads of people."),
        Member("metadata", {"type": "object"}, "told", about="Of its client, beside addresses."),
        Member("note", WORDS, "told"),
        Member("paste", list_of(PASTE), "told", about="What goes into it, filled in."),
    ),
)
FINDING = closed(
    {
        "level": one_of("wrong", "care", "past"),
        "about": LONG,
        "seen": LONG,
        "advice": LONG,
        "change": {"type": "object", "description": "Members for PATCH."},
        "detail": LONG,
        "told": LONG,
        "times": number(),
        "last_at": {**MOMENT, "type": ["integer", "null"]},
    },
    ("level", "about", "seen", "advice", "change", "detail", "told", "times", "last_at"),
)
CHECK = Record(
    "ClientCheck",
    (
        Member("client_id", text(128), "told"),
        Member("preset", text(64), "told", nullable=True),
        Member("ok", FLAG, "told", about="Whether nothing has to be changed."),
        Member(
            "signed_in_at", MOMENT, "told", nullable=True, about="When it last redeemed a code."
        ),
        Member("findings", list_of(FINDING), "told"),
    ),
)
SEARCH = Parameter("search", text(100), "Words of its name, its other names or its category.")
CATEGORY = Parameter("category", one_of(*CATEGORIES), "Of one category alone.")
CLIENT = Parameter("client_id", text(128), "The client whose values are filled in.")
PRESET = Parameter("preset", text(64), "The program; left out, the one it was registered as.")


def list_presets(call: Call) -> Answer:
    known = service.matching(call.query.get("search", ""), call.query.get("category", ""))
    return page(call, slice_after(call, known, lambda one: one.id), _told(call), lambda one: one.id)


def show(call: Call) -> Answer:
    return Answer(_told(call)(_load(call.path["preset_id"])))


def check(call: Call) -> Answer:
    program = call.query.get("preset")
    if program is not None:
        _known(program)
    return Answer(records.examination(examine(call.actor, load(call), program)))


def _told(call: Call) -> Teller:
    client_id = call.query.get("client_id")
    client = call.provider.clients.stored(call.session, client_id) if client_id else None
    if client_id and client is None:
        raise Invalid([Problem("client_id", "is not the id of a client")])
    return lambda one: records.preset(one, pasted(one, call.provider, client))


def _load(name: str) -> Preset:
    try:
        return service.load(name)
    except UnknownPreset:
        raise NotFound("There is no such preset.") from None


def _known(name: str) -> None:
    try:
        service.load(name)
    except UnknownPreset:
        raise Invalid([Problem("preset", "is not the name of a preset")]) from None


OPERATIONS = (
    Operation(
        "listPresets",
        "Programs that people run, and what each needs of a client.",
        list_presets,
        "PresetPage",
        query=(*PAGED, SEARCH, CATEGORY),
    ),
    Operation(
        "showPreset",
        "One program, by its id or another of its names.",
        show,
        "Preset",
        query=(CLIENT,),
        fails=(404,),
    ),
    Operation(
        "checkClient",
        "Compares a client with a preset and with what its last requests did.",
        check,
        "ClientCheck",
        query=(PRESET,),
        fails=(404,),
    ),
)
