"""WeChat apps: the credentials from WeChat's consoles."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.blueprint import admin
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.console.views.connections import ended
from app.management.console.wechat_labels import explain
from app.management.services import wechat_apps as service
from app.management.services.wechat_apps import Binding, fields_of
from app.sign_in.federation import current_federation
from app.web.rate_limits import limiter
from federation import WeChatApp, WeChatAppFields
from federation.errors import Misconfigured, Unavailable
from federation.translation import N_
from federation.wechat_apps import KINDS

BINDINGS: dict[Binding, tuple[str, str]] = {
    "unknown": (
        N_("Nobody has signed in through this app yet. Sign in once, then ask again."),
        "warn",
    ),
    "unbound": (
        N_(
            "People signed in, but WeChat gave no UnionID: bind this app at the Open Platform "
            "(Management centre), then sign in once more."
        ),
        "bad",
    ),
    "unlabelled": (
        N_(
            "WeChat gives UnionIDs. Name the Open Platform account below, so that people are "
            "known across its apps."
        ),
        "warn",
    ),
    "bound": (N_("WeChat gives UnionIDs: this app is bound to an Open Platform account."), "good"),
}
LINES = ("name", "original_id", "open_platform", "push_token", "push_key")


@admin.get("/wechat-apps")
@requires("viewer")
def wechat_apps() -> ResponseReturnValue:
    """The credentials from WeChat's consoles, and what WeChat last said about them."""
    session, federation = desk.session(), current_federation()
    faults = {fault.app_id: fault for fault in federation.wechat_apps.faults(session)}
    apps = federation.wechat_apps.all(session)
    return render_template("admin/wechat_apps.html", apps=apps, faults=faults, explain=explain)


@admin.route("/wechat-apps/new", methods=["GET", "POST"])
@requires("editor", confirmed=True)
def new_wechat_app() -> ResponseReturnValue:
    """The form of a new credential."""
    if request.method == "GET":
        kind = request.args.get("kind", "miniprogram")
        is_first = not current_federation().wechat_apps.all(desk.session())
        return _page(Form({"kind": kind, "is_default": is_first and kind == "miniprogram"}))
    fields = _sent(forms.text("app_id"), forms.text("kind"), forms.text("secret"))
    form = Form(_values(fields) | {"secret": fields.secret})
    with saving(form, {}, 0):
        service.create(access.acting(), fields)
    if form.status != 200:
        return _page(form), form.status
    flash(_("Stored. Check now whether WeChat takes the secret."))
    return redirect(url_for("admin.wechat_app", app_id=fields.app_id), 303)


@admin.route("/wechat-apps/<app_id>", methods=["GET", "POST"])
@requires("viewer")
def wechat_app(app_id: str) -> ResponseReturnValue:
    """One credential, without its secret."""
    app = _find(app_id)
    if request.method == "GET":
        return _page(Form(_values(fields_of(app)), app.version), app)
    return access.if_allowed("editor", lambda: _save(app))


def _save(app: WeChatApp) -> ResponseReturnValue:
    fields = _sent(app.app_id, app.kind, "")
    form = Form(_values(fields), forms.version())
    with saving(form, _values(fields_of(app)), app.version):
        service.change(access.acting(), app, fields, form.version)
    if form.status != 200:
        return _page(form, app), form.status
    flash(_("Saved."))
    return redirect(url_for("admin.wechat_app", app_id=app.app_id), 303)


@admin.post("/wechat-apps/<app_id>/secret")
@requires("editor", confirmed=True)
def replace_app_secret(app_id: str) -> ResponseReturnValue:
    """Stores another AppSecret; the old one cannot be had back."""
    app = _find(app_id)
    form = Form(_values(fields_of(app)) | {"secret": forms.text("secret")}, app.version)
    with saving(form, _values(fields_of(app)), app.version):
        service.replace_secret(access.acting(), app, forms.text("secret"))
    if form.status != 200:
        return _page(form, app), form.status
    flash(_("Stored. Check now whether WeChat takes the secret."))
    return redirect(url_for("admin.wechat_app", app_id=app_id), 303)


@admin.post("/wechat-apps/<app_id>/check-secret")
@requires("editor")
@limiter.limit("20/minute")
def check_secret(app_id: str) -> ResponseReturnValue:
    """Asks WeChat whether it takes the credential, and says what to do where it does not."""
    app, actor = _find(app_id), access.acting()
    desk.session().rollback()  # the database is not kept waiting for WeChat
    try:
        service.check(actor, app)
    except Misconfigured as error:
        flash(explain(error.errcode), "bad")
    except Unavailable:
        flash(_("WeChat could not be asked. Can this server reach it?"), "warn")
    else:
        flash(_("WeChat takes the AppID and the AppSecret, and this server's address."))
    desk.session().commit()
    return redirect(url_for("admin.wechat_app", app_id=app_id), 303)


@admin.post("/wechat-apps/<app_id>/check-unionid")
@requires("editor")
def check_unionid(app_id: str) -> ResponseReturnValue:
    """Looks whether WeChat gave UnionIDs with this app's sign-ins, which proves the binding."""
    app = _find(app_id)
    told, level = BINDINGS[service.binding(desk.session(), app)]
    flash(_(told), level)
    return redirect(url_for("admin.wechat_app", app_id=app_id), 303)


@admin.post("/wechat-apps/<app_id>/delete")
@requires("editor", confirmed=True)
def delete_wechat_app(app_id: str) -> ResponseReturnValue:
    """Forgets a credential that no connection uses."""
    app = _find(app_id)
    with doing() as done:
        service.delete(access.acting(), app)
    if not done.ok:
        return redirect(url_for("admin.wechat_app", app_id=app_id), 303)
    flash(_("Deleted."))
    return redirect(url_for("admin.wechat_apps"), 303)


@admin.post("/wechat-apps/<app_id>/take-down")
@requires("editor", confirmed=True)
def take_down_wechat_app(app_id: str) -> ResponseReturnValue:
    """Switches off every connection that rests on it; their sign-ins stay, or end as well."""
    app, revoke = _find(app_id), forms.text("existing") == "revoke"
    with doing() as done:
        over = service.take_down(access.acting(), app, revoke=revoke)
    if done.ok:
        flash(ended(over) if revoke else _("Its connections are switched off."))
    return redirect(url_for("admin.wechat_app", app_id=app_id), 303)


def _page(form: Form, app: WeChatApp | None = None) -> str:
    return render_template(
        "admin/wechat_app.html",
        form=form,
        app=app,
        kinds=KINDS,
        used_by=service.used_by(access.acting(), app) if app else [],
    )


def _find(app_id: str) -> WeChatApp:
    app = current_federation().wechat_apps.get(desk.session(), app_id)
    if app is None:
        abort(404)
    return app


def _sent(app_id: str, kind: str, secret: str) -> WeChatAppFields:
    typed = {name: forms.text(name) for name in LINES}
    return WeChatAppFields(
        app_id, kind, secret=secret, is_default=forms.ticked("is_default"), **typed
    )


def _values(fields: WeChatAppFields) -> dict[str, Any]:
    names = ("app_id", "kind", "is_default", *LINES)
    return {name: getattr(fields, name) for name in names}
