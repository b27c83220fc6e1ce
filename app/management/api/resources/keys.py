"""Signing keys: what each does now, and the next step of a rotation."""

from dataclasses import asdict

from app.management.api.operation import Answer, Call, Operation
from app.management.api.problems import Invalid, Problem
from app.management.api.schema import FLAG, MOMENT, Member, Record, closed, one_of, or_null, text
from app.management.services import signing_keys
from oidc.protocol.signing_algorithms import ALGORITHMS

ALG = one_of(*ALGORITHMS)
RECORD = Record(
    "Key",
    (
        Member("kid", text(64), "told"),
        Member("alg", ALG, "told"),
        Member(
            "state",
            one_of("next", "active", "retired"),
            "told",
            about="Published and signs later; signs; published and signs no more.",
        ),
        Member("created_at", MOMENT, "told"),
        Member("activated_at", or_null(MOMENT), "told"),
        Member("retired_at", or_null(MOMENT), "told"),
    ),
)
MOVED = Record(
    "KeyMove",
    (
        Member("alg", ALG, "told"),
        Member("move", one_of("publish", "activate", "wait", "nothing"), "told"),
        Member("kid", or_null(text(64)), "told"),
        Member("ready_at", or_null(MOMENT), "told", about="When a waiting key may sign."),
    ),
)
ROTATION = closed(
    {
        "alg": {**ALG, "description": "Only keys of this algorithm; all unless told."},
        "at_once": {**FLAG, "description": "Publish a key and sign with it at once."},
        "due": {**FLAG, "description": "Only what is due by age."},
    }
)


def list_keys(call: Call) -> Answer:
    states = call.provider.keys.states(call.session)
    return Answer({"items": [asdict(key) for key in states], "next": None})


def rotate(call: Call) -> Answer:
    at_once, due = call.body.get("at_once", False), call.body.get("due", False)
    if at_once and due:
        raise Invalid([Problem("due", "cannot be true together with at_once")])
    wanted = call.body.get("alg")
    known = call.provider.settings.signing_algorithms
    if wanted and wanted not in known:
        raise Invalid([Problem("alg", f"must be one of {', '.join(known)}")])
    algorithms = [wanted] if wanted else signing_keys.algorithms(call.provider, call.session)
    moved = [signing_keys.rotate(call.actor, alg, at_once=at_once, due=due) for alg in algorithms]
    return Answer({"items": [asdict(one) for one in moved], "next": None})


OPERATIONS = (
    Operation("listKeys", "All signing keys.", list_keys, "KeyPage"),
    Operation(
        "rotateKeys",
        "One step of a rotation: publishes the next key, or lets it sign.",
        rotate,
        "KeyMovePage",
        body="KeyRotation",
        body_needed=False,
    ),
)
