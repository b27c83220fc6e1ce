"""Who may come in to a client, what it is told of groups, and who asks to be let in."""

from app.groups import access, catalog, people
from app.groups.access import (
    FORMS,
    MODES,
    MOST_CONTACT,
    MOST_ROLE,
    MOST_ROLES,
    SEEN,
    Access,
    GroupThere,
)
from app.groups.catalog import MOST_GROUPS, MOST_NAME
from app.groups.people import MOST_SENTENCE, STATES, PersonThere
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, limit, page
from app.management.api.problems import Invalid, NotFound, Problem
from app.management.api.resources.clients import load
from app.management.api.schema import (
    FLAG,
    MOMENT,
    Json,
    Member,
    Record,
    closed,
    list_of,
    number,
    one_of,
    text,
)
from app.management.services import application_access as service
from app.management.services import records

GROUP = closed(
    {
        "id": {**text(32), "description": "Or `name`; both are told."},
        "name": text(MOST_NAME),
        "enters": {**FLAG, "description": "Its members may come in."},
        "seen": {**FLAG, "description": "One of the chosen that the client may see."},
        "roles": list_of(text(MOST_ROLE, least=1), MOST_ROLES),
    }
)
RECORD = Record(
    "ClientAccess",
    (
        Member("client_id", text(255), "told"),
        Member(
            "mode",
            one_of(*MODES),
            needed=True,
            about="`open` to everybody; to members of `groups`; to `people` who were let in; or to "
            "both, and others may ask (`requests`).",
        ),
        Member("seen", one_of(*SEEN), about="The groups that the `groups` claim may name."),
        Member("form", one_of(*FORMS), about="What the `groups` claim has of each group."),
        Member("contact", text(MOST_CONTACT), about="Whom people ask who are kept out."),
        Member("groups", list_of(GROUP, MOST_GROUPS), about="What each group is to the client."),
        Member("version", number(), "told"),
    ),
)
PERSON = Record(
    "ClientPerson",
    (
        Member("client_id", text(255), "told"),
        Member("sub", text(22), "told"),
        Member("name", text(200), "told", nullable=True),
        Member("phone", text(20), "told", nullable=True, about="Without its middle."),
        Member("state", one_of(*STATES), "told"),
        Member("sentence", text(MOST_SENTENCE), "told", about="What the person wrote."),
        Member("asked_at", MOMENT, "told"),
        Member("decided_at", MOMENT, "told", nullable=True),
        Member("decided_by", text(64), "told", nullable=True),
    ),
)
DECISION = closed({"state": one_of("allowed", "refused")}, ("state",))


def show(call: Call) -> Answer:
    return _answer(call, access.of_client(call.session, load(call).client_id))


def replace(call: Call) -> Answer:
    """What is left out goes to its default."""
    before = access.of_client(call.session, load(call).client_id)
    call.demand_version(before.version)
    names = ("mode", "seen", "form", "contact")
    given = {name: call.body[name] for name in names if name in call.body}
    groups = dict(
        _group(call, number, one) for number, one in enumerate(call.body.get("groups", []))
    )
    wanted = Access(before.client_id, groups=groups, version=before.version, **given)
    return _answer(call, service.save(call.actor, wanted))


def _group(call: Call, number: int, sent: Json) -> tuple[str, GroupThere]:
    known = catalog.get(call.session, sent.get("id") or sent.get("name") or "")
    if known is None:
        raise Invalid([Problem(f"groups.{number}", "names no group that there is")])
    there = GroupThere(
        sent.get("enters", False), sent.get("seen", False), tuple(sent.get("roles", ()))
    )
    return known.id, there


def list_people(call: Call) -> Answer:
    return _people(call, load(call).client_id)


def list_requests(call: Call) -> Answer:
    return _people(call, None)


def _people(call: Call, client_id: str | None) -> Answer:
    state = call.query.get("state", None if client_id else "asked")
    found = people.page(
        call.session, client_id=client_id, state=state, after=_after(call), limit=limit(call) + 1
    )
    return page(call, found, records.person_there, key_of)


def key_of(one: PersonThere) -> str:
    return f"{one.asked_at}.{one.account_id}.{one.client_id}"


def _after(call: Call) -> tuple[int, str, str] | None:
    sent = call.query.get("after")
    if not sent:
        return None
    moment, _dot, rest = sent.partition(".")
    account_id, _dot, client_id = rest.partition(".")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 16):
        raise Invalid([Problem("after", "must be next of the page before")])
    return int(moment), account_id, client_id


def decide(call: Call) -> Answer:
    client_id, sub = load(call).client_id, call.path["sub"]
    service.decide(call.actor, client_id, sub, call.body["state"])
    found = [one for one in people.of_account(call.session, sub) if one.client_id == client_id]
    return Answer(records.person_there(found[0]))


def withdraw(call: Call) -> Answer:
    if not service.withdraw(call.actor, load(call).client_id, call.path["sub"]):
        raise NotFound("Nothing was decided of this person.")
    return Answer()


def _answer(call: Call, one: Access) -> Answer:
    names = catalog.names_of(call.session, one.groups)
    return Answer(records.access(one, names), one.version)


STATE = Parameter("state", one_of(*STATES), "Only these.")
OPERATIONS = (
    Operation(
        "showClientAccess",
        "Who may come in to a client, and what it is told of groups.",
        show,
        "ClientAccess",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "replaceClientAccess",
        "Says who may come in, which groups the client sees, and the roles of their members.",
        replace,
        "ClientAccess",
        body="ClientAccessNew",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "listClientPeople",
        "Who was let in to a client, asks to be, or was refused; the oldest first.",
        list_people,
        "ClientPersonPage",
        query=(*PAGED, STATE),
        fails=(404,),
    ),
    Operation(
        "decideClientPerson",
        "Lets somebody in, or refuses them, whether they asked or not.",
        decide,
        "ClientPerson",
        body="ClientPersonDecision",
        fails=(404,),
    ),
    Operation(
        "withdrawClientPerson",
        "Forgets what was decided of somebody, who may ask again.",
        withdraw,
        status=204,
        fails=(404,),
    ),
    Operation(
        "listAccessRequests",
        "Who asks to be let in, of all clients; the oldest first.",
        list_requests,
        "ClientPersonPage",
        query=(*PAGED, STATE),
    ),
)
