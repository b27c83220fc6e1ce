"""Streams of security events that applications receive."""

from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.schema import (
    MOMENT,
    Member,
    Record,
    closed,
    list_of,
    number,
    one_of,
    or_null,
    text,
)
from app.management.services import event_streams as service
from app.management.services import records
from oidc.protocol.security_events import POLL, PUSH, STATUSES

STATUS = one_of(*STATUSES)
RECORD = Record(
    "EventStream",
    (
        Member("id", text(32), "told"),
        Member("client_id", text(255), "told", about="The application that receives it."),
        Member("description", or_null(text(500, pattern="")), "told"),
        Member("method", one_of(PUSH, POLL), "told"),
        Member("endpoint_url", or_null(text(2048)), "told", about="Where events are pushed to."),
        Member("events_delivered", list_of(text()), "told"),
        Member("status", STATUS, "told"),
        Member("reason", or_null(text(250, pattern="")), "told"),
        Member(
            "stopped",
            {"type": "boolean"},
            "told",
            about="By an administrator: its receiver cannot enable it.",
        ),
        Member("pending", number(), "told", about="Events that wait in it."),
        Member("delivered_at", or_null(MOMENT), "told"),
        Member("failed_at", or_null(MOMENT), "told"),
        Member("last_error", or_null(text(300, pattern="")), "told"),
        Member("created_at", MOMENT, "told"),
        Member("updated_at", MOMENT, "told"),
    ),
)
SWITCH = closed({"status": STATUS, "reason": text(250)}, ("status",))
OF_CLIENT = Parameter("client_id", text(255), "Only those of this application.")


def list_streams(call: Call) -> Answer:
    known = service.listed(call.provider, call.session, call.query.get("client_id"))
    known.sort(key=lambda one: one.stream.id)
    found = slice_after(call, known, lambda one: one.stream.id)
    return page(call, found, records.event_stream, lambda one: one.stream.id)


def show(call: Call) -> Answer:
    known = service.get(call.provider, call.session, call.path["stream_id"])
    return Answer(records.event_stream(known))


def switch(call: Call) -> Answer:
    after = service.set_status(
        call.actor, call.path["stream_id"], call.body["status"], call.body.get("reason", "")
    )
    return Answer(records.event_stream(after))


def remove(call: Call) -> Answer:
    service.delete(call.actor, call.path["stream_id"])
    return Answer()


OPERATIONS = (
    Operation(
        "listEventStreams",
        "Streams of security events, with what waits in them and what failed last.",
        list_streams,
        "EventStreamPage",
        query=(OF_CLIENT, *PAGED),
    ),
    Operation("showEventStream", "One of them.", show, "EventStream", fails=(404,)),
    Operation(
        "switchEventStream",
        "Pauses or disables a stream, which its receiver cannot undo, or enables it again.",
        switch,
        "EventStream",
        body="EventStreamSwitch",
        fails=(404,),
    ),
    Operation(
        "removeEventStream",
        "Removes a stream with what waits in it.",
        remove,
        status=204,
        fails=(404,),
    ),
)
