"""Merging two accounts of one person, with a preview, and undoing it for thirty days."""

from collections.abc import Mapping
from typing import Any

from app.accounts.records import merge
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.resources.accounts import load
from app.management.api.schema import (
    MOMENT,
    Json,
    Member,
    Record,
    list_of,
    one_of,
    or_null,
    ref,
    text,
)
from app.management.services import accounts as service
from app.management.services import records

SUB = text(22, least=1)
PREVIEW = Record(
    "MergePreview",
    (
        Member("kept", SUB, "told"),
        Member("dropped", SUB, "told"),
        Member("moves", list_of(ref("Source")), "told", about="The identities that move."),
        Member(
            "fills",
            list_of(one_of(*merge.FILLED)),
            "told",
            about="What the kept account takes over, having none.",
        ),
        Member(
            "lapses",
            list_of(one_of(*merge.FILLED)),
            "told",
            about="What both have; the kept account keeps its own.",
        ),
    ),
)
MERGE = Record(
    "Merge",
    (
        Member("id", SUB, "told"),
        Member("kept", SUB, "told"),
        Member("dropped", SUB, "told"),
        Member("actor", text(64), "told"),
        Member("merged_at", MOMENT, "told"),
        Member("undo_until", MOMENT, "told"),
        Member("undone_at", or_null(MOMENT), "told"),
    ),
)
OTHER = Parameter("other", SUB, "The account that would be dropped.", needed=True)


def preview(call: Call) -> Answer:
    seen = merge.preview(call.session, load(call).id, call.query["other"])
    return Answer(
        {
            "kept": seen.kept["id"],
            "dropped": seen.dropped["id"],
            "moves": [records.source(one) for one in seen.moves],
            "fills": list(seen.fills),
            "lapses": list(seen.lapses),
        }
    )


def list_merges(call: Call) -> Answer:
    found = merge.merges_of(call.session, load(call).id)
    return Answer({"items": [_told(row) for row in found], "next": None})


def merge_accounts(call: Call) -> Answer:
    kept, other = load(call).id, call.body["other"]
    done = service.join(call.actor, kept, other)
    return Answer(_row(call, done))


def undo(call: Call) -> Answer:
    done = service.part(call.actor, call.path["merge_id"])
    return Answer(_row(call, done))


def _row(call: Call, done: merge.CompletedMerge) -> Json:
    rows = merge.merges_of(call.session, done.kept)
    return next(_told(row) for row in rows if row["id"] == done.merge_id)


def _told(row: Mapping[str, Any]) -> Json:
    names = ("id", "actor", "merged_at", "undo_until", "undone_at")
    plain = {name: row[name] for name in names}
    return {"kept": row["kept_id"], "dropped": row["dropped_id"], **plain}


OPERATIONS = (
    Operation(
        "previewMerge",
        "What a merge would do.",
        preview,
        "MergePreview",
        query=(OTHER,),
        fails=(404, 409),
    ),
    Operation(
        "mergeAccounts",
        "Makes two accounts one: this one stays, the other's identities move to it.",
        merge_accounts,
        "Merge",
        body="MergeNew",
        fails=(404, 409),
    ),
    Operation(
        "listMerges",
        "The merges that the account had a part in.",
        list_merges,
        "MergePage",
        fails=(404,),
    ),
    Operation(
        "undoMerge",
        "Takes a merge back: there are two accounts again.",
        undo,
        "Merge",
        fails=(404, 409),
    ),
)
