"""The audit trail: sign-ins and changes, filtered, newest first."""

from app.audit import trail
from app.audit.trail import Event, Filter
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, limit, page
from app.management.api.problems import Invalid, Problem
from app.management.api.schema import MOMENT, Json, Member, Record, number, or_null, text

RECORD = Record(
    "Event",
    (
        Member("id", number(1, 2**63 - 1), "told"),
        Member("time", MOMENT, "told"),
        Member("kind", text(48), "told", about="What happened: `sign_in.succeeded`."),
        Member(
            "actor",
            text(64),
            "told",
            about="`person:…`, `admin:…`, `client:…`, a source such as `wechat`, or `system`.",
        ),
        Member("subject", or_null(text(22)), "told"),
        Member("client_id", or_null(text(255)), "told"),
        Member("connection_id", or_null(text(32)), "told"),
        Member("rule", or_null(text(32)), "told", about="The association rule that fired."),
        Member("outcome", text(32), "told"),
        Member("detail", {"type": "object"}, "told"),
        Member("admin_id", or_null(text(22)), "told", about="The administrator it is about."),
        Member("address", or_null(text(45)), "told", about="Kept for QIAO_LOG_RETENTION_DAYS."),
        Member("device", or_null(text(100)), "told", about="As the address: `Chrome · Windows`."),
        Member("request_id", or_null(text(64)), "told"),
        Member("seconds", or_null(number()), "told", about="That a sign-in took."),
    ),
)
MOMENTS = number(0, 2**53)
FILTERS = (
    *(Parameter(name, text(255, least=1), f"Only with this {name}.") for name in trail.EXACT),
    Parameter("since", MOMENTS, "Not before this time."),
    Parameter("until", MOMENTS, "Before this time."),
)


def list_events(call: Call) -> Answer:
    wanted = {name: call.query.get(name) for name in (*trail.EXACT, "since", "until")}
    found = trail.page(call.session, Filter(**wanted), before=_before(call), limit=limit(call) + 1)
    return page(call, found, _told, lambda event: str(event.id))


def _before(call: Call) -> int | None:
    sent = call.query.get("after", "")
    if sent and not (sent.isascii() and sent.isdigit() and len(sent) < 19):
        raise Invalid([Problem("after", "must be next of the page before")])
    return int(sent) if sent else None


def _told(event: Event) -> Json:
    plain = {member.name: getattr(event, member.name) for member in RECORD.members}
    return {**plain, "detail": dict(event.detail)}


OPERATIONS = (
    Operation(
        "listEvents",
        "What happened, the newest first.",
        list_events,
        "EventPage",
        query=(*FILTERS, *PAGED),
    ),
)
