"""Accounts: finding people, shutting an account, signing a person out."""

from collections.abc import Mapping
from typing import Any

from app.accounts.records import directory, linking, listing
from app.accounts.records.directory import AccountView
from app.accounts.records.listing import Order, Place, Wanted, place_of
from app.management.api.operation import Answer, Call, Operation, Parameter
from app.management.api.paging import PAGED, limit
from app.management.api.problems import Conflict, Invalid, NotFound, Problem
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
    or_null,
    ref,
    text,
)
from app.management.services import accounts as service
from app.management.services import people_filters, records
from app.sessions import browser

TEXT = or_null(text(2000))
SUMMARY = (
    Member("sub", text(22), "told"),
    Member("name", TEXT, "told"),
    Member("picture", TEXT, "told"),
    Member("username", TEXT, "told"),
    Member("has_password", FLAG, "told"),
    Member("phone", TEXT, "told", about="Without its middle; search finds it by the whole."),
    Member("phone_provenance", TEXT, "told"),
    Member("phone_verified_at", or_null(MOMENT), "told"),
    Member("email", TEXT, "told"),
    Member("email_verified", FLAG, "told"),
    Member("disabled_at", or_null(MOMENT), "told"),
    Member("merged_into", or_null(text(22)), "told"),
    Member("created_at", MOMENT, "told"),
    Member("updated_at", MOMENT, "told"),
    Member(
        "last_sign_in", or_null(MOMENT), "told", about="To the hour; null for never that is known."
    ),
    Member("version", number(1), "told"),
)
ACCOUNT = Record("Account", SUMMARY)
DETAIL = Record(
    "AccountDetail",
    (
        *SUMMARY,
        Member("sources", list_of(ref("Source")), "told", about="Their identities."),
    ),
)
SOURCE = Record(
    "Source",
    (
        Member("source", text(16), "told", about="Such as `wechat`."),
        Member("appid", text(128), "told", about="The credential for which the name holds."),
        Member("openid", text(128), "told", about="What the source calls the person."),
        Member("unionid", or_null(text(128)), "told", about="The name its credentials share."),
        Member("connection_id", or_null(text(32)), "told"),
        Member("first_seen", MOMENT, "told"),
        Member("last_seen", MOMENT, "told"),
    ),
)
SESSION = Record(
    "Session",
    (
        Member("sid", text(22), "told"),
        Member("auth_time", MOMENT, "told"),
        Member("amr", list_of(text(64)), "told"),
        Member("connection_id", or_null(text(32)), "told"),
        Member("created_at", MOMENT, "told"),
        Member("last_seen", MOMENT, "told"),
        Member("expires_at", MOMENT, "told"),
        Member("user_agent", TEXT, "told"),
        Member("ip", TEXT, "told"),
    ),
)
LINK = closed(
    {"connection_id": text(31, least=1), "openid": text(128, least=1)},
    ("connection_id", "openid"),
)
COUNT = Record(
    "AccountCount",
    (
        Member("number", number(), "told"),
        Member(
            "kind",
            one_of("exactly", "at_least", "about"),
            "told",
            about="Whether there are more, or it is the database's estimate.",
        ),
    ),
)
PAGE = closed(
    {
        "items": list_of(ref("Account")),
        "next": or_null(text(300)),
        "previous": or_null(text(300)),
    },
    ("items", "next", "previous"),
)
OVER = Record("Ended", (Member("sessions", number(), "told"), Member("grants", number(), "told")))
WORDS = Parameter(
    "q",
    text(200, least=1),
    "Part of a name, the last four digits of a phone number, how an e-mail address begins, or all "
    "of a sub, phone number, username or name at a source.",
)
_MOMENT = {"type": "integer", "minimum": 0, "maximum": 2**53}
FILTERS = (
    WORDS,
    Parameter("connection", text(32, least=1), "Known by an identity that came through it."),
    Parameter("client", text(255, least=1), "Has granted this application something."),
    Parameter("state", one_of(*listing.STATES), "Merged ones are listed only where asked for."),
    Parameter("has_phone", FLAG, "With, or without, a phone number."),
    Parameter("has_email", FLAG, "With, or without, an e-mail address."),
    Parameter("created_since", _MOMENT, "Seconds; from then on."),
    Parameter("created_until", _MOMENT, "Seconds; before then."),
    Parameter("seen_since", _MOMENT, "Seconds; last signed in from then on."),
    Parameter("seen_until", _MOMENT, "Seconds; last signed in before then."),
)
SORT = Parameter("sort", one_of(*listing.ORDERS), "`newest` unless told.")
BEFORE = Parameter("before", text(300), "`previous` of the page after; not with `after`.")
COLUMNS = {"q": "text", "connection": "connection_id", "client": "client_id"}


def wanted_of(values: Mapping[str, Any]) -> Wanted:
    """Whom the filters mean."""
    known = {parameter.name for parameter in FILTERS}
    sent = {name: value for name, value in values.items() if name in known}
    return Wanted(**{COLUMNS.get(name, name): value for name, value in sent.items()})


def list_accounts(call: Call) -> Answer:
    if "before" in call.query and "after" in call.query:
        raise Invalid([Problem("before", "cannot be sent with after")])
    order: Order = call.query.get("sort", "newest")
    found = listing.page(
        call.session,
        wanted_of(call.query),
        order,
        after=_place(call, "after"),
        before=_place(call, "before"),
        limit=limit(call),
    )
    keys = [people_filters.place_name(place_of(one, order)) for one in found.people]
    return Answer(
        {
            "items": [records.account(one) for one in found.people],
            "next": keys[-1] if found.has_after and keys else None,
            "previous": keys[0] if found.has_before and keys else None,
        }
    )


