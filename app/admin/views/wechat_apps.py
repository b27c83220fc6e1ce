"""WeChat apps: the credentials from WeChat's consoles."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.keys import OPENID
from app.admin import access, desk, forms
from app.admin.access import requires
from app.admin.blueprint import admin
from app.admin.forms import Form
from app.admin.wechat_words import explain
from app.audit.trail import Event, Filter, page, record
from app.limits import limiter
from app.models import EXTERNAL_KEY
from federation import WeChatApp, WeChatAppFields
from federation.apps import KINDS
from federation.errors import EditedMeanwhile, InvalidFields, Misconfigured, StillInUse, Unavailable

LINES = ("name", "original_id", "open_platform", "push_token", "push_key")


@admin.get("/wechat-apps")
@requires("viewer")
def wechat_apps() -> ResponseReturnValue:
    session, federation = desk.session(), desk.federation()
    faults = {fault.app_id: fault for fault in federation.apps.faults(session)}
    apps = federation.apps.all(session)
    return render_template("admin/wechat_apps.html", apps=apps, faults=faults, explain=explain)


@admin.route("/wechat-apps/new", methods=["GET", "POST"])
@requires("editor", confirmed=True)
def new_wechat_app() -> ResponseReturnValue:
    """The form of a new credential."""
    if request.method == "GET":
        kind = request.args.get("kind", "miniprogram")
        is_first = not desk.federation().apps.all(desk.session())
        return _page(Form({"kind": kind, "is_default": is_first and kind == "miniprogram"}))
    fields = _sent(forms.text("app_id"), forms.text("kind"), forms.text("secret"))
    form = Form(_values(fields) | {"secret": fields.secret})
    try:
        app = desk.federation().apps.create(desk.session(), fields)
    except InvalidFields as error:
        desk.session().rollback()
        form.add(error.problems)
        return _page(form), form.status
    _note("created", app.app_id, {"kind": app.kind, "secret": "stored"})
    desk.session().commit()
    flash(_("Stored. Check now whether WeChat takes the secret."))
    return redirect(url_for("admin.wechat_app", app_id=app.app_id), 303)


@admin.route("/wechat-apps/<app_id>", methods=["GET", "POST"])
@requires("viewer")
def wechat_app(app_id: str) -> ResponseReturnValue:
    """One credential, without its secret."""
    app = _find(app_id)
    if request.method == "GET":
        return _page(Form(_values(_fields_of(app)), app.version), app)
    return access.if_allowed("editor", lambda: _save(app))


def _save(app: WeChatApp) -> ResponseReturnValue:
    fields = _sent(app.app_id, app.kind, "")
    form = Form(_values(fields), forms.version())
    try:
        desk.federation().apps.update(desk.session(), app.app_id, fields, form.version)
    except InvalidFields as error:
        desk.session().rollback()
        form.add(error.problems)
        return _page(form, app), form.status
    except EditedMeanwhile:
        desk.session().rollback()
        form.outrun(_values(_fields_of(app)), app.version)
        return _page(form, app), form.status
    changed = forms.before_and_after(_values(_fields_of(app)), _values(fields))
    if "push_key" in changed:
        changed["push_key"] = ["…", "…"]
    _note("changed", app.app_id, changed)
    desk.session().commit()
    flash(_("Saved."))
    return redirect(url_for("admin.wechat_app", app_id=app.app_id), 303)


@admin.post("/wechat-apps/<app_id>/secret")
@requires("editor", confirmed=True)
def replace_app_secret(app_id: str) -> ResponseReturnValue:
    """Stores another AppSecret; the old one cannot be had back."""
    app = _find(app_id)
    fields = _fields_of(app, secret=forms.text("secret"))
    form = Form(_values(_fields_of(app)) | {"secret": fields.secret}, app.version)
    try:
        if not fields.secret:
            raise InvalidFields(WeChatAppFields(app_id, app.kind).problems(is_new=True))
        desk.federation().apps.update(desk.session(), app_id, fields, app.version)
    except InvalidFields as error:
        desk.session().rollback()
        form.add(error.problems)
        return _page(form, app), form.status
    except EditedMeanwhile:
        desk.session().rollback()
        form.outrun(_values(_fields_of(app)), app.version)
        return _page(form, app), form.status
    ending = {"secret": ["…" + app.secret[-4:], "…" + fields.secret[-4:]]}
    _note("secret_replaced", app_id, ending)
    desk.session().commit()
    flash(_("Stored. Check now whether WeChat takes the secret."))
    return redirect(url_for("admin.wechat_app", app_id=app_id), 303)


@admin.post("/wechat-apps/<app_id>/check-secret")
@requires("editor")
@limiter.limit("20/minute")
def check_secret(app_id: str) -> ResponseReturnValue:
    """Asks WeChat whether it takes the credential, and says what to do where it does not."""
    app, federation = _find(app_id), desk.federation()
    desk.session().rollback()  # the database is not kept waiting for WeChat
    try:
        federation.check_credential(app)
    except Misconfigured as error:
        federation.apps.note_fault(desk.session(), app_id, error.errcode)
        flash(explain(error.errcode), "bad")
    except Unavailable:
        flash(_("WeChat could not be asked. Can this server reach it?"), "warn")
    else:
        federation.apps.clear_fault(desk.session(), app_id)
        flash(_("WeChat takes the AppID and the AppSecret, and this server's address."))
    desk.session().commit()
    return redirect(url_for("admin.wechat_app", app_id=app_id), 303)


@admin.post("/wechat-apps/<app_id>/check-unionid")
@requires("editor")
def check_unionid(app_id: str) -> ResponseReturnValue:
    """Looks whether WeChat gave UnionIDs with this app's sign-ins, which proves the binding."""
    app = _find(app_id)
    query = select(EXTERNAL_KEY.c.shared_value).where(EXTERNAL_KEY.c.namespace == OPENID + app_id)
    seen = list(desk.session().scalars(query.limit(50)))
    if not seen:
        flash(_("Nobody has signed in through this app yet. Sign in once, then ask again."), "warn")
    elif not any(seen):
        flash(
            _(
                "People signed in, but WeChat gave no UnionID: bind this app at the Open Platform "
                "(Management centre), then sign in once more."
            ),
            "bad",
        )
    elif not app.open_platform:
        flash(
            _(
                "WeChat gives UnionIDs. Name the Open Platform account below, so that people are "
                "known across its apps."
            ),
            "warn",
        )
    else:
        flash(_("WeChat gives UnionIDs: this app is bound to an Open Platform account."))
    return redirect(url_for("admin.wechat_app", app_id=app_id), 303)


