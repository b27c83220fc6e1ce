"""Behind the link of an invitation: somebody chooses a password and is an administrator."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.administrators import invitations, sessions
from app.administrators.admins import Admin
from app.administrators.invitations import Invitation, NoInvitation
from app.audit.trail import Event, record
from app.management.console import access, desk, forms
from app.management.console.access import public
from app.management.console.forms import Form
from app.management.console.saving import saving
from app.sign_in import known_browsers
from app.sign_in.local_passwords import passwords
from app.sign_in.tries import SIGN_IN_REQUESTS
from app.web.client_address import origin
from app.web.rate_limits import limiter


@public
@limiter.limit(SIGN_IN_REQUESTS, key_func=known_browsers.number_or_address)
def join(token: str) -> ResponseReturnValue:
    """Shows as what somebody is invited; looking uses nothing up."""
    found = invitations.of_token(desk.session(), desk.clock(), token)
    return _page(found, token, Form({"name": found.name})) if found else _gone()


@public
@limiter.limit(SIGN_IN_REQUESTS, key_func=known_browsers.number_or_address)
def send_join(token: str) -> ResponseReturnValue:
    """Keeps the password that was chosen, signs the new administrator in, and goes on to the second
    step."""
    session, clock = desk.session(), desk.clock()
    found = invitations.of_token(session, clock, token)
    if found is None:
        return _gone()
    password, again = request.form.get("password", ""), request.form.get("again", "")
    form = Form({"name": forms.text("name")})
    if password != again:
        form.add([("again", "")], say=lambda _none: _("The two passwords are not the same."))
        return _page(found, token, form)
    made: list[Admin] = []
    try:
        with saving(form, {}, 0):
            name = forms.text("name")
            made.append(invitations.accept(session, clock, passwords(), token, name, password))
            signed_in = _sign_in(made[0])
    except NoInvitation:
        session.rollback()
        return _gone()
    if form.status != 200:
        return _page(found, token, form)
    response = access.put_cookie(
        _as_response(redirect(url_for("admin.set_up_factor"), 303)), signed_in
    )
    return known_browsers.remember(response, "admin", found.username)


def _sign_in(made: Admin) -> str:
    """The token of the session that the new administrator has at once."""
    session, clock = desk.session(), desk.clock()
    token = sessions.begin(session, clock, made, access.token(), origin())
    detail = {"username": made.username}
    record(session, clock, Event("admin.signed_in", made.actor, detail=detail, admin_id=made.id))
    return token


def _page(found: Invitation, token: str, form: Form) -> Response:
    page = render_template("admin/join.html", invitation=found, token=token, form=form)
    return make_response(page, form.status)


def _gone() -> Response:
    return make_response(render_template("admin/join_gone.html"), 404)


def _as_response(answer: object) -> Response:
    assert isinstance(answer, Response)
    return answer
