"""Imports and actions on many: begun here, carried out in the background, told row by row."""

from collections.abc import Sequence
from typing import Any

from app.accounts.imports.batches import BATCH
from app.accounts.imports.columns import FIELDS
from app.accounts.imports.rows import sentences
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, moment_and_id, page
from app.management.api.problems import Conflict, Invalid, NotFound, Problem
from app.management.api.resources.account_lists import FILTERS, wanted_of
from app.management.api.schema import (
    MOMENT,
    Json,
    Member,
    Record,
    closed,
    list_of,
    number,
    one_of,
    or_null,
    text,
)
from app.management.services.jobs import acting, control, store, uploads
from app.management.services.jobs.store import Job

MOST_BYTES = 256 * 1024
MOST_PARTS = 10_000
_COUNT = {"type": "object", "additionalProperties": {"type": "integer"}}
JOB = Record(
    "AccountJob",
    (
        Member("id", text(22), "told"),
        Member("kind", one_of("import", *acting.ACTIONS), "told"),
        Member("state", text(16), "told", about="`done` and `failed` are ends; see the manual."),
        Member("by", text(64), "told"),
        Member("total", number(), "told", about="Rows or accounts."),
        Member("done", number(), "told"),
        Member(
            "counts",
            _COUNT,
            "told",
            about="By outcome; `kept` are those of which not all was taken.",
        ),
        Member("created_at", MOMENT, "told"),
        Member("updated_at", MOMENT, "told"),
    ),
)
_REASON = "A code, or several with a space between; or the receipt of an erasure."
RESULT = Record(
    "AccountJobResult",
    (
        Member("row", or_null(number()), "told", about="Of an import."),
        Member("sub", or_null(text(22)), "told"),
        Member("outcome", text(16), "told"),
        Member("reason", or_null(text(300)), "told", about=_REASON),
        Member("explanation", or_null(text(1000)), "told"),
    ),
)
_CELL: Json = {"type": ["string", "integer", "null", "array"], "maxLength": 2000}
ROWS = closed(
    {
        "rows": {
            "type": "array",
            "minItems": 1,
            "maxItems": BATCH,
            "items": closed(dict.fromkeys(FIELDS, _CELL)),
        }
    },
    ("rows",),
)
OPTIONS = closed(
    {
        "open_platform": or_null(text(64)),
        "appid": or_null(text(18)),
        "region": {"type": "string", "pattern": "^[A-Z]{2}$"},
    }
)
ACTION = closed(
    {
        "action": one_of(*acting.ACTIONS),
        "subs": list_of(text(22, least=1), acting.MOST_CHOSEN),
        "filter": closed({one.name: one.schema for one in FILTERS}),
    },
    ("action",),
)
FIRST = Parameter("part", number(0, MOST_PARTS), "The part to begin at; `next` of the page before.")


def list_jobs(call: Call) -> Answer:
    after = moment_and_id(call)
    found = store.page(call.session, after, int(call.query.get("limit", 50)) + 1)
    return page(call, found, _told, lambda one: f"{one.created_at}.{one.id}")


def show(call: Call) -> Answer:
    return Answer(_told(_load(call)))


def begin_action(call: Call) -> Answer:
    subs, filtered = call.body.get("subs"), call.body.get("filter")
    if (subs is None) == (filtered is None):
        raise Invalid([Problem("subs", "is needed, or filter, and not both")])
    whom: Any = wanted_of(filtered or {}) if subs is None else [(one, None) for one in subs]
    job = acting.begin(call.actor, call.body["action"], whom)
    return Answer(_told(job), location=f"/account-jobs/{job.id}")


def begin_import(call: Call) -> Answer:
    job = uploads.begin(call.actor, dict(call.body))
    return Answer(_told(job), location=f"/account-jobs/{job.id}")


