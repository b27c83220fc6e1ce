"""Two accounts beside one another, with what one decides by whether they are one person."""

from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.problems import NotFound
from app.management.api.schema import (
    MOMENT,
    Member,
    Record,
    list_of,
    or_null,
    ref,
    text,
)
from app.management.services import comparison

SUB = text(22, least=1)
SIDE = Record(
    "ComparedAccount",
    (
        Member("sub", SUB, "told"),
        Member("name", or_null(text(200)), "told"),
        Member("phone", or_null(text(20)), "told", about="Masked."),
        Member("email", or_null(text(254)), "told"),
        Member("username", or_null(text(64)), "told"),
        Member("sources", list_of(ref("Source")), "told", about="The identities."),
        Member("last_sign_in", or_null(MOMENT), "told"),
        Member("devices", list_of(text(100)), "told", about="Of the last sign-ins."),
        Member("addresses", list_of(text(45)), "told", about="Of the last sign-ins."),
        Member("applications", list_of(text(255)), "told", about="Their client_id."),
        Member("created_at", MOMENT, "told"),
        Member("disabled_at", or_null(MOMENT), "told"),
    ),
)
OTHER = Parameter("other", SUB, "The account beside it.", needed=True)


def compare(call: Call) -> Answer:
    found = comparison.sides(call.actor, call.path["sub"], call.query["other"])
    if len(found) != 2:
        raise NotFound("There is no such account.")
    return Answer({"items": [comparison.record(one) for one in found], "next": None})


OPERATIONS = (
    Operation(
        "compareAccounts",
        "Two accounts beside one another: what one decides by whether they are one person.",
        compare,
        "ComparedAccountPage",
        query=(OTHER,),
        fails=(404,),
    ),
)
