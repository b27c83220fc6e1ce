"""Clients: applications that may send people here. Their members are those of RFC 7591."""

from collections.abc import Iterator
from dataclasses import replace

from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, limit, page
from app.management.api.problems import Conflict, NotFound, Problem
from app.management.api.schema import number, one_of, text
from app.management.services import clients as service
from app.management.services import records
from app.management.services.client_search import MOST, search
from app.management.services.clients import metadata_of
from app.management.services.learning import LEARNT
from app.management.services.segments import segment_of
from oidc.clients.client import Client
from oidc.clients.metadata_parsing import InvalidMetadata

LEARNS = Parameter(
    "learns", one_of(*LEARNT), "Those alone that are told what this scope stands for."
)
NAMED = Parameter("q", text(MOST), "A part of the client_id, of a name, or of an address.")
OVERLAP = number(0, 90 * 86400)
USUAL_OVERLAP = 7 * 86400


def list_clients(call: Call) -> Answer:
    asked = call.query
    found = search(
        call.actor,
        asked.get("q", ""),
        after=asked.get("after", ""),
        limit=limit(call) + 1,
        learns=asked.get("learns", ""),
    )
    return page(call, found, records.client, lambda client: client.client_id)


def show(call: Call) -> Answer:
    return _answer(load(call))


def create(call: Call) -> Answer:
    metadata = metadata_of(call.provider, call.body)
    client, secret = service.create(call.actor, metadata, call.body.get("client_id"))
    return replace(_answer(client, secret), location=f"/clients/{segment_of(client.client_id)}")


def change(call: Call) -> Answer:
    """Also makes a secret where the client needs one now and has none."""
    client = load(call)
    call.demand_version(client.version)
    body = dict(call.body)
    disabled = body.pop("disabled", client.disabled)
    _spare_caller(call, client, disabled)
    secret = None
    if body:
        document = {**client.metadata.to_document(), **body}
        metadata = metadata_of(call.provider, document)
        client, secret = service.change(call.actor, client, metadata)
    if disabled != client.disabled:
        client = service.switch(call.actor, client, enabled=not disabled)
    return _answer(client, secret)


def rotate_secret(call: Call) -> Answer:
    overlap = call.body.get("overlap", USUAL_OVERLAP)
    return _answer(*service.rotate_secret(call.actor, load(call), overlap))


def delete(call: Call) -> Answer:
    client = load(call)
    _spare_caller(call, client, True)
    service.delete(call.actor, client)
    return Answer()


def problems_of_metadata(call: Call) -> Iterator[Problem]:
    """What is wrong with the meaning of a new client."""
    try:
        metadata_of(call.provider, call.body)
    except InvalidMetadata as error:
        yield from (Problem(*problem) for problem in error.problems)


def load(call: Call) -> Client:
    """The client that the path names, disabled or not."""
    client_id = call.path["client_id"]
    clients = call.provider.clients
    client = clients.stored(call.session, client_id) if len(client_id) <= 128 else None
    if client is None:
        raise NotFound("There is no such client.")
    return client


def _spare_caller(call: Call, client: Client, stops: bool) -> None:
    if stops and client.client_id == call.client_id:
        raise Conflict("This is the client that asks; it cannot stop itself.")


def _answer(client: Client, secret: str | None = None) -> Answer:
    return Answer(records.client(client, secret), client.version)


OPERATIONS = (
    Operation(
        "listClients",
        "Applications, by client_id.",
        list_clients,
        "ClientPage",
        query=(*PAGED, NAMED, LEARNS),
    ),
    Operation(
        "createClient",
        "Registers an application; its secret is told this once.",
        create,
        "ClientWithSecret",
        201,
        "ClientNew",
        check=problems_of_metadata,
        versioned=True,
    ),
    Operation("showClient", "One application.", show, "Client", versioned=True, fails=(404,)),
    Operation(
        "changeClient",
        "Changes what is sent; null takes a member back to its default.",
        change,
        "ClientWithSecret",
        body="ClientChange",
        versioned=True,
        fails=(404, 409),
    ),
    Operation(
        "deleteClient",
        "Removes an application with its consents and everything it was granted.",
        delete,
        status=204,
        fails=(404, 409),
    ),
    Operation(
        "rotateClientSecret",
        "Another secret, told this once; the old ones work on for `overlap` seconds.",
        rotate_secret,
        "ClientWithSecret",
        body="SecretRotation",
        body_needed=False,
        fails=(404, 409, 412),
    ),
)
