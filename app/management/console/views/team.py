"""Who is an administrator; for owners."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.administrators import admins, invitations, sessions
from app.administrators.admins import Admin, AdminFields
from app.administrators.passkeys import keepers
from app.administrators.roles import MEANINGS, ROLES
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.services.invitation_mail import check_recipient, send_invitation
from app.notifications.mail import Mailer
from app.sign_in.local_passwords import passwords
from oidc.database.statements import connection_released


@requires("owner")
def team() -> ResponseReturnValue:
    """Who may open the console."""
    return render_template(
        "admin/team.html",
        everybody=admins.everybody(desk.session()),
        with_passkey=keepers(desk.session()),
        invited=invitations.everything(desk.session(), desk.clock()),
    )


@requires("owner", confirmed=True)
def new_admin() -> ResponseReturnValue:
    """Invites somebody by a link; with a password, which they have to change, at once."""
    if request.method == "GET":
        return _page(Form({"role": "viewer"}))
    fields = _sent(forms.text("username").lower())
    form, session = Form({**_values(fields), "mail_to": forms.text("mail_to")}), desk.session()
    if not fields.password:
        return _invite(form, fields)
    with saving(form, {}, 0), connection_released(session):
        admins.create(
            session, desk.clock(), passwords(), fields, actor=access.actor(), password_due=True
        )
    if form.status != 200:
        return _page(form), form.status
    flash(_("Added. Tell them the password by a safe way; they have to change it."))
    return redirect(url_for("admin.team"), 303)


def _invite(form: Form, fields: AdminFields) -> ResponseReturnValue:
    """Shows the link, this once, and sends it where an address was given."""
    session, clock, made = desk.session(), desk.clock(), []
    address = form.values["mail_to"]
    with saving(form, {}, 0):
        check_recipient(address)
        made.append(invitations.invite(session, clock, fields, actor=access.actor()))
    if form.status != 200:
        return _page(form), form.status
    [(invitation, token)] = made
    link = desk.provider().url(invitations.PATH + token)
    return render_template(
        "admin/invitation.html",
        invitation=invitation,
        link=link,
        mail_to=address,
        failure=send_invitation(address, invitation, link) if address else None,
    )


@requires("owner")
def revoke_invitation(invitation_id: str) -> ResponseReturnValue:
    """Takes an invitation back: its link is good no more."""
    session, clock = desk.session(), desk.clock()
    found = invitations.get(session, clock, invitation_id[:22])
    if found is None:
        abort(404)
    if invitations.revoke(session, clock, found, actor=access.actor()):
        flash(_("The invitation is taken back."))
    session.commit()
    return redirect(url_for("admin.team"), 303)


@requires("owner", confirmed=True)
def one_admin(admin_id: str) -> ResponseReturnValue:
    """One administrator: name, role and factors."""
    known = load(admin_id)
    if request.method == "GET":
        return _page(Form(_values_of(known), known.version), known)
    fields = _sent(known.username)
    form = Form(_values(fields), forms.version())
    session = desk.session()
    with saving(form, _values_of(known), known.version), connection_released(session):
        admins.change(
            session,
            desk.clock(),
            passwords(),
            known,
            fields,
            form.version,
            actor=access.actor(),
            password_due=known.id != access.current_admin().id,
        )
    if form.status != 200:
        return _page(form, known), form.status
    flash(_("Saved."))
    return redirect(url_for("admin.team"), 303)


@requires("owner", confirmed=True)
def switch_admin(admin_id: str) -> ResponseReturnValue:
    """Keeps an admin out or lets them in again; frees them of factors that they lost; or demands
    another password: of the admin as the page showed them."""
    known, what = forms.opened(load(admin_id)), forms.text("what")
    if what not in ("factors", "password", "disable", "enable"):
        abort(400)
    session, clock, actor = desk.session(), desk.clock(), access.actor()
    with doing() as done:
        if what == "factors":
            admins.forget_factors(session, clock, known, actor=actor)
        elif what == "password":
            admins.set_password_due(session, clock, known, due=True, actor=actor)
        else:
            admins.switch(session, clock, known, enabled=what == "enable", actor=actor)
    if not done.ok:
        return redirect(url_for("admin.one_admin", admin_id=known.id), 303)
    flash(_("Saved."))
    return redirect(url_for("admin.team"), 303)


def load(admin_id: str) -> Admin:
    """The administrator, or the page that says there is none."""
    found = admins.get(desk.session(), admin_id) if len(admin_id) <= 22 else None
    if found is None:
        abort(404)
    return found


def _sent(username: str) -> AdminFields:
    return AdminFields(
        username, forms.text("name"), forms.text("role"), request.form.get("password", "")
    )


def _values(fields: AdminFields) -> dict[str, Any]:
    return {"username": fields.username, "name": fields.name, "role": fields.role}


def _values_of(known: Admin) -> dict[str, Any]:
    return {"username": known.username, "name": known.name, "role": known.role}


def _page(form: Form, known: Admin | None = None) -> str:
    return render_template(
        "admin/one_admin.html",
        form=form,
        known=known,
        roles=ROLES,
        meanings=MEANINGS,
        mails=Mailer.of_application() is not None,
        sessions=sessions.of_admin(desk.session(), desk.clock(), known.id) if known else [],
    )