@admin.post("/wechat-apps/<app_id>/delete")
@requires("editor", confirmed=True)
def delete_wechat_app(app_id: str) -> ResponseReturnValue:
    app = _find(app_id)
    used_by = _connections_of(app)
    try:
        if used_by:
            raise StillInUse
        desk.federation().apps.delete(desk.session(), app_id)
    except StillInUse:
        desk.session().rollback()
        names = ", ".join(used_by)
        flash(_("It cannot be deleted: these connections use it: %(names)s.", names=names), "bad")
        return redirect(url_for("admin.wechat_app", app_id=app_id), 303)
    _note("deleted", app_id, {"name": app.name})
    desk.session().commit()
    flash(_("Deleted."))
    return redirect(url_for("admin.wechat_apps"), 303)


def _connections_of(app: WeChatApp) -> list[str]:
    connections = desk.federation().connections.all(desk.session())
    return [one.id for one in connections if one.app.app_id == app.app_id]


def _page(form: Form, app: WeChatApp | None = None) -> str:
    return render_template(
        "admin/wechat_app.html",
        form=form,
        app=app,
        kinds=KINDS,
        used_by=_connections_of(app) if app else [],
        secret_since=_secret_since(app.app_id) if app else None,
    )


def _secret_since(app_id: str) -> int | None:
    """When the secret was stored, as the audit trail has it."""
    for kind in ("wechat_app.secret_replaced", "wechat_app.created"):
        for event in page(desk.session(), Filter(kind=kind), limit=200):
            if event.detail.get("app_id") == app_id:
                return event.time
    return None


def _find(app_id: str) -> WeChatApp:
    app = desk.federation().apps.get(desk.session(), app_id)
    if app is None:
        abort(404)
    return app


def _sent(app_id: str, kind: str, secret: str) -> WeChatAppFields:
    typed = {name: forms.text(name) for name in LINES}
    return WeChatAppFields(
        app_id, kind, secret=secret, is_default=forms.ticked("is_default"), **typed
    )


def _fields_of(app: WeChatApp, secret: str = "") -> WeChatAppFields:
    return WeChatAppFields(
        app.app_id,
        app.kind,
        secret=secret,
        name=app.name,
        original_id=app.original_id or "",
        open_platform=app.open_platform or "",
        is_default=app.is_default,
        push_token=app.push_token or "",
    )


def _values(fields: WeChatAppFields) -> dict[str, Any]:
    names = ("app_id", "kind", "is_default", *LINES)
    return {name: getattr(fields, name) for name in names}


def _note(what: str, app_id: str, detail: dict[str, Any]) -> None:
    event = Event(f"wechat_app.{what}", access.actor(), detail={"app_id": app_id, **detail})
    record(desk.session(), desk.clock(), event)