def count(call: Call) -> Answer:
    found = listing.count(call.session, wanted_of(call.query))
    return Answer({"number": found.number, "kind": found.kind})


def _place(call: Call, name: str) -> Place | None:
    sent = call.query.get(name)
    place = people_filters.place(sent) if sent else None
    if sent and place is None:
        raise Invalid([Problem(name, "must be next or previous of another page")])
    return place


def show(call: Call) -> Answer:
    found = load(call)
    sources = [records.source(one) for one in linking.sources_of(call.session, found.id)]
    return Answer({**records.account(found), "sources": sources}, found.version)


def disable(call: Call) -> Answer:
    """Does nothing, and says so, where it is disabled already."""
    found = load(call)
    over = service.EndedAccess(0, 0)
    if found.disabled_at is None:
        over = service.disable(call.actor, found.id)
    return _over(over)


def enable(call: Call) -> Answer:
    found = load(call)
    service.enable(call.actor, found.id)
    return show(call)


def list_sessions(call: Call) -> Answer:
    found = browser.of_account(call.session, call.clock, load(call).id)
    return Answer({"items": [_session(one) for one in found], "next": None})


def sign_out(call: Call) -> Answer:
    offline = call.body.get("offline", False)
    return _over(service.sign_out(call.actor, load(call).id, offline=offline))


def end_session(call: Call) -> Answer:
    if service.end_session(call.actor, load(call).id, call.path["sid"]) is None:
        raise NotFound("There is no such session.")
    return Answer()


def unlink(call: Call) -> Answer:
    """The last way in stays."""
    found, named = load(call), (call.path["appid"], call.path["openid"])
    linked = linking.sources_of(call.session, found.id)
    known = [one for one in linked if (one.credential_id, one.value) == named]
    if not known:
        raise NotFound("The account has no such identity.")
    outcome = service.unlink(call.actor, found.id, known[0].namespace, known[0].value)
    if outcome == "unknown":
        raise NotFound("The account has no such identity.")
    if outcome == "last":
        raise Conflict("This is the only way in; disable the account instead, or link another.")
    return Answer()


def link(call: Call) -> Answer:
    """The caller vouches for it: whoever has the name there can sign in to this account."""
    found, body = load(call), call.body
    connection = call.federation.connections.get(call.session, body["connection_id"])
    if connection is None:
        raise Invalid([Problem("connection_id", "is not a connection")])
    service.link(call.actor, found.id, connection, body["openid"])
    return show(call)


def load(call: Call) -> AccountView:
    """The account that the path names; one that was merged is told as such."""
    found = directory.get(call.session, call.path["sub"])
    if found is None:
        raise NotFound("There is no such account.")
    return found


def _session(one: browser.BrowserSession) -> Json:
    plain = {member.name: getattr(one, member.name) for member in SESSION.members}
    return {**plain, "amr": list(one.amr)}


def _over(over: service.EndedAccess) -> Answer:
    return Answer({"sessions": over.sessions, "grants": over.grants})


ONE = "/accounts/{sub}"
OPERATIONS = (
    Operation(
        "GET",
        "/accounts",
        "listAccounts",
        "People, the newest first unless told: all, or those that search and filters find.",
        list_accounts,
        "AccountPage",
        query=(*FILTERS, SORT, BEFORE, *PAGED),
    ),
    Operation(
        "GET",
        "/account-count",
        "countAccounts",
        "How many people search and filters find: counted to a thousand, all of them estimated.",
        count,
        "AccountCount",
        query=FILTERS,
    ),
    Operation(
        "GET",
        ONE,
        "showAccount",
        "One person with their identities.",
        show,
        "AccountDetail",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "POST",
        ONE + "/disable",
        "disableAccount",
        "Shuts an account; its sessions and tokens end now.",
        disable,
        "Ended",
        fails=(404,),
    ),
    Operation(
        "POST",
        ONE + "/enable",
        "enableAccount",
        "Opens a disabled account again.",
        enable,
        "AccountDetail",
        fails=(404,),
    ),
    Operation(
        "GET",
        ONE + "/sessions",
        "listSessions",
        "The browsers in which a person is signed in, all of them.",
        list_sessions,
        "SessionPage",
        fails=(404,),
    ),
    Operation(
        "DELETE",
        ONE + "/sessions/{sid}",
        "endSession",
        "Signs one browser out.",
        end_session,
        status=204,
        fails=(404,),
    ),
    Operation(
        "POST",
        ONE + "/sign-out",
        "signAccountOut",
        "Signs a person out everywhere; with `offline` ends offline access too.",
        sign_out,
        "Ended",
        body="SignOut",
        body_needed=False,
        fails=(404,),
    ),
    Operation(
        "DELETE",
        ONE + "/sources/{appid}/{openid}",
        "unlinkSource",
        "Takes an identity away; the person has to sign in again.",
        unlink,
        status=204,
        fails=(404, 409),
    ),
    Operation(
        "POST",
        ONE + "/sources",
        "linkSource",
        "Adds an identity that an administrator vouches for.",
        link,
        "AccountDetail",
        body="SourceNew",
        fails=(404, 409),
    ),
)
