"""An admin's own sign-in: password, authenticator app, passkeys."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.administrators import admins, recovery, sessions, totp
from app.audit import notices
from app.management.console import access, desk
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.views import own_password
from app.management.console.views.first_steps import after_factor, set_up_page
from app.web.times import prefer, viewer_zone
from app.zones import known_zones, zone_named

TOTP = "admin_totp"
PLACES = (
    *("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/"),
    *("Australia/", "Europe/", "Indian/", "Pacific/"),
)


@requires("viewer", without_factor=True)
def profile() -> ResponseReturnValue:
    """The administrator's own password, authenticator and passkeys; first the second step, where
    that is demanded and missing."""
    return set_up_page() if access.lacks_factor() else _page(Form({}))


def _page(form: Form) -> str:
    me, session = access.current_admin(), desk.session()
    return render_template(
        "admin/profile.html",
        form=form,
        passkeys=desk.passkeys().of(session, me.id),
        notices=notices.of_admin(session, me.id),
        codes_left=recovery.left(session, me.id),
        has_factor=access.has_factor(),
        lacks_factor=access.lacks_factor(),
        sessions=sessions.of_admin(session, desk.clock(), me.id),
        this_session=sessions.digest(access.token() or ""),
        zones=sorted(zone for zone in known_zones() if _is_place(zone)),
    )


def _is_place(zone: str) -> bool:
    """Whether somebody would look for it: continents with cities, and UTC; no older spellings."""
    return zone == "UTC" or zone.startswith(PLACES)


@requires("viewer", without_factor=True)
def choose_time_zone() -> ResponseReturnValue:
    """In which zone the console's pages tell times; the browser's, unless one is chosen."""
    chosen = zone_named(request.form.get("time_zone", ""))
    admins.choose_time_zone(desk.session(), access.current_admin(), chosen.key if chosen else None)
    desk.session().commit()
    prefer(chosen.key if chosen else None)
    flash(_("Times are told in %(zone)s from now on.", zone=viewer_zone().key))
    return redirect(url_for("admin.profile"), 303)


@requires("viewer", confirmed=True)
def change_password() -> ResponseReturnValue:
    """Another password; every other browser of the admin is signed out."""
    form = Form({})
    answer = own_password.change(form, url_for("admin.profile"))
    if answer is None:
        return _page(form), form.status
    flash(_("Your password is changed; your other browsers are signed out."))
    return answer


@requires("viewer", confirmed=True, without_factor=True)
def add_authenticator() -> ResponseReturnValue:
    """Shows a secret to scan, and keeps it once a code proves that the app has it."""
    me, keyring = access.current_admin(), desk.provider().keyring
    if request.method == "GET" or TOTP not in cookie:
        cookie[TOTP] = keyring.seal(totp.new_secret().encode(), totp.PURPOSE)
        return _authenticator_page("")
    secret = keyring.unseal(cookie[TOTP], totp.PURPOSE).decode()
    code = request.form.get("code", "")
    if not totp.enrol(desk.session(), desk.clock(), keyring, me, secret, code):
        return _authenticator_page(_("The code is wrong. Is the clock of your phone right?")), 422
    cookie.pop(TOTP)
    _commit_alone()
    flash(_("From now on a code is asked for when you sign in."))
    return redirect(after_factor(), 303)


def _authenticator_page(problem: str) -> str:
    secret = desk.provider().keyring.unseal(cookie[TOTP], totp.PURPOSE).decode()
    address = totp.address(secret, access.current_admin().username, desk.passkeys().host)
    import segno

    drawn = segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return render_template("admin/authenticator.html", secret=secret, drawn=drawn, problem=problem)


@requires("viewer", confirmed=True)
def remove_authenticator() -> ResponseReturnValue:
    """Signs in without a code of the authenticator app from now on."""
    totp.remove(desk.session(), desk.clock(), access.current_admin())
    _commit_alone()
    flash(_("The authenticator app is no longer asked for."))
    return redirect(url_for("admin.profile"), 303)


@requires("viewer", confirmed=True, without_factor=True)
def new_passkey_question() -> ResponseReturnValue:
    """What a script makes a new passkey with."""
    me = access.current_admin()
    question = desk.passkeys().creation_options(desk.session(), desk.clock(), me)
    desk.session().commit()
    return Response(question, mimetype="application/json", headers={"Cache-Control": "no-store"})


@requires("viewer", confirmed=True, without_factor=True)
def add_passkey() -> ResponseReturnValue:
    """Keeps a passkey that the browser has just made."""
    me = access.current_admin()
    name = request.form.get("name", "").strip()[:64] or _("Passkey")
    answer = request.form.get("passkey", "")
    if desk.passkeys().add(desk.session(), desk.clock(), me, answer, name):
        flash(_("The passkey is added."))
        _commit_alone()
        return redirect(after_factor(), 303)
    flash(_("The passkey could not be added. Try again."), "bad")
    desk.session().commit()
    return redirect(url_for("admin.profile"), 303)


@requires("viewer", confirmed=True)
def remove_passkey(id_hash: str) -> ResponseReturnValue:
    """Forgets a passkey."""
    desk.passkeys().remove(desk.session(), desk.clock(), access.current_admin(), id_hash)
    _commit_alone()
    flash(_("The passkey is removed."))
    return redirect(url_for("admin.profile"), 303)


@requires("viewer", confirmed=True)
def make_recovery_codes() -> ResponseReturnValue:
    """Shows new recovery codes, this once; older ones are good no more."""
    me = access.current_admin()
    codes = recovery.renew(desk.session(), desk.clock(), me, actor=me.actor)
    _commit_alone()
    return render_template("admin/recovery_codes.html", codes=codes)


def _commit_alone() -> None:
    """Commits a change of what the admin signs in with; their other browsers are signed out."""
    sessions.end_others(desk.session(), access.current_admin().id, access.token())
    desk.session().commit()
