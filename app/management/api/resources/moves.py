"""Moving house: who would be found again, and who lost, before anything changes."""

from app.accounts.records.moving import BRIDGES
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.problems import Invalid, Problem
from app.management.api.resources.credentials import load
from app.management.api.schema import Member, Record, closed, list_of, number, or_null, text
from app.management.services import moving as service
from app.management.services.moving import Preview
from federation import Credential, Source
from federation.credentials import LONGEST_ID
from federation.errors import InvalidFields

PEOPLE = number(0, 2**53)
SUB = text(22, least=1)
RECORD = Record(
    "MovePreview",
    (
        Member(
            "counts",
            closed(dict.fromkeys(BRIDGES, PEOPLE), BRIDGES),
            "told",
            about="People: known there already; found again by the shared name; by the verified "
            "phone number; somebody new there who keeps another way in; lost.",
        ),
        Member("lost", list_of(SUB), "told", about="Accounts that nobody could open any more."),
        Member("next", or_null(SUB), "told", about="`after` of the next ones that are lost."),
        Member(
            "linking_by_phone",
            list_of(text(31)),
            "told",
            about="Connections that ask for the phone number and link by it.",
        ),
    ),
)
TO = Parameter("to", text(LONGEST_ID), "The credential of its kind that takes its place.")
LABEL = Parameter(
    "label",
    text(64),
    "Instead: the label of the account of the source's console that it moves to, such as an Open "
    "Platform account.",
)
AFTER = Parameter("after", text(22), f"`next` of before: {service.MOST_LOST} are named at a time.")


def preview(call: Call) -> Answer:
    source, known = load(call)
    to, label = call.query.get("to", ""), call.query.get("label", "").strip()
    if bool(to) == bool(label):
        raise Invalid([Problem("to", "say either to or label")])
    try:
        seen = _replaced(call, source, known, to) if to else _moved(call, source, known, label)
    except InvalidFields as error:
        name = "to" if to else "label"
        raise Invalid([Problem(name, one.message) for one in error.problems]) from error
    more = len(seen.lost) == service.MOST_LOST
    return Answer(
        {
            "counts": dict(seen.counts),
            "lost": list(seen.lost),
            "next": seen.lost[-1] if more else None,
            "linking_by_phone": list(seen.by_phone),
        }
    )


def _replaced(call: Call, source: Source, known: Credential, to: str) -> Preview:
    new = call.federation.credentials.of(source.id).get(call.session, to)
    if new is None:
        raise Invalid([Problem("to", "is not a credential of this source")])
    return service.replacing(call.actor, source, known, new, call.query.get("after", ""))


def _moved(call: Call, source: Source, known: Credential, label: str) -> Preview:
    field = service.label_field(source)
    if field is None:
        raise Invalid([Problem("label", "credentials of this source share no names")])
    after = call.query.get("after", "")
    return service.relabelling(call.actor, source, known, {field.name: label}, after)


OPERATIONS = (
    Operation(
        "previewMove",
        "Who would be found again, and who lost, where another takes its place or it moves to "
        "another account of the source's console. Nothing is changed.",
        preview,
        "MovePreview",
        query=(TO, LABEL, AFTER),
        fails=(404,),
    ),
)
