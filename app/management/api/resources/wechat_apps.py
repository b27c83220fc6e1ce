"""WeChat apps: the credentials from WeChat's consoles, as 0.1.0 knew them (see `credentials`)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from app.management.api.operation import Answer, Call, Operation
from app.management.api.paging import PAGED, page, slice_after
from app.management.api.problems import ApiProblem, NotFound, Problem
from app.management.api.schema import (
    FLAG,
    MOMENT,
    MOST,
    Member,
    Record,
    closed,
    number,
    one_of,
    or_null,
    text,
)
from app.management.services import credentials as service
from app.management.services import records
from federation import Credential, CredentialFields
from federation.credential_store import CredentialStore
from federation.errors import Misconfigured, Unavailable
from federation.setup import Binding
from federation.wechat.source import WECHAT

KINDS = tuple(kind.id for kind in WECHAT.credentials.kinds)
FAULT = or_null(closed({"errcode": or_null(number(-MOST)), "at": MOMENT}))
CHECK = Record(
    "CheckResult",
    (
        Member("accepted", FLAG, "told", about="Whether WeChat takes AppID, secret and address."),
        Member("errcode", or_null(number(-MOST)), "told", about="WeChat's number, where not."),
    ),
)
BINDING = Record(
    "Binding",
    (
        Member(
            "binding",
            one_of(*get_args(Binding)),
            "told",
            about="Nobody has signed in yet; no UnionID came; one came, and `open_platform` says "
            "nothing; one came, and it does.",
        ),
    ),
)
TAKE_DOWN = closed(
    {
        "revoke": {
            **FLAG,
            "description": "Also end every session and token that began by it, and tell the "
            "applications; else people stay signed in.",
        }
    },
    ("revoke",),
)
RECORD = Record(
    "WeChatApp",
    (
        Member("app_id", text(18), "once", needed=True, about="wx and 16 hexadecimal digits."),
        Member("kind", one_of(*KINDS), "once", needed=True),
        Member("secret", text(128), "secret", needed=True, about="The AppSecret; never told."),
        Member("name", text(64), about="For administrators to know it by."),
        Member("original_id", text(40), nullable=True, about="gh_…, to launch a mini program."),
        Member(
            "open_platform", text(64), nullable=True, about="Label of its Open Platform account."
        ),
        Member("is_default", FLAG, about="The mini program of connections that name none."),
        Member("push_token", text(32), "secret", about="Token of WeChat's pushes."),
        Member("push_key", text(43), "secret", about="EncodingAESKey of WeChat's pushes."),
        Member("usable", FLAG, "told", about="Whether the AppSecret is there and can be read."),
        Member("secret_since", or_null(MOMENT), "told", about="When the AppSecret was stored."),
        Member("takes_pushes", FLAG, "told"),
        Member("fault", FAULT, "told", about="Why WeChat last refused it."),
        Member("version", number(1), "told"),
    ),
)


def list_apps(call: Call) -> Answer:
    store = _store(call)
    faults = {fault.credential_id: fault for fault in store.faults(call.session)}
    every = sorted(store.all(call.session), key=lambda app: app.id)
    found = slice_after(call, every, lambda app: app.id)
    return page(
        call, found, lambda app: records.wechat_app(app, faults.get(app.id)), lambda app: app.id
    )


def show(call: Call) -> Answer:
    return _answer(call, _load(call))


def create(call: Call) -> Answer:
    app = service.create(call.actor, WECHAT, _wanted(call))
    return replace(_answer(call, app), location=f"/wechat-apps/{app.id}")


def change(call: Call) -> Answer:
    before = _load(call)
    call.demand_version(before.version)
    kept = CredentialFields.of(before, WECHAT.credentials)
    fields = WECHAT.credentials.read({**kept.flat(WECHAT.credentials), **call.body})
    return _answer(call, service.change(call.actor, WECHAT, before, fields, before.version))


def delete(call: Call) -> Answer:
    service.delete(call.actor, WECHAT, _load(call))
    return Answer()


def check(call: Call) -> Answer:
    """A refusal is an answer, and is remembered for the administrators."""
    app, actor = _load(call), call.actor
    call.session.commit()  # what proves the caller stands; the database does not wait for WeChat
    try:
        service.check(actor, WECHAT, app)
    except Misconfigured as error:
        return Answer({"accepted": False, "errcode": error.errcode})
    except Unavailable as error:
        raise ApiProblem("temporarily_unavailable", "WeChat could not be asked.") from error
    return Answer({"accepted": True, "errcode": None})


def show_binding(call: Call) -> Answer:
    return Answer({"binding": service.binding(call.actor, WECHAT, _load(call))})


def take_down(call: Call) -> Answer:
    over = service.take_down(call.actor, WECHAT, _load(call), revoke=call.body["revoke"])
    return Answer({"sessions": over.sessions, "grants": over.grants})


def problems_of_new(call: Call) -> Iterator[Problem]:
    found = _wanted(call).problems(WECHAT.credentials, is_new=True)
    yield from (Problem(*one) for one in found)


def _wanted(call: Call) -> CredentialFields:
    return WECHAT.credentials.read(call.body)


def _store(call: Call) -> CredentialStore:
    return call.federation.credentials.of(WECHAT.id)


def _load(call: Call) -> Credential:
    app = _store(call).get(call.session, call.path["app_id"])
    if app is None:
        raise NotFound
    return app


def _answer(call: Call, app: Credential) -> Answer:
    faults = _store(call).faults(call.session)
    fault = next((one for one in faults if one.credential_id == app.id), None)
    return Answer(records.wechat_app(app, fault), app.version)


OPERATIONS = (
    Operation(
        "listWeChatApps",
        "WeChat credentials, by AppID.",
        list_apps,
        "WeChatAppPage",
        query=PAGED,
    ),
    Operation(
        "createWeChatApp",
        "Stores a credential.",
        create,
        "WeChatApp",
        201,
        "WeChatAppNew",
        check=problems_of_new,
        versioned=True,
    ),
    Operation(
        "showWeChatApp",
        "One credential, without its secrets.",
        show,
        "WeChatApp",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "changeWeChatApp",
        "Changes what is sent, a new AppSecret included.",
        change,
        "WeChatApp",
        body="WeChatAppChange",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "deleteWeChatApp",
        "Forgets a credential that no connection uses.",
        delete,
        status=204,
        fails=(404, 409),
    ),
    Operation(
        "checkWeChatApp",
        "Asks WeChat whether it takes the credential; nobody is signed in.",
        check,
        "CheckResult",
        fails=(404,),
    ),
    Operation(
        "showWeChatAppBinding",
        "Whether WeChat gave UnionIDs with its sign-ins: it is bound to an Open Platform account.",
        show_binding,
        "Binding",
        fails=(404,),
    ),
    Operation(
        "takeDownWeChatApp",
        "Switches off every connection that rests on it; with `revoke` ends who came by them.",
        take_down,
        "Ended",
        body="TakeDown",
        fails=(404, 412),
    ),
)
