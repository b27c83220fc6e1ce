"""The person's passkeys: making one, naming it, taking it away; and where browsers find this."""

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import passkeys
from app.database import db
from app.elements import passkeys_are_on
from app.pages.account.current_account import Here, for_person, for_recent
from app.pages.blueprint import pages
from app.pages.brand import current_brand
from app.pages.passkey import json_answer, party
from app.sessions.resting import end_what_was_opened_by
from app.sign_in.contexts import PASSKEY_ACR
from app.sign_in.planted_passkeys import way_of
from app.web.rate_limits import limiter
from app.web_authentication import Owner
from federation.devices import label_of
from oidc.provider import current_provider

LIMIT = "30/minute"


@pages.get("/.well-known/passkey-endpoints")
def passkey_endpoints() -> ResponseReturnValue:
    """Where passkeys are made and kept (A Well-Known URL for Relying Party Passkey Endpoints)."""
    if not passkeys_are_on():
        abort(404)
    url = current_provider().url
    response = jsonify(enroll=url("/account/passkeys/new"), manage=url("/account#passkeys"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@pages.get("/account/passkeys/new")
@for_recent
def new_passkey(here: Here) -> ResponseReturnValue:  # noqa: ARG001 - who it is has been asked
    """To the form, once the person has shown that it is them."""
    return redirect(url_for("pages.account") + "#passkeys", 303)


@pages.post("/account/passkeys/question")
@limiter.limit(LIMIT)
@for_recent
def new_passkey_question(here: Here) -> ResponseReturnValue:
    """What a script makes a new passkey with."""
    _only_if_on()
    clock, account = current_provider().clock, here.account
    name = account.username or account.name or account.email or _("Your account")
    owner = Owner(account.id, name, account.name or name)
    question = passkeys.question_for_new(
        db.session(), clock, party(), owner, current_brand().plain_name
    )
    db.session.commit()
    return json_answer(question)


@pages.post("/account/passkeys")
@limiter.limit(LIMIT)
@for_recent
def add_passkey(here: Here) -> ResponseReturnValue:
    """Keeps a passkey that the browser has just made."""
    _only_if_on()
    clock, answer = current_provider().clock, request.form.get("passkey", "")
    session, way = db.session(), way_of(here.session)
    if passkeys.add(session, clock, party(), here.subject, answer, _sent_name(), made_by=way):
        flash(_("The passkey is added: it signs you in from now on, without any other app."))
    else:
        flash(_("The passkey could not be added. Try again."), "bad")
    db.session.commit()
    return _back()


@pages.post("/account/passkeys/<id_hash>/name")
@limiter.limit(LIMIT)
@for_person
def rename_passkey(here: Here, id_hash: str) -> ResponseReturnValue:
    """Calls it something else."""
    if passkeys.rename(db.session(), here.subject, id_hash[:64], _sent_name()):
        flash(_("The passkey has its new name."))
    db.session.commit()
    return _back()


@pages.post("/account/passkeys/<id_hash>/remove")
@limiter.limit(LIMIT)
@for_recent
def remove_passkey(here: Here, id_hash: str) -> ResponseReturnValue:
    """Takes it away, with what was opened by passkeys elsewhere; never the last way in."""
    provider, session = current_provider(), db.session()
    outcome = passkeys.remove(session, provider.clock, here.subject, id_hash[:64], actor=here.actor)
    if outcome == "removed":
        end_what_was_opened_by(provider, session, here.subject, PASSKEY_ACR, but=here.session.sid)
        told = _("The passkey is removed, and whoever signed in by a passkey elsewhere is out.")
        flash(told)
    elif outcome == "last":
        last = _("This is the last way into your account, so it stays. Connect another first.")
        flash(last, "bad")
    session.commit()
    return _back()


def suggested_name() -> str:
    """What a passkey made in this browser is called unless the person says otherwise."""
    return label_of(request.user_agent.string) or _("Passkey")


def _only_if_on() -> None:
    if not passkeys_are_on():
        abort(404)


def _sent_name() -> str:
    name = " ".join(request.form.get("name", "").replace("\0", "").split())
    return name[: passkeys.NAME_LIMIT] or suggested_name()


def _back() -> ResponseReturnValue:
    return redirect(url_for("pages.account") + "#passkeys", 303)
