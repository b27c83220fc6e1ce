"""Signing in with a local password, where the deployment allows it."""

from flask import abort, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.identification.outcomes import SignedIn
from app.database import db
from app.elements import passwords_are_on
from app.pages import parked as parked_request
from app.pages.blueprint import pages
from app.pages.new_session import begin_session
from app.pages.sign_in import sign_in_page
from app.sign_in import known_browsers
from app.sign_in.contexts import PASSWORD, PASSWORD_ACR
from app.sign_in.local_passwords import passwords
from app.sign_in.tries import password_tried
from oidc.provider import current_provider

USERNAME_LIMIT = 128


def sent_username() -> str:
    """The user name of the form; also what its tries are counted by."""
    return request.form.get("username", "").strip().lower()[:USERNAME_LIMIT]


@pages.post("/sign-in/<interaction_id>/password")
def password(interaction_id: str) -> ResponseReturnValue:
    """Signs in, or shows the page again with what was typed (never the password)."""
    if not passwords_are_on():
        abort(404)
    parked = parked_request.load_any(interaction_id)
    if parked.task not in ("sign_in", "account"):
        abort(404)  # a proof by password has its own form, and a link is not made by one
    with password_tried("person", sent_username()) as this:
        outcome = passwords().sign_in(
            db.session(),
            current_provider().clock,
            sent_username(),
            request.form.get("password", ""),
            client_id=parked.client_id,
        )
        this.succeeded = isinstance(outcome, SignedIn)
    if isinstance(outcome, SignedIn):
        entered = begin_session(parked, outcome.subject, amr=PASSWORD, acr=PASSWORD_ACR)
        return known_browsers.remember(make_response(entered), "person", sent_username())
    db.session.commit()  # the failed try is in the log
    problem = _("The user name or the password is wrong.")
    return sign_in_page(parked, problem=problem, username=sent_username()), 401
