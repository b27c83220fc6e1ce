"""Administrators: the people who may open the console."""

from dataclasses import replace
from functools import partial

from app.administrators import admins, sessions
from app.administrators.admins import Admin, AdminFields
from app.administrators.passkeys import keepers
from app.administrators.roles import ROLES
from app.management.api.operation import Answer, Call, Operation
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.problems import NotFound
from app.management.api.schema import (
    FLAG,
    MOMENT,
    Json,
    Member,
    Record,
    closed,
    number,
    one_of,
    or_null,
    text,
)
from app.sign_in.local_passwords import passwords
from oidc.database.statements import connection_released

RECORD = Record(
    "Administrator",
    (
        Member("id", text(22), "told"),
        Member("username", text(64, least=1), "once", needed=True),
        Member("name", text(100)),
        Member("role", one_of(*ROLES), needed=True),
        Member("password", text(1024), "secret", needed=True, about="12 characters or more."),
        Member("enabled", FLAG, "changed", about="Whether they may sign in."),
        Member("has_authenticator", FLAG, "told"),
        Member("has_passkey", FLAG, "told"),
        Member(
            "password_due",
            FLAG,
            about="Whether they must change the password before anything else opens.",
        ),
        Member("created_at", MOMENT, "told"),
        Member("last_sign_in", or_null(MOMENT), "told"),
        Member("version", number(1), "told"),
    ),
)


SESSION = Record(
    "AdministratorSession",
    (
        Member("id", text(64), "told"),
        Member("created_at", MOMENT, "told"),
        Member("last_seen", MOMENT, "told"),
        Member("address", or_null(text(45)), "told"),
        Member("device", or_null(text(100)), "told"),
    ),
)
SIGN_OUT = closed({"session": text(64, least=1)})
SIGNED_OUT = Record("AdministratorSignedOut", (Member("sessions", number(), "told"),))


def list_admins(call: Call) -> Answer:
    found = slice_after(call, admins.everybody(call.session), lambda one: one.username)
    with_passkey = keepers(call.session)
    told = partial(_told, with_passkey=with_passkey)
    return page(call, found, told, lambda one: one.username)


def show(call: Call) -> Answer:
    return _answer(call, _load(call))


def create(call: Call) -> Answer:
    body = {"name": "", **call.body}
    due = body.pop("password_due", False)
    fields = AdminFields(**body)
    with connection_released(call.session):
        made = admins.create(
            call.session,
            call.clock,
            passwords(),
            fields,
            actor=call.actor.name,
            password_due=due,
        )
    return replace(_answer(call, made), location=f"/administrators/{made.id}")


def change(call: Call) -> Answer:
    """Who is kept out, or has another password, is signed out at once."""
    before, actor = _load(call), call.actor.name
    call.demand_version(before.version)
    body = dict(call.body)
    enabled = body.pop("enabled", before.disabled_at is None)
    due = body.pop("password_due", None)
    if body:
        stays = {"username": before.username, "name": before.name, "role": before.role}
        fields = AdminFields(**{**stays, **body})
        with connection_released(call.session):
            admins.change(
                call.session,
                call.clock,
                passwords(),
                before,
                fields,
                before.version,
                actor=actor,
                password_due=bool(due),
            )
    if due is not None and due != bool(_load(call).password_due):
        admins.set_password_due(call.session, call.clock, _load(call), due=due, actor=actor)
    if enabled != (before.disabled_at is None):
        admins.switch(call.session, call.clock, _load(call), enabled=enabled, actor=actor)
    return show(call)


def forget_factors(call: Call) -> Answer:
    admins.forget_factors(call.session, call.clock, _load(call), actor=call.actor.name)
    return show(call)


def list_sessions(call: Call) -> Answer:
    known = sessions.of_admin(call.session, call.clock, _load(call).id)
    names = ("id", "created_at", "last_seen", "address", "device")
    return Answer(
        {"items": [{name: getattr(one, name) for name in names} for one in known], "next": None}
    )


def sign_out(call: Call) -> Answer:
    """Of one browser where it is named, else of all."""
    wanted = call.body.get("session")
    ended = sessions.end_of(call.session, call.clock, _load(call), wanted, actor=call.actor.name)
    return Answer({"sessions": ended})


def _load(call: Call) -> Admin:
    name = call.path["admin_id"]
    found = admins.get(call.session, name) if len(name) <= 22 else None
    if found is None:
        raise NotFound("There is no such administrator.")
    return found


def _answer(call: Call, admin: Admin) -> Answer:
    return Answer(_told(admin, keepers(call.session)), admin.version)


def _told(admin: Admin, with_passkey: set[str]) -> Json:
    names = ("id", "username", "name", "role", "created_at", "last_sign_in", "version")
    state = {
        "enabled": admin.disabled_at is None,
        "has_authenticator": admin.has_totp,
        "has_passkey": admin.id in with_passkey,
        "password_due": bool(admin.password_due),
    }
    return {name: getattr(admin, name) for name in names} | state


OPERATIONS = (
    Operation(
        "listAdministrators",
        "Who may open the console, by user name.",
        list_admins,
        "AdministratorPage",
        query=PAGED,
    ),
    Operation(
        "createAdministrator",
        "Lets somebody open the console.",
        create,
        "Administrator",
        201,
        "AdministratorNew",
        versioned=True,
    ),
    Operation(
        "showAdministrator",
        "One administrator.",
        show,
        "Administrator",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "changeAdministrator",
        "Changes what is sent; somebody always stays an owner.",
        change,
        "Administrator",
        body="AdministratorChange",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "forgetFactors",
        "Removes the authenticator and the passkeys of somebody who lost them.",
        forget_factors,
        "Administrator",
        fails=(404, 412),
    ),
    Operation(
        "listAdministratorSessions",
        "The browsers in which an administrator is signed in, the one used last first.",
        list_sessions,
        "AdministratorSessionPage",
        fails=(404,),
    ),
    Operation(
        "signAdministratorOut",
        "Signs an administrator out of one browser, or of all.",
        sign_out,
        "AdministratorSignedOut",
        body="AdministratorSignOut",
        body_needed=False,
        fails=(404,),
    ),
)
