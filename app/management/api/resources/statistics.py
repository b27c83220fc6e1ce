"""Sign-ins in numbers: of the last hours or days, by what and why."""

from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.problems import Invalid, Problem
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
from app.management.services.statistics import told
from app.statistics.overview import overview
from app.statistics.periods import NAMES
from app.web.times import deployment_zone
from app.zones import zone_named

COUNT = number(0, 2**53)


def _counts(name: str) -> Json:
    return list_of(closed({name: text(255), "count": COUNT}, (name, "count")))


PARTS: dict[str, Json] = {
    "by_connection": _counts("id"),
    "by_application": _counts("id"),
    "new_people_by_application": _counts("id"),
    "failures_by_reason": _counts("reason"),
    "failures_by_connection": _counts("id"),
    "by_way": _counts("way"),
}
NUMBERS: dict[str, Json] = {"sign_ins": COUNT, "new_people": COUNT, "failures": COUNT}
BAR = closed({"start": MOMENT, **NUMBERS, **PARTS}, ("start", *NUMBERS, *PARTS))
RECORD = Record(
    "Statistics",
    (
        Member("period", one_of(*NAMES), "told"),
        Member("time_zone", text(64), "told", about="Whose days they are."),
        Member("since", MOMENT, "told"),
        Member("until", MOMENT, "told"),
        Member(
            "complete_from",
            or_null(MOMENT),
            "told",
            about="What happened before is still being counted; null where all is counted.",
        ),
        *(Member(name, schema, "told") for name, schema in NUMBERS.items()),
        Member(
            "success_rate",
            {"type": ["number", "null"], "minimum": 0, "maximum": 1},
            "told",
            about="Null where nobody tried.",
        ),
        Member(
            "median_seconds",
            {"type": ["number", "null"], "minimum": 0},
            "told",
            about="From the request of the application to the sign-in, within 5 %.",
        ),
        Member("waiting", COUNT, "told", about="Sign-ins that wait for a phone now."),
        *(Member(name, schema, "told") for name, schema in PARTS.items()),
        Member("bars", list_of(BAR), "told", about="Each hour of 24h, each day of the others."),
    ),
)


def get_statistics(call: Call) -> Answer:
    zone = zone_named(call.query.get("time_zone")) if "time_zone" in call.query else None
    if zone is None and "time_zone" in call.query:
        raise Invalid([Problem("time_zone", "must be a name of the IANA database, Asia/Shanghai")])
    name = call.query.get("period", "7d")
    return Answer(told(overview(call.session, call.clock, name, zone or deployment_zone())))


OPERATIONS = (
    Operation(
        "getStatistics",
        "Sign-ins, new people and failures of the last hours or days.",
        get_statistics,
        "Statistics",
        query=(
            Parameter("period", one_of(*NAMES), "How long; 7d unless told."),
            Parameter("time_zone", text(64), "Whose days; the deployment's unless told."),
        ),
    ),
)
