"""Making, changing and erasing people, and the receipts of erasures."""

from typing import Any

from app.accounts.claims import PROFILE_CLAIMS
from app.accounts.records import editing, receipts
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.problems import NotFound
from app.management.api.resources.accounts import load, show
from app.management.api.schema import (
    FLAG,
    MOMENT,
    Json,
    Member,
    Record,
    closed,
    list_of,
    number,
    or_null,
    text,
)
from app.management.services import people

LINES = r"^[^\u0000-\u0009\u000b-\u001f\u007f]*$"
_PROFILE: Json = closed(
    {
        **{name: or_null(text(1000)) for name in PROFILE_CLAIMS},
        "address": or_null(closed({name: text(1000, pattern=LINES) for name in editing.ADDRESS})),
    }
)
FIELDS = Record(
    "Person",
    (
        Member("name", text(200), nullable=True),
        Member("picture", text(1024), nullable=True, about="An http or https address."),
        Member("email", text(254), nullable=True),
        Member("email_verified", FLAG),
        Member("phone", text(32), nullable=True, about="E.164, or a Chinese mobile number."),
        Member(
            "phone_vouched",
            FLAG,
            about="Whoever proves the number is this person, where a connection links by it.",
        ),
        Member("profile", _PROFILE, about="Standard claims; replaces those that were there."),
    ),
)
RECEIPT = Record(
    "ErasureReceipt",
    (
        Member("id", text(22), "told"),
        Member("sub", text(22), "told"),
        Member("erased_at", MOMENT, "told"),
        Member("by", text(64), "told"),
        Member(
            "removed",
            list_of(
                closed(
                    {"code": text(32), "count": number(), "what": text(300)},
                    ("code", "count", "what"),
                )
            ),
            "told",
        ),
        Member(
            "kept",
            list_of(closed({"code": text(32), "why": text(300)}, ("code", "why"))),
            "told",
        ),
    ),
)
VERSION = Parameter("version", number(1), "Erase only what was read at this version.")


def create(call: Call) -> Answer:
    made = people.create(call.actor, call.body)
    answer = show(_at(call, made))
    return Answer(answer.value, answer.version, f"/accounts/{made}")


def change(call: Call) -> Answer:
    found = load(call)
    call.demand_version(found.version)
    people.edit(call.actor, found.id, call.body, found.version)
    return show(call)


def erase(call: Call) -> Answer:
    receipt = people.erase(call.actor, load(call).id, call.query.get("version"))
    return Answer(people.receipt(receipt))


def show_receipt(call: Call) -> Answer:
    found = receipts.get(call.session, call.path["receipt_id"])
    if found is None:
        raise NotFound("There is no such receipt.")
    return Answer(people.receipt(found))


def _at(call: Call, account_id: str) -> Call:
    fields: dict[str, Any] = {name: getattr(call, name) for name in Call.__dataclass_fields__}
    return Call(**{**fields, "path": {"sub": account_id}})


OPERATIONS = (
    Operation(
        "createAccount",
        "Adds a person, by a name, a phone number or an e-mail address.",
        create,
        "AccountDetail",
        status=201,
        body="PersonNew",
        versioned=True,
    ),
    Operation(
        "changeAccount",
        "Changes what is kept of a person; what is left out stays.",
        change,
        "AccountDetail",
        body="PersonChange",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "eraseAccount",
        "Erases a person; answers with the receipt.",
        erase,
        "ErasureReceipt",
        query=(VERSION,),
        fails=(404, 412),
    ),
    Operation(
        "showErasure",
        "A receipt, by its id or by the sub of who was erased.",
        show_receipt,
        "ErasureReceipt",
        fails=(404,),
    ),
)
