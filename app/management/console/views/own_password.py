"""Changing one's own password: the same on both pages that ask for it."""

from flask import Response, redirect, request
from flask_babel import gettext as _

from app.administrators import admins, sessions
from app.administrators.admins import AdminFields
from app.management.console import access, desk
from app.management.console.forms import Form
from app.management.console.saving import saving
from app.sign_in.local_passwords import passwords
from app.web.client_address import origin
from oidc.database.statements import connection_released


def change(form: Form, on: str, *, is_due: bool = False) -> Response | None:
    """Keeps the password that was sent; every other browser of the admin is signed out.

    :param form: gets what is wrong with it; None is given then.
    :param on: where to go on.
    :param is_due: it has to be another one than before.
    """
    me, session = access.current_admin(), desk.session()
    given = request.form.get("password", "")
    _check(form, given, is_due=is_due)
    if form.problems:
        return None
    fields = AdminFields(me.username, me.name, me.role, given)
    with saving(form, {}, me.version), connection_released(session):
        admins.change(session, desk.clock(), passwords(), me, fields, me.version, actor=me.actor)
        token = sessions.begin(session, desk.clock(), me, None, origin())
    if form.status != 200:
        return None
    response = redirect(on, 303)
    assert isinstance(response, Response)
    return access.put_cookie(response, token)


def _check(form: Form, given: str, *, is_due: bool) -> None:
    if given != request.form.get("again", ""):
        form.add([("again", "")], say=lambda _none: _("The two passwords are not the same."))
    elif not given:
        form.add([("password", "An administrator's password has 12 characters or more.")])
    elif is_due and _is_the_old_one(given):
        form.add([("password", "")], say=lambda _none: _("Choose another one than before."))


def _is_the_old_one(given: str) -> bool:
    username = access.current_admin().username
    return admins.verify(desk.session(), passwords(), username, given) is not None
