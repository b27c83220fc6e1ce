"""Who may open a page: the cookie, the role that a view needs, and a fresh proof for secrets.

A view without `requires` (or `public`) answers 404, so that none is open by mistake.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from app.administrators import admins, sessions
from app.administrators.admins import Admin
from app.administrators.replay import way_back
from app.administrators.roles import Role, may
from app.administrators.sessions import LIFETIME, AdminSession
from app.management.console import desk, forms
from app.management.services.actor import Actor
from app.pages.errors import error_page
from app.web import times

COOKIE = "qiao_admin"
ASKED = "passkey"
"""In the form cookie: this browser's name towards passkeys."""
PRIVATE = frozenset(
    (
        "_username",
        "_password",
        "_code",
        "_recovery",
        "_step",
        "_passkey",
        "_page",
        "_by_form",
        "csrf_token",
    )
)
"""Fields of the sign-in forms; all others are what somebody was about to save."""

NEEDED: dict[str, tuple[Role, bool]] = {}
"""Endpoint: the role that it needs, and whether it needs a fresh proof of who sits there."""
PUBLIC: set[str] = set()

View = Callable[..., ResponseReturnValue]


def requires(
    needed: Role,
    *,
    confirmed: bool = False,
    without_factor: bool = False,
    without_password: bool = False,
) -> Callable[[View], View]:
    """Opens a view to admins of this role and above.

    :param confirmed: they must have proved who they are in the last minutes, too.
    :param without_factor: who has yet to set up the second factor that is demanded gets here.
    :param without_password: who has yet to change a password that is due gets here.
    """

    def decorate(view: View) -> View:
        NEEDED[f"admin.{view.__name__}"] = (needed, confirmed)

        @wraps(view)
        def guarded(*args: Any, **values: Any) -> ResponseReturnValue:
            found = signed_in()
            if found is None:
                return _ask_to_sign_in()
            if not may(found.admin.role, needed):
                return _refuse(needed)
            if found.admin.password_due and not without_password:
                return redirect(url_for("admin.due_password"), 303)
            if not without_factor and lacks_factor():
                return redirect(url_for("admin.profile"), 303)
            if confirmed and not found.is_confirmed:
                return _ask_to_confirm()
            return view(*args, **values)

        return guarded

    return decorate


