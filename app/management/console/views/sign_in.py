"""Signing in to the config pages: password, then a code or a passkey; or a passkey alone."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.administrators import admins, challenges, recovery, sessions, totp
from app.administrators.admins import Admin
from app.administrators.replay import go_on, was_by_form
from app.audit.trail import Event, record
from app.management.console import access, desk
from app.management.console.access import public, requires, sign_in_page
from app.sign_in import known_browsers
from app.sign_in.local_passwords import passwords
from app.sign_in.tries import SIGN_IN_REQUESTS, code_tried, password_tried
from app.web.client_address import origin
from app.web.rate_limits import limiter
from app.web.tries import TooManyTries


def sent_username() -> str:
    """The user name of the form; also what its tries are counted by."""
    return request.form.get("_username", "").strip().lower()[:128]


def _page() -> str:
    return request.form.get("_page", "")[:2000]


@public
def sign_in() -> ResponseReturnValue:
    """The door of the console: password or passkey."""
    if access.signed_in():
        return redirect(url_for("admin.home"), 303)
    return sign_in_page(request.args.get("page", ""))


@public
def send_password() -> ResponseReturnValue:
    """Checks the password, and asks for the second factor where there is one."""
    session, clock = desk.session(), desk.clock()
    given = request.form.get("_password", "")
    try:
        with password_tried("admin", sent_username()) as this:
            found = admins.verify(session, passwords(), sent_username(), given)
            this.succeeded = found is not None
    except TooManyTries as refused:
        if refused.first:
            _note_many_passwords(sent_username())
        raise
    if found is None:
        return _refused(sent_username(), "password")
    if not found.has_totp and not desk.passkeys().of(session, found.id):
        return _enter(found, "password")
    step = challenges.ask(session, clock, challenges.SECOND_FACTOR, found.id)
    session.commit()
    return _second_factor_page(step, found)


@public
def leave() -> ResponseReturnValue:
    """Says that nobody was signed in; what was to be saved is not."""
    return render_template("left.html", again=url_for("admin.sign_in"))


@public
@limiter.limit(SIGN_IN_REQUESTS, key_func=known_browsers.number_or_address)
def send_code() -> ResponseReturnValue:
    """Checks the code of the authenticator app, or a recovery code; a few tries, then from the
    beginning."""
    session, clock = desk.session(), desk.clock()
    step = request.form.get("_step", "")
    admin_id = challenges.try_once(session, clock, challenges.SECOND_FACTOR, step)
    found = admins.get(session, admin_id) if admin_id else None
    if found is None or found.disabled_at is not None:
        session.commit()
        return sign_in_page(
            _page(), _("That took too long. Please sign in again."), 401, by_form=was_by_form()
        )
    how = "recovery" if "_recovery" in request.form else "totp"
    if _is_right_code(found, step, how):
        return _enter(found, how)
    _note_refusal(found.username, how, found)
    session.commit()
    problem = (
        _("This recovery code is wrong or was used before.")
        if how == "recovery"
        else _("The code is wrong or was used before. Wait for the next one.")
    )
    return _second_factor_page(step, found, problem, 401)


def _is_right_code(found: Admin, step: str, how: str) -> bool:
    """Whether the code proves the second factor; counted first, over all questions together."""
    session, clock = desk.session(), desk.clock()
    try:
        with code_tried(found.id, found.username) as this:
            if how == "recovery":
                code = request.form["_recovery"]
                right = recovery.accepts(session, clock, found, code)
            else:
                code, keyring = request.form.get("_code", ""), desk.provider().keyring
                right = totp.accepts(session, clock, keyring, found, code)
            this.succeeded = right and challenges.answer(
                session, clock, challenges.SECOND_FACTOR, step
            )
            return this.succeeded
    except TooManyTries as refused:
        session.rollback()
        if refused.first:
            _note_many_codes(found)
        raise


def _note_many_passwords(username: str) -> None:
    """Once each time, of a name that somebody has: what nobody is called may be a password."""
    session = desk.session()
    session.rollback()
    if found := admins.by_username(session, username):
        detail = {"admin": found.id, "username": found.username}
        event = Event("admin.locked", outcome="refused", detail=detail, admin_id=found.id)
        record(session, desk.clock(), event)
        session.commit()


def _note_many_codes(found: Admin) -> None:
    """Once each time: whoever tries has the password, and the administrator should know."""
    detail = {"admin": found.id, "username": found.username}
    event = Event("admin.codes_guessed", outcome="refused", detail=detail, admin_id=found.id)
    record(desk.session(), desk.clock(), event)
    desk.session().commit()


@public
@limiter.limit(SIGN_IN_REQUESTS, key_func=known_browsers.number_or_address)
def send_passkey() -> ResponseReturnValue:
    """Signs in with what a passkey answered."""
    session, clock = desk.session(), desk.clock()
    answer = request.form.get("_passkey", "")
    admin_id = desk.passkeys().recognised(session, clock, answer, access.asked_by())
    found = admins.get(session, admin_id) if admin_id else None
    if found is None or found.disabled_at is not None:
        return _refused("", "passkey")
    return _enter(found, "passkey")


@public
@limiter.limit(SIGN_IN_REQUESTS, key_func=known_browsers.number_or_address)
def passkey_question() -> ResponseReturnValue:
    """What a script asks the browser's passkeys with."""
    question = desk.passkeys().request_options(desk.session(), desk.clock(), access.asked_by())
    desk.session().commit()
    return Response(question, mimetype="application/json", headers={"Cache-Control": "no-store"})


