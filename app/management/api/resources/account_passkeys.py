"""Passkeys of people, by which they sign in without their source; that of a lost phone goes."""

from app.accounts import passkeys
from app.management.api.operation import Answer, Call, Operation
from app.management.api.problems import Conflict, NotFound
from app.management.api.resources.accounts import load
from app.management.api.schema import MOMENT, Member, Record, or_null, text
from app.management.services import accounts as service

RECORD = Record(
    "AccountPasskey",
    (
        Member("id", text(64), "told"),
        Member("name", text(passkeys.NAME_LIMIT), "told"),
        Member("created_at", MOMENT, "told"),
        Member("last_used", or_null(MOMENT), "told"),
    ),
)


def list_passkeys(call: Call) -> Answer:
    known = passkeys.passkeys_of(call.session, load(call).id)
    items = [
        {
            "id": one.id_hash,
            "name": one.name,
            "created_at": one.created_at,
            "last_used": one.last_used,
        }
        for one in known
    ]
    return Answer({"items": items, "next": None})


def remove(call: Call) -> Answer:
    """Whoever signed in by a passkey is out; the last way in stays."""
    outcome = service.remove_passkey(call.actor, load(call).id, call.path["passkey_id"][:64])
    if outcome == "unknown":
        raise NotFound("The account has no such passkey.")
    if outcome == "last":
        raise Conflict("This is the only way in; disable the account instead, or link another.")
    return Answer()


OPERATIONS = (
    Operation(
        "listAccountPasskeys",
        "The passkeys of one person, the oldest first.",
        list_passkeys,
        "AccountPasskeyPage",
        fails=(404,),
    ),
    Operation(
        "removeAccountPasskey",
        "Takes a passkey away, such as that of a lost phone.",
        remove,
        status=204,
        fails=(404, 409),
    ),
)
