"""Files at the root of our address by which others see that the domain is ours."""

from app.domain_files import store
from app.management.api.operation import Answer, Call, Operation
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.problems import NotFound
from app.management.api.schema import MOMENT, Member, Record, text
from app.management.services import domain_files as service
from app.management.services import records

RECORD = Record(
    "DomainFile",
    (
        Member("name", text(store.MOST_NAME, least=1), "told", about="It is served at `/<name>`."),
        Member(
            "content",
            text(store.MOST_CONTENT, least=1, pattern=r"^[\t\r\n -~]*$"),
            needed=True,
            about="As the source's console hands it out; ASCII.",
        ),
        Member("updated_at", MOMENT, "told"),
    ),
)


def list_files(call: Call) -> Answer:
    found = slice_after(call, store.all_files(call.session), lambda one: one.name)
    return page(call, found, records.domain_file, lambda one: one.name)


def show(call: Call) -> Answer:
    known = store.get(call.session, call.path["name"])
    if known is None:
        raise NotFound("There is no such file.")
    return Answer(records.domain_file(known))


def put(call: Call) -> Answer:
    kept = service.put(call.actor, call.path["name"], call.body["content"])
    return Answer(records.domain_file(kept))


def remove(call: Call) -> Answer:
    service.remove(call.actor, call.path["name"])
    return Answer()


OPERATIONS = (
    Operation(
        "listDomainFiles",
        "Files that prove the domain, by name.",
        list_files,
        "DomainFilePage",
        query=PAGED,
    ),
    Operation("showDomainFile", "One of them.", show, "DomainFile", fails=(404,)),
    Operation(
        "putDomainFile",
        "Serves a file at the root; one of the same name is replaced.",
        put,
        "DomainFile",
        body="DomainFileNew",
        fails=(404, 409),
    ),
    Operation(
        "removeDomainFile",
        "Takes it away.",
        remove,
        status=204,
        fails=(404,),
    ),
)
