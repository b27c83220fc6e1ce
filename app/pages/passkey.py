"""Signing in with a passkey: the question to the browser, and what its answer opens."""

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import passkeys
from app.accounts.records import directory
from app.audit.trail import Event, record
from app.database import db
from app.elements import current_federation, passkeys_are_on
from app.pages import parked as parked_request
from app.pages.blueprint import pages
from app.pages.errors import error_page
from app.pages.new_session import begin_session
from app.pages.parked import SignInRequest
from app.pages.sign_in import sign_in_page
from app.sign_in.contexts import PASSKEY, PASSKEY_ACR
from app.sign_in.passkey_way import OUR_PAGES, stands_for
from app.web.rate_limits import limiter
from app.web_authentication import RelyingParty
from oidc.provider import current_provider

LIMIT = "60/minute"
"""Questions, and answers, of one address."""
SIGN_IN = "/sign-in/<interaction_id>/passkey"


def party() -> RelyingParty:
    """Whose passkeys are asked for: those of the host that we are reached at."""
    return RelyingParty(current_provider().settings.issuer)


def json_answer(text: str) -> Response:
    """What a script reads, once."""
    return Response(text, mimetype="application/json", headers={"Cache-Control": "no-store"})


@pages.post(f"{SIGN_IN}/question")
@limiter.limit(LIMIT)
def passkey_question(interaction_id: str) -> ResponseReturnValue:
    """What a script asks the browser's passkeys with, for this request alone."""
    parked = _parked(interaction_id)
    clock = current_provider().clock
    question = passkeys.question(db.session(), clock, party(), parked.binding)
    db.session.commit()
    return json_answer(question)


@pages.post(SIGN_IN)
@limiter.limit(LIMIT)
def sign_in_by_passkey(interaction_id: str) -> ResponseReturnValue:
    """Signs in whoever's passkey has answered, by the way in that it stands for here. Commits."""
    parked = _parked(interaction_id)
    session, clock = db.session(), current_provider().clock
    answer = request.form.get("_passkey", "")
    account_id = passkeys.recognised(session, clock, party(), answer, parked.binding)
    if account_id is None:
        _refuse(parked, None, "passkey")
        return sign_in_page(parked, problem=_("This passkey is not known here.")), 401
    account = directory.get(session, account_id)
    if account is None or account.disabled_at is not None or account.merged_into is not None:
        _refuse(parked, account_id, "account_disabled")
        return _ended(parked, "account_disabled")
    return _enter(parked, account_id)


def _enter(parked: SignInRequest, account_id: str) -> ResponseReturnValue:
    session, clock = db.session(), current_provider().clock
    way = stands_for(session, current_federation(), parked.client_id, account_id)
    if way is None:
        _refuse(parked, account_id, "passkey_elsewhere")
        return _ended(parked, "passkey_elsewhere")
    event = Event(
        "sign_in.succeeded",
        f"person:{account_id}",
        account_id,
        client_id=parked.client_id,
        connection_id=None if way.connection_id == OUR_PAGES else way.connection_id,
        rule="passkey",
    )
    record(session, clock, event)
    return begin_session(
        parked,
        account_id,
        amr=PASSKEY,
        acr=PASSKEY_ACR,
        connection_id=way.connection_id,
        identity=way.identity,
    )


def _parked(interaction_id: str) -> SignInRequest:
    if not passkeys_are_on():
        abort(404)
    parked = parked_request.load_any(interaction_id)
    if parked.task not in ("sign_in", "account"):
        abort(404)  # another way in is not proven by one that we have made ourselves
    return parked


def _refuse(parked: SignInRequest, account_id: str | None, rule: str) -> None:
    """Commits; the question is used up."""
    event = Event(
        "sign_in.refused",
        subject=account_id,
        client_id=parked.client_id,
        rule=rule,
        outcome="refused",
    )
    record(db.session(), current_provider().clock, event)
    db.session.commit()


def _ended(parked: SignInRequest, code: str) -> ResponseReturnValue:
    return error_page(code, other=url_for("pages.choose", interaction_id=parked.id, ways="all"))
