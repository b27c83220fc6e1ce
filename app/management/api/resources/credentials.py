"""Credentials of every source, in the form that each declares."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from app.management.api.operation import Answer, Call, Operation
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.problems import ApiProblem, Conflict, Invalid, NotFound, Problem
from app.management.api.schema import (
    FLAG,
    MOMENT,
    Json,
    Member,
    Record,
    closed,
    number,
    or_null,
    text,
)
from app.management.services import credentials as service
from federation import Credential, CredentialFields, Fault, Source
from federation.credentials import LONGEST_ID
from federation.errors import InvalidFields, Misconfigured, Unavailable
from federation.fields import LONGEST

LINES = r"^[^\u0000-\u0008\u000b-\u001f\u007f]*$"
"""What may be typed: lines, as a key in PEM has them."""
VALUES: Json = {
    "type": "object",
    "properties": {},
    "additionalProperties": or_null(text(LONGEST, pattern=LINES)),
}
ERRCODE = or_null(text(64))
FAULT = or_null(closed({"errcode": ERRCODE, "at": MOMENT}))
CHECK = Record(
    "CredentialCheck",
    (
        Member("accepted", FLAG, "told", about="Whether the source takes it."),
        Member("errcode", ERRCODE, "told", about="The source's number or name of why not."),
    ),
)
RECORD = Record(
    "Credential",
    (
        Member("source", text(16), "once", needed=True, about="Such as `wechat`."),
        Member(
            "id", text(LONGEST_ID), "once", needed=True, about="How the source names it: an AppID."
        ),
        Member("kind", text(16), "once", about="Where the source has several."),
        Member("name", text(64), about="For administrators to know it by."),
        Member(
            "values", VALUES, about="By the fields that the source declares; secrets are not told."
        ),
        Member("is_default", FLAG, about="For connections that name none."),
        Member("usable", FLAG, "told", about="Whether its secrets are there and can be read."),
        Member("secret_since", or_null(MOMENT), "told", about="When they were stored."),
        Member("fault", FAULT, "told", about="Why the source last refused it."),
        Member("version", number(1), "told"),
    ),
)


def list_credentials(call: Call) -> Answer:
    every = sorted(_every(call), key=lambda one: _key(*one[:2]))
    found = slice_after(call, every, lambda one: _key(*one[:2]))
    return page(call, found, lambda one: _told(*one), lambda one: _key(*one[:2]))


def show(call: Call) -> Answer:
    return _answer(call, *load(call))


def create(call: Call) -> Answer:
    source = call.federation.sources.get(call.body["source"])
    if source is None:
        raise Invalid([Problem("source", "is not a source")])
    with _told_as_sent(source):
        made = service.create(call.actor, source, _wanted(source, call.body))
    return replace(_answer(call, source, made), location=f"/credentials/{_key(source, made)}")


def change(call: Call) -> Answer:
    source, before = load(call)
    call.demand_version(before.version)
    kept = CredentialFields.of(before, source.credentials)
    sent = {name: call.body[name] for name in ("name", "is_default") if name in call.body}
    wanted = replace(kept, values={**kept.values, **_values(call.body)}, **sent)
    with _told_as_sent(source):
        changed = service.change(call.actor, source, before, wanted, before.version)
    return _answer(call, source, changed)


def delete(call: Call) -> Answer:
    source, known = load(call)
    used = service.used_by(call.actor, source, known)
    if used:
        users = [{"type": "connection", "id": one.id} for one in used]
        raise Conflict("Connections use it; change or delete them first.", users)
    service.delete(call.actor, source, known)
    return Answer()


def check(call: Call) -> Answer:
    """A refusal is an answer, and is remembered for the administrators."""
    (source, known), actor = load(call), call.actor
    if source.check_credential is None:
        raise NotFound("The source cannot be asked.")
    call.session.commit()  # what proves the caller stands; the database does not wait
    try:
        service.check(actor, source, known)
    except Misconfigured as error:
        return Answer({"accepted": False, "errcode": _text(error.errcode)})
    except Unavailable as error:
        raise ApiProblem("temporarily_unavailable", "The source could not be asked.") from error
    return Answer({"accepted": True, "errcode": None})


def take_down(call: Call) -> Answer:
    over = service.take_down(call.actor, *load(call), revoke=call.body["revoke"])
    return Answer({"sessions": over.sessions, "grants": over.grants})


def problems_of_new(call: Call) -> Iterator[Problem]:
    source = call.federation.sources.get(call.body.get("source", ""))
    if source is None:
        yield Problem("source", "is not a source")
        return
    found = _wanted(source, call.body).problems(source.credentials, is_new=True)
    yield from (_named(source, *one) for one in found)


@contextmanager
def _told_as_sent(source: Source) -> Iterator[None]:
    try:
        yield
    except InvalidFields as error:
        raise Invalid([_named(source, *one) for one in error.problems]) from error


def _named(source: Source, name: str, message: str) -> Problem:
    """A problem of a field, as the body has the field."""
    form = source.credentials
    if name == form.id.name:
        return Problem("id", message)
    return Problem(f"values.{name}" if name in {one.name for one in form.fields} else name, message)


def _wanted(source: Source, body: Json) -> CredentialFields:
    kinds = source.credentials.kinds
    return CredentialFields(
        id=body.get("id", ""),
        kind=body.get("kind", kinds[0].id if len(kinds) == 1 else ""),
        values=_values(body),
        name=body.get("name", ""),
        is_default=body.get("is_default", False),
    )


def _values(body: Json) -> dict[str, str]:
    return {name: value or "" for name, value in body.get("values", {}).items()}


def _every(call: Call) -> Iterator[tuple[Source, Credential, Fault | None]]:
    for store in call.federation.credentials:
        faults = {fault.credential_id: fault for fault in store.faults(call.session)}
        for one in store.all(call.session):
            yield store.source, one, faults.get(one.id)


def load(call: Call) -> tuple[Source, Credential]:
    source = call.federation.sources.get(call.path["source"])
    store = call.federation.credentials.of(source.id) if source else None
    known = store.get(call.session, call.path["id"]) if store else None
    if source is None or known is None:
        raise NotFound
    return source, known


def _answer(call: Call, source: Source, one: Credential) -> Answer:
    faults = call.federation.credentials.of(source.id).faults(call.session)
    fault = next((fault for fault in faults if fault.credential_id == one.id), None)
    return Answer(_told(source, one, fault), one.version)


def _told(source: Source, one: Credential, fault: Fault | None) -> Json:
    hidden = {field.name for field in source.credentials.fields if field.secret}
    hidden |= {field.name for field in source.credentials.fields if field.confidential}
    return {
        "source": source.id,
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "values": {name: value for name, value in one.values.items() if name not in hidden},
        "is_default": one.is_default,
        "usable": one.is_usable,
        "secret_since": one.secret_since,
        "fault": {"errcode": _text(fault.errcode), "at": fault.at} if fault else None,
        "version": one.version,
    }


def _key(source: Source, one: Credential) -> str:
    return f"{source.id}/{one.id}"


def _text(errcode: Any) -> str | None:
    return None if errcode is None else str(errcode)


OPERATIONS = (
    Operation(
        "listCredentials",
        "Credentials of every source, by source and id.",
        list_credentials,
        "CredentialPage",
        query=PAGED,
    ),
    Operation(
        "createCredential",
        "Stores a credential.",
        create,
        "Credential",
        201,
        "CredentialNew",
        check=problems_of_new,
        versioned=True,
    ),
    Operation(
        "showCredential",
        "One credential, without its secrets.",
        show,
        "Credential",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "changeCredential",
        "Changes what is sent, new secrets included.",
        change,
        "Credential",
        body="CredentialChange",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "deleteCredential",
        "Forgets a credential that no connection uses.",
        delete,
        status=204,
        fails=(404, 409),
    ),
    Operation(
        "checkCredential",
        "Asks the source whether it takes the credential; nobody is signed in.",
        check,
        "CredentialCheck",
        fails=(404,),
    ),
    Operation(
        "takeDownCredential",
        "Switches off every connection that rests on it; with `revoke` ends who came by them.",
        take_down,
        "Ended",
        body="TakeDown",
        fails=(404, 412),
    ),
)
