"""The person's own password, where they have one: another, for the one that they know."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.passwords import InvalidAccount, note_wrong_password
from app.database import db
from app.elements import passwords_are_on
from app.pages.account.current_account import Here, for_person
from app.pages.blueprint import pages
from app.sessions.resting import end_what_rests_on
from app.sign_in.local_passwords import passwords
from app.sign_in.planted_passkeys import remove_planted
from app.sign_in.tries import password_tried
from oidc.database.statements import connection_released
from oidc.provider import current_provider


def may_change(here: Here) -> bool:
    """Whether the person signs in by a password here."""
    return passwords_are_on() and here.account.has_password


@pages.post("/account/password")
@for_person
def change_own_password(here: Here) -> ResponseReturnValue:
    """Another password, for who knows the old one; whoever came by that is signed out."""
    username = here.account.username
    if not may_change(here) or username is None:
        abort(404)
    with password_tried("person", username) as this:
        given = request.form.get("password", "")
        this.succeeded = passwords().verify(db.session(), username, given) == here.subject
    if this.succeeded:
        _change(here, request.form.get("new_password", ""))
    else:
        clock = current_provider().clock
        note_wrong_password(db.session(), clock, username, client_id=None)
        flash(_("That is not your present password. Nothing was changed."), "bad")
    db.session.commit()
    return redirect(url_for("pages.account"), 303)


def _change(here: Here, wanted: str) -> None:
    provider, session = current_provider(), db.session()
    try:
        with connection_released(session):
            passwords().set(session, provider.clock, here.subject, wanted, actor=here.actor)
    except InvalidAccount as refused:
        for problem in refused.problems:
            flash(_(problem), "bad")
        return
    but = here.session.sid
    end_what_rests_on(provider, session, here.subject, None, but=but)
    if remove_planted(provider, session, here.subject, None, actor=here.actor, but=but):
        flash(_("Passkeys that were made by it are removed, too."))
    flash(_("Your password is changed; whoever came by the old one is signed out."))
