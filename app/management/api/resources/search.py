"""The search over everything."""

from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.schema import Member, Record, one_of, text
from app.management.services import search as service

HIT = Record(
    "Hit",
    (
        Member("kind", one_of(*service.KINDS), "told"),
        Member("id", text(2000), "told", about="As its own operations know it."),
        Member("name", text(2000), "told"),
        Member("detail", text(2000), "told", about="What tells it from others."),
        Member("source", text(16), "told", about="Of a credential; empty for the others."),
    ),
)
QUESTION = Parameter("q", text(service.LONGEST, least=1), "What is looked for.", needed=True)


def search(call: Call) -> Answer:
    found = service.everything(call.actor, call.query["q"], administrators=True)
    names = [member.name for member in HIT.members]
    items = [{name: getattr(one, name) for name in names} for one in found]
    return Answer({"items": items, "next": None})


OPERATIONS = (
    Operation(
        "search",
        "Looks for people, groups, applications, connections, credentials, APIs, administrators, "
        "and the log by the number of a request: a few of each.",
        search,
        "HitPage",
        query=(QUESTION,),
    ),
)
