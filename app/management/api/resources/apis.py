"""APIs: the protected resources that access tokens are for, with their scopes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.management.api.operation import Answer, Call, Operation
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.problems import NotFound, Problem
from app.management.api.schema import (
    FLAG,
    MOMENT,
    Member,
    Record,
    closed,
    list_of,
    number,
    one_of,
    text,
)
from app.management.services import apis as service
from app.management.services import records
from oidc.apis.api import (
    FORMATS,
    LANGUAGES,
    LIFETIME,
    MOST_RESOURCE,
    MOST_SCOPES,
    MOST_WORDS,
    Api,
    ApiFields,
    ApiScope,
)

WORDS = closed(dict.fromkeys(LANGUAGES, text(MOST_WORDS)))
SCOPE = closed({"name": text(128, least=1), "words": WORDS}, ("name",))
RECORD = Record(
    "Api",
    (
        Member("id", text(32, least=1), "once", about="Made up if left out."),
        Member(
            "resource",
            text(MOST_RESOURCE, least=1),
            "once",
            needed=True,
            about="Its resource identifier (RFC 8707): what its tokens carry as `aud`.",
        ),
        Member("name", WORDS, about="What people see on the consent page."),
        Member("scopes", list_of(SCOPE, MOST_SCOPES), about="With what each lets a client do."),
        Member(
            "default_scopes",
            list_of(text(128, least=1), MOST_SCOPES),
            about="What a request gets that names the API and no scope.",
        ),
        Member("token_format", one_of(*FORMATS), about="Of its access tokens; jwt unless told."),
        Member(
            "token_lifetime",
            number(*LIFETIME),
            nullable=True,
            about="Seconds; null for what the client has.",
        ),
        Member(
            "introspected_by",
            list_of(text(128, least=1), MOST_SCOPES),
            about="Clients that may introspect its tokens.",
        ),
        Member(
            "open_to_self_registered",
            FLAG,
            about="Whether clients that registered themselves may ask for it.",
        ),
        Member("created_at", MOMENT, "told"),
        Member("updated_at", MOMENT, "told"),
        Member("version", number(), "told"),
    ),
)


def list_apis(call: Call) -> Answer:
    known = call.provider.apis.all(call.session)
    found = slice_after(call, known, lambda one: one.id)
    return page(call, found, records.api, lambda one: one.id)


def show(call: Call) -> Answer:
    return _answer(_load(call))


def create(call: Call) -> Answer:
    made = service.create(call.actor, _fields(call.body), call.body.get("id"))
    return replace(_answer(made), location=f"/apis/{made.id}")


def change(call: Call) -> Answer:
    before = _load(call)
    call.demand_version(before.version)
    return _answer(
        service.change(call.actor, before, _fields({**records.api(before), **call.body}))
    )


def delete(call: Call) -> Answer:
    service.delete(call.actor, _load(call))
    return Answer()


def problems_of_new(call: Call) -> Iterator[Problem]:
    """What is wrong with the meaning of a new API."""
    found = service.problems_of_new(call.actor, _fields(call.body))
    yield from (Problem(*problem) for problem in found)


def _load(call: Call) -> Api:
    known = call.provider.apis.find(call.session, call.path["api_id"])
    if known is None:
        raise NotFound("There is no such API.")
    return known


def _fields(sent: Mapping[str, Any]) -> ApiFields:
    """What is left out goes to its default."""
    names = ("name", "token_format", "token_lifetime", "open_to_self_registered")
    given = {name: sent[name] for name in names if name in sent}
    scopes = (ApiScope(one["name"], one.get("words", {})) for one in sent.get("scopes", ()))
    return ApiFields(
        resource=sent.get("resource", ""),
        scopes=tuple(scopes),
        default_scopes=tuple(sent.get("default_scopes", ())),
        introspected_by=tuple(sent.get("introspected_by", ())),
        **given,
    )


def _answer(one: Api) -> Answer:
    return Answer(records.api(one), one.version)


OPERATIONS = (
    Operation("listApis", "APIs, by id.", list_apis, "ApiPage", query=PAGED),
    Operation(
        "createApi",
        "Registers an API with its scopes.",
        create,
        "Api",
        201,
        "ApiNew",
        check=problems_of_new,
        versioned=True,
        fails=(409,),
    ),
    Operation("showApi", "One API.", show, "Api", versioned=True, fails=(404,)),
    Operation(
        "changeApi",
        "Changes what is sent; null takes a lifetime back to the client's.",
        change,
        "Api",
        body="ApiChange",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "deleteApi",
        "Removes an API; tokens for it that are out live until they end.",
        delete,
        status=204,
        fails=(404,),
    ),
)
