"""Enablements: which application may use which connection, and what it learns through it."""

from collections.abc import Iterable

from app.enablement import sources
from app.enablement.policy import Policy, Release
from app.enablement.sources import Enablement
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.problems import NotFound
from app.management.api.resources.clients import load
from app.management.api.schema import FLAG, Json, Member, Record, closed, number, or_null, text
from app.management.services import enablements as service
from app.management.services.previews import preview

RELEASE = closed(
    {"id_token": FLAG, "userinfo": FLAG, "as": or_null(text(128, least=1))},
    ("id_token", "userinfo"),
)


def record(releasable: Iterable[str]) -> Record:
    """:param releasable: the claims that can be set."""
    claims = closed(dict.fromkeys(releasable, RELEASE))
    return Record(
        "Enablement",
        (
            Member("client_id", text(128), "told"),
            Member("connection_id", text(32), "told"),
            Member("enabled", FLAG, needed=True),
            Member("position", number(), about="Order of the buttons."),
            Member(
                "allow_sign_up", FLAG, about="Whether people who are new here may come in by it."
            ),
            Member(
                "source_tokens",
                FLAG,
                about="Whether the client may have people's tokens at the source by token exchange "
                "(RFC 8693), where the connection keeps them.",
            ),
            Member(
                "claims",
                claims,
                about="Where each claim goes, and under which name; a claim that "
                "is not named goes where it goes by default.",
            ),
            Member("version", number(), "told"),
        ),
    )


def list_enablements(call: Call) -> Answer:
    client_id = load(call).client_id
    known = sources.of_client(call.session, client_id)
    found = slice_after(call, known, lambda one: one.connection_id)
    return page(call, found, _told, lambda one: one.connection_id)


def show(call: Call) -> Answer:
    return _answer(_load(call))


def replace(call: Call) -> Answer:
    """What is left out goes to its default."""
    before = _load(call)
    call.demand_version(before.version)
    body = call.body
    wanted = Enablement(
        before.client_id,
        before.connection_id,
        enabled=body["enabled"],
        position=body.get("position", 0),
        allow_sign_up=body.get("allow_sign_up", True),
        source_tokens=body.get("source_tokens", False),
        policy=Policy({name: _release(one) for name, one in body.get("claims", {}).items()}),
    )
    return _answer(service.save(call.actor, wanted, before.version))


def show_preview(call: Call) -> Answer:
    seen = preview(
        call.provider, call.federation, call.session, load(call), _load(call), call.query["sub"]
    )
    if seen is None:
        raise NotFound("There is no such account.")
    return Answer({"id_token": dict(seen.id_token), "userinfo": dict(seen.userinfo)})


def _load(call: Call) -> Enablement:
    client_id = load(call).client_id
    connection = call.federation.connections.get(call.session, call.path["connection_id"])
    if connection is None:
        raise NotFound("There is no such connection.")
    return sources.get(call.session, client_id, connection.id)


def _release(sent: Json) -> Release:
    return Release(sent["id_token"], sent["userinfo"], sent.get("as"))


def _answer(one: Enablement) -> Answer:
    return Answer(_told(one), one.version)


def _told(one: Enablement) -> Json:
    names = (
        *("client_id", "connection_id", "enabled", "position", "allow_sign_up"),
        *("source_tokens", "version"),
    )
    claims = {
        name: {"id_token": release.id_token, "userinfo": release.userinfo, "as": release.as_name}
        for name, release in one.policy.claims.items()
    }
    return {name: getattr(one, name) for name in names} | {"claims": claims}


PREVIEW = Record(
    "ClaimsPreview",
    (
        Member("id_token", {"type": "object"}, "told"),
        Member("userinfo", {"type": "object"}, "told"),
    ),
)
SUB = Parameter("sub", text(22, least=1), "The person.", needed=True)
OPERATIONS = (
    Operation(
        "listEnablements",
        "Connections that were ever enabled for a client.",
        list_enablements,
        "EnablementPage",
        query=PAGED,
        fails=(404,),
    ),
    Operation(
        "showEnablement",
        "What a client may do with a connection; at version 0 nothing was ever said.",
        show,
        "Enablement",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "replaceEnablement",
        "Enables or disables a connection for a client and sets its claim release policy.",
        replace,
        "Enablement",
        body="EnablementNew",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "previewClaims",
        "What the tokens would hold for a person with every scope, phone numbers masked.",
        show_preview,
        "ClaimsPreview",
        query=(SUB,),
        fails=(404,),
    ),
)
