"""Conflicts: what nobody guessed about, for somebody to decide."""

from app.accounts.identification.contradictions import KINDS, Pair
from app.accounts.records import conflicts as queue
from app.accounts.records.conflicts import Conflict
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, limit, moment_and_id, page
from app.management.api.problems import Conflict as Refused
from app.management.api.problems import NotFound
from app.management.api.schema import MOMENT, Json, Member, Record, closed, one_of, or_null, text

KEY = or_null(closed({"namespace": text(128), "value": text(128)}, ("namespace", "value")))
STATES = ("open", "resolved", "dismissed")
RECORD = Record(
    "Conflict",
    (
        Member("id", text(22), "told"),
        Member("kind", one_of(*KINDS), "told"),
        Member("account_id", text(22), "told"),
        Member("other_account_id", or_null(text(22)), "told"),
        Member("key", KEY, "told", about="What conflicts: a shared name, or one of another's."),
        Member("openid", KEY, "told", about="The own name that came with it."),
        Member("connection_id", or_null(text(32)), "told"),
        Member("state", one_of(*STATES), "told"),
        Member("opened_at", MOMENT, "told"),
        Member("last_seen", MOMENT, "told"),
        Member("closed_at", or_null(MOMENT), "told"),
        Member("closed_by", or_null(text(64)), "told"),
        Member("resolution", or_null(text(32)), "told"),
    ),
)
STATE = Parameter("state", one_of(*STATES), "Which ones; open unless told.")


def list_conflicts(call: Call) -> Answer:
    found = queue.page(
        call.session,
        call.query.get("state", "open"),
        after=moment_and_id(call),
        limit=limit(call) + 1,
    )
    return page(call, found, _told, lambda one: f"{one.opened_at}.{one.id}")


def show(call: Call) -> Answer:
    return Answer(_told(_load(call)))


def decide(call: Call) -> Answer:
    """Leaves everything as it is, or follows the new shared name."""
    found = _load(call)
    act = queue.dismiss if call.body["decision"] == "dismiss" else queue.follow_changed_name
    if not act(call.session, call.clock, found.id, call.actor.name):
        raise Refused("This conflict is no longer open, or cannot be decided this way.")
    return show(call)


def _load(call: Call) -> Conflict:
    found = queue.get(call.session, call.path["conflict_id"])
    if found is None:
        raise NotFound
    return found


def _told(one: Conflict) -> Json:
    keys = {"key": _key(one.key), "openid": _key(one.own)}
    plain = [member.name for member in RECORD.members if member.name not in keys]
    return {name: getattr(one, name) for name in plain} | keys


def _key(pair: Pair | None) -> Json | None:
    return {"namespace": pair.namespace or "", "value": pair.value} if pair else None


OPERATIONS = (
    Operation(
        "listConflicts",
        "Conflicts in one state, the oldest first.",
        list_conflicts,
        "ConflictPage",
        query=(STATE, *PAGED),
    ),
    Operation("showConflict", "One conflict.", show, "Conflict", fails=(404,)),
    Operation(
        "decideConflict",
        "Dismisses it, or lets an account follow its changed name; merging the two "
        "accounts closes it too.",
        decide,
        "Conflict",
        body="Decision",
        fails=(404, 409),
    ),
)