def if_allowed(needed: Role, act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Does what a form asks for, on a page that lower roles may look at."""
    return act() if may(current_admin().role, needed) else _refuse(needed)


def once_confirmed(act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Does what a form asks for when the admin has just proved who they are, else asks them to."""
    found = signed_in()
    return act() if found is not None and found.is_confirmed else _ask_to_confirm()


def public(view: View) -> View:
    """Opens a view to everybody: signing in."""
    PUBLIC.add(f"admin.{view.__name__}")
    return view


def close_unguarded() -> None:
    if request.endpoint not in NEEDED and request.endpoint not in PUBLIC:
        abort(404)


def signed_in() -> AdminSession | None:
    """The admin of this request, read once."""
    if "admin_session" not in g:
        g.admin_session = None  # should this fail, the page that says so does not ask again
        g.admin_session = sessions.get(desk.session(), desk.clock(), token())
        desk.session().commit()
        times.prefer(g.admin_session.admin.time_zone if g.admin_session else None)
    found: AdminSession | None = g.admin_session
    return found


def has_factor() -> bool:
    """Whether who is signed in has more than a password to sign in with."""
    me = current_admin()
    return me.has_totp or bool(desk.passkeys().of(desk.session(), me.id))


def lacks_factor() -> bool:
    """Whether a second factor is demanded that who is signed in has not set up."""
    return desk.settings().admin_mfa == "required" and not has_factor()


def current_admin() -> Admin:
    """The admin who does this; only in views that require one."""
    found = signed_in()
    assert found is not None
    return found.admin


def actor() -> str:
    return current_admin().actor


def acting() -> Actor:
    """The admin of this request, for the services."""
    return desk.acting_as(actor())


def may_change() -> bool:
    """Whether the page shows what an editor may do, for templates."""
    found = signed_in()
    return found is not None and may(found.admin.role, "editor")


def is_owner() -> bool:
    found = signed_in()
    return found is not None and found.admin.role == "owner"


def cookie_name() -> str:
    """With TLS the prefix forbids other hosts and paths to plant one (RFC 6265bis 4.1.3.2)."""
    return f"__Host-{COOKIE}" if desk.settings().secure else COOKIE


def token() -> str | None:
    return request.cookies.get(cookie_name())


def put_cookie(response: Response, value: str) -> Response:
    response.set_cookie(
        cookie_name(),
        value,
        max_age=LIFETIME,
        secure=desk.settings().secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def asked_by() -> str:
    """Whom a passkey's question is put to: who is signed in, or this browser under a name that its
    form cookie keeps. An answer that another browser was asked for is none here."""
    found = signed_in()
    if found is not None:
        return found.admin.id
    if ASKED not in cookie:
        cookie[ASKED] = secrets.token_urlsafe(16)
    return str(cookie[ASKED])


def kept_fields() -> list[tuple[str, str]]:
    """What was about to be saved, to be sent again after a sign-in: no typing is lost."""
    fields = request.form.items(multi=True)
    typed = [(name, value) for name, value in fields if name not in PRIVATE]
    return [*typed, *forms.kept_files()]


def form_expired(_error: CSRFError) -> Response:
    """A form whose token is gone, with its cookie, keeps what was typed behind a proof of who sits
    there; unless another site sent it, which must not be carried out by a password given here, or
    somebody who cannot sign in yet."""
    if not _is_our_own_form() or request.endpoint == "admin.send_join":
        return error_page("form_expired")
    if request.endpoint in PUBLIC:
        page, by_form = request.form.get("_page", "")[:2000], request.form.get("_by_form") == "1"
        return sign_in_page(page, _("Please send it once more."), 400, by_form=by_form)
    if signed_in() is None:
        return sign_in_page(request.path, status=401, by_form=True)
    return confirm_page(request.path)


def _is_our_own_form() -> bool:
    """By what the browser itself says (Fetch Metadata; Origin for those without it)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == desk.settings().issuer


def sign_in_page(
    page: str, problem: str = "", status: int = 200, *, by_form: bool = False
) -> Response:
    """The form; what a form of ours sent to an expired session is kept in it.

    :param page: where to go on.
    """
    rendered = render_template(
        "admin/sign_in.html",
        problem=problem,
        page=page,
        by_form=by_form,
        kept=kept_fields(),
        username=request.form.get("_username", ""),
        nobody=admins.is_empty(desk.session()),
    )
    return make_response(rendered, status)


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method == "POST":
        return sign_in_page(request.path, status=401, by_form=True)
    return redirect(url_for("admin.sign_in", page=request.full_path.rstrip("?")), 303)


def _ask_to_confirm() -> ResponseReturnValue:
    if request.method == "GET":
        return confirm_page(request.full_path.rstrip("?"), by_form=False)
    return confirm_page(request.path)


def confirm_page(page: str, problem: str = "", *, by_form: bool = True) -> Response:
    """Asks for the password or a passkey again, and goes on from there."""
    rendered = render_template(
        "admin/confirm.html",
        page=page,
        problem=problem,
        kept=kept_fields(),
        by_form=by_form,
        back=way_back(page, by_form=by_form),
        passkeys=desk.passkeys().of(desk.session(), current_admin().id),
    )
    return make_response(rendered, 403)


def _refuse(needed: Role) -> Response:
    acting().note("admin.refused", {"path": request.path, "needed": needed}, outcome="refused")
    desk.session().commit()
    return make_response(render_template("admin/refused.html", needed=needed), 403)