@public
def sign_out() -> ResponseReturnValue:
    """Ends the session of this browser in the console."""
    sessions.end(desk.session(), access.token())
    desk.session().commit()
    response = redirect(url_for("admin.sign_in"), 303)
    response.delete_cookie(access.cookie_name(), path="/", secure=desk.settings().secure)
    return response


@requires("viewer", without_factor=True, without_password=True)
def confirm_question() -> ResponseReturnValue:
    """Asks who is there before anything is done."""
    return access.confirm_page(request.args.get("page", ""), by_form=False)


@requires("viewer", without_factor=True, without_password=True)
def confirm() -> ResponseReturnValue:
    """Notes that the admin is still the one who sits there, and goes on with what they wanted."""
    session, clock, here = desk.session(), desk.clock(), access.current_admin()
    if answer := request.form.get("_passkey"):
        proven = desk.passkeys().recognised(session, clock, answer, here.id) == here.id
    else:
        given = request.form.get("_password", "")
        with password_tried("admin", here.username) as this:
            proven = admins.verify(session, passwords(), here.username, given) is not None
            this.succeeded = proven
    if not proven:
        _note_refusal(here.username, "confirm", here)
        session.commit()
        wrong = _("That is not your password or passkey.")
        return access.confirm_page(_page(), wrong, by_form=was_by_form())
    token = sessions.confirm(session, clock, access.token() or "")
    session.commit()
    return access.put_cookie(go_on(_page(), by_form=was_by_form()), token)


def _second_factor_page(
    step: str, found: Admin, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    rendered = render_template(
        "admin/second_factor.html",
        step=step,
        page=_page(),
        by_form=was_by_form(),
        kept=access.kept_fields(),
        problem=problem,
        has_totp=found.has_totp,
        has_passkey=bool(desk.passkeys().of(desk.session(), found.id)),
        has_codes=recovery.left(desk.session(), found.id) > 0,
        recovering="_recovery" in request.form,
    )
    return rendered, status


def _enter(found: Admin, how: str) -> Response:
    session, clock = desk.session(), desk.clock()
    token = sessions.begin(session, clock, found, access.token(), origin())
    detail = {"username": found.username}
    event = Event("admin.signed_in", found.actor, rule=how, detail=detail, admin_id=found.id)
    record(session, clock, event)
    session.commit()
    response = access.put_cookie(go_on(_page(), by_form=was_by_form()), token)
    return known_browsers.remember(response, "admin", found.username)


def _refused(username: str, how: str) -> Response:
    _note_refusal(username, how)
    desk.session().commit()
    problem = (
        _("This passkey is not known here.")
        if how == "passkey"
        else _("The user name or the password is wrong.")
    )
    return sign_in_page(_page(), problem, 401, by_form=was_by_form())


def _note_refusal(username: str, how: str, found: Admin | None = None) -> None:
    """What nobody is called is not written down: it may be a password in the wrong field."""
    found = found or admins.by_username(desk.session(), username)
    event = Event(
        "admin.sign_in_refused",
        rule=how,
        outcome="refused",
        detail={"username": found.username} if found else {},
        admin_id=found.id if found else None,
    )
    record(desk.session(), desk.clock(), event)
