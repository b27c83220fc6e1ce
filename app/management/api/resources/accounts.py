"""Accounts: finding people, shutting an account, signing a person out."""

from app.accounts.records import directory, linking
from app.accounts.records.directory import AccountView
from app.management.api.operation import Answer, Call, Operation
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
    or_null,
    ref,
    text,
)
from app.management.services import accounts as service
from app.management.services import people, records
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
        Member(
            "applications",
            list_of(ref("HeldAccess")),
            "told",
            about="What each application may learn of them now.",
        ),
    ),
)
HELD = Record(
    "HeldAccess",
    (
        Member("client_id", text(128), "told"),
        Member("scopes", list_of(text(255)), "told"),
        Member("resources", list_of(text(2000)), "told", about="APIs that it may call."),
        Member("since", MOMENT, "told"),
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
OVER = Record("Ended", (Member("sessions", number(), "told"), Member("grants", number(), "told")))


def show(call: Call) -> Answer:
    found = load(call)
    sources = [records.source(one) for one in linking.sources_of(call.session, found.id)]
    held = [people.application(one) for one in people.applications_of(call.actor, found.id)]
    lists = {"sources": sources, "applications": held}
    return Answer({**records.account(found), **lists}, found.version)


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


OPERATIONS = (
    Operation(
        "showAccount",
        "One person with their identities.",
        show,
        "AccountDetail",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "disableAccount",
        "Shuts an account; its sessions and tokens end now.",
        disable,
        "Ended",
        fails=(404,),
    ),
    Operation(
        "enableAccount",
        "Opens a disabled account again.",
        enable,
        "AccountDetail",
        fails=(404,),
    ),
    Operation(
        "listSessions",
        "The browsers in which a person is signed in, all of them.",
        list_sessions,
        "SessionPage",
        fails=(404,),
    ),
    Operation(
        "endSession",
        "Signs one browser out.",
        end_session,
        status=204,
        fails=(404,),
    ),
    Operation(
        "signAccountOut",
        "Signs a person out everywhere; with `offline` ends offline access too.",
        sign_out,
        "Ended",
        body="SignOut",
        body_needed=False,
        fails=(404,),
    ),
    Operation(
        "unlinkSource",
        "Takes an identity away; the person has to sign in again.",
        unlink,
        status=204,
        fails=(404, 409),
    ),
    Operation(
        "linkSource",
        "Adds an identity that an administrator vouches for.",
        link,
        "AccountDetail",
        body="SourceNew",
        fails=(404, 409),
    ),
)