def put_rows(call: Call) -> Answer:
    """The same part again takes the place of the first: a sender who lost the answer repeats."""
    job, number = _load(call), call.path["part"]
    if not (number.isascii() and number.isdigit() and int(number) <= MOST_PARTS):
        raise NotFound("There is no such part.")
    if job.state != "receiving":
        raise Conflict("The rows of this import have been sent already.")
    first = int(number) * BATCH
    rows = [[first + place, row, ""] for place, row in enumerate(call.body["rows"], 1)]
    before = store.content_of(call.session, job, int(number)) or []
    store.put_part(call.session, job, int(number), rows)
    total = job.total + len(rows) - len(before)
    store.change(call.session, call.clock, job, total=total)
    return show(call)


def check(call: Call) -> Answer:
    job = _load(call)
    _demand_import(job)
    control.check(call.actor, job, {})
    return show(call)


def run(call: Call) -> Answer:
    control.run(call.actor, _load(call))
    return show(call)


def stop(call: Call) -> Answer:
    control.stop(call.actor, _load(call))
    return show(call)


def results(call: Call) -> Answer:
    job, first = _load(call), int(call.query.get("part", 0))
    for part, found in store.results(call.session, job, first):
        items = [_result(job, one) for one in found]
        return Answer({"items": items, "next": part + 1})
    return Answer({"items": [], "next": None})


def _load(call: Call) -> Job:
    found = store.get(call.session, call.path["job_id"])
    if found is None:
        raise NotFound("There is no such job.")
    return found


def _demand_import(job: Job) -> None:
    if not job.is_import:
        raise Conflict("This is no import.")


def _told(one: Job) -> Json:
    names = ("id", "kind", "state", "total", "done", "created_at", "updated_at")
    return {
        **{name: getattr(one, name) for name in names},
        "by": one.actor,
        "counts": dict(one.counts),
    }


def _result(job: Job, one: Sequence[Any]) -> Json:
    if not job.is_import:
        sub, what, reason = one
        return {"row": None, "sub": sub, "outcome": what, "reason": reason or None,
                "explanation": None}  # fmt: skip
    line, what, reason, sub = one[:4]
    return {
        "row": line,
        "sub": sub,
        "outcome": what,
        "reason": reason or None,
        "explanation": " ".join(sentences(reason)) or None,
    }


RESULTS = closed(
    {
        "items": list_of({"$ref": "#/components/schemas/AccountJobResult"}),
        "next": or_null(number()),
    },
    ("items", "next"),
)
OPERATIONS = (
    Operation(
        "listAccountJobs", "Imports and actions on many, the newest first.",
        list_jobs, "AccountJobPage", query=PAGED,
    ),
    Operation(
        "beginAction",
        "Does one thing to many: those named, or all that a filter finds.",
        begin_action, "AccountJob", status=201, body="AccountAction",
    ),
    Operation("showAccountJob", "How far one is.", show, "AccountJob", fails=(404,)),
    Operation(
        "listJobResults", "What became of each row, a part at a time.",
        results, "AccountJobResults", query=(FIRST,), fails=(404,),
    ),
    Operation(
        "stopAccountJob", "Ends it; it can go on from there.",
        stop, "AccountJob", fails=(404, 412),
    ),
    Operation(
        "runAccountJob",
        "Imports what was sent, or goes on with what was stopped or failed.",
        run, "AccountJob", fails=(404, 412),
    ),
    Operation(
        "checkAccountImport",
        "Has an import looked through: results say what would happen; nothing is imported.",
        check, "AccountJob", fails=(404, 409, 412),
    ),
    Operation(
        "beginImport", "Begins an import; its rows are sent in parts.",
        begin_import, "AccountJob", status=201, body="AccountImport", body_needed=False,
    ),
    Operation(
        "putImportRows",
        "Sends up to 500 rows, as part 0, 1, 2 and so on; one that comes again is replaced.",
        put_rows, "AccountJob", body="AccountRows", fails=(404, 409, 412), most_bytes=MOST_BYTES,
    ),
)  # fmt: skip
