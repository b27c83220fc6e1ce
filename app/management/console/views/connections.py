"""Connections: the sign-in methods that people see as buttons."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enablement import sources
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.blueprint import admin
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.console.views.connection_steps import steps_after_saving
from app.management.services import connections as service
from app.management.services.connections import EndedAccess
from app.sessions import browser
from app.sign_in.federation import current_federation
from federation import Connection, ConnectionFields
from federation.connections import (
    ASSOCIATIONS,
    ENV_VERSIONS,
    KIND_OF_MODE,
    LOCALES,
    MODES,
    PHONE_RULES,
)

FIELDS = {"display_name": "name_en"}
"""Where the form has another name for a field."""
MOST_NAMED = 50
"""Applications that are told by their names; the others by their ids."""
MOST_COUNTED = 1000
"""Sessions that are counted before it is said that there are more."""


@admin.get("/connections")
@requires("viewer")
def connections() -> ResponseReturnValue:
    """The sign-in methods, with what stands in the way of each."""
    session = desk.session()
    known = current_federation().connections.all(session)
    used = {one.id: len(sources.of_connection(session, one.id, enabled_only=True)) for one in known}
    return render_template("admin/connections.html", connections=known, used=used)


@admin.get("/connections/new")
@requires("editor")
def choose_mode() -> ResponseReturnValue:
    """Which source, and how people get there: a card for each mode."""
    apps = current_federation().wechat_apps.all(desk.session())
    kinds = {app.kind for app in apps}
    return render_template(
        "admin/choose_mode.html", modes=MODES, kinds=kinds, kind_of_mode=KIND_OF_MODE
    )


@admin.route("/connections/new/<mode>", methods=["GET", "POST"])
@requires("editor")
def new_connection(mode: str) -> ResponseReturnValue:
    """The form of a new connection."""
    if mode not in MODES:
        abort(404)
    if request.method == "GET":
        return _page(Form(_suggested(mode)), mode)
    fields = _sent(forms.text("id"), mode)
    form = Form(_values(fields) | _as_typed())
    with saving(form, {}, 0, FIELDS):
        service.create(access.acting(), fields)
    if form.status != 200:
        return _page(form, mode), form.status
    flash(_("Saved. What is left to do at WeChat stands below."))
    return redirect(url_for("admin.connection", connection_id=fields.id) + "#steps", 303)


@admin.route("/connections/<connection_id>", methods=["GET", "POST"])
@requires("viewer")
def connection(connection_id: str) -> ResponseReturnValue:
    """One connection: its form, what is left to do at WeChat, and who may use it."""
    known = _find(connection_id)
    if request.method == "GET":
        return _page(Form(_values(ConnectionFields.of(known)), known.version), known.mode, known)
    if forms.ticked("revoke") and known.enabled and not forms.ticked("enabled"):
        return access.if_allowed("editor", lambda: access.once_confirmed(lambda: _save(known)))
    return access.if_allowed("editor", lambda: _save(known))


def _save(known: Connection) -> ResponseReturnValue:
    fields = _sent(known.id, known.mode)
    form = Form(_values(fields) | _as_typed(), forms.version())
    revoke = forms.ticked("revoke") and known.enabled and not fields.enabled
    stored = _values(ConnectionFields.of(known))
    with saving(form, stored, known.version, FIELDS):
        over = service.change(access.acting(), known, fields, form.version, revoke=revoke)
    if form.status != 200:
        return _page(form, known.mode, known), form.status
    flash(ended(over) if revoke else _("Saved."))
    return redirect(url_for("admin.connection", connection_id=known.id), 303)


@admin.post("/connections/<connection_id>/end")
@requires("editor", confirmed=True)
def end_connection(connection_id: str) -> ResponseReturnValue:
    """Switches it off, ends every sign-in that began by it, and tells the applications."""
    known = _find(connection_id)
    with doing() as done:
        over = service.switch(access.acting(), known, enabled=False, revoke=True)
    if done.ok:
        flash(ended(over))
    return redirect(url_for("admin.connection", connection_id=known.id), 303)


def ended(over: EndedAccess) -> str:
    """What the person who switched it off is told."""
    return _(
        "Switched off: %(sessions)s sessions and %(grants)s grants have ended, and their "
        "applications are told.",
        sessions=over.sessions,
        grants=over.grants,
    )


@admin.get("/connections/id-check")
@requires("editor")
def check_connection_id() -> ResponseReturnValue:
    """Whether a unique ID can be had, while it is being typed."""
    wanted = request.args.get("id", "")[:100]
    fields = ConnectionFields(wanted, MODES[0], {"en": "x"})
    found = [problem.message for problem in fields.problems({}) if problem.field == "id"]
    if not found and current_federation().connections.get(desk.session(), wanted):
        found = ["This ID is already taken."]
    sentence = _(found[0]) if found else _("This ID is free. It can never be changed later.")
    return jsonify(ok=not found, sentence=sentence)


@admin.post("/connections/<connection_id>/delete")
@requires("editor", confirmed=True)
def delete_connection(connection_id: str) -> ResponseReturnValue:
    """Removes it with the sign-ins that came from it; refused while applications use it."""
    known = _find(connection_id)
    if service.used_by(access.acting(), known.id) and not forms.ticked("anyway"):
        flash(_("Applications still use it. Tick that you know, or switch it off there."), "bad")
        return redirect(url_for("admin.connection", connection_id=known.id) + "#delete", 303)
    service.delete(access.acting(), known.id)
    desk.session().commit()
    flash(_("Deleted. Accounts and their WeChat identities stay."))
    return redirect(url_for("admin.connections"), 303)


def _page(form: Form, mode: str, known: Connection | None = None) -> str:
    session = desk.session()
    apps = [
        one
        for one in current_federation().wechat_apps.all(session)
        if one.kind == KIND_OF_MODE[mode]
    ]
    return render_template(
        "admin/connection.html",
        form=form,
        mode=mode,
        known=known,
        apps=apps,
        default=current_federation().wechat_apps.default(session),
        phones=PHONE_RULES,
        associations=ASSOCIATIONS,
        versions=ENV_VERSIONS,
        steps=steps_after_saving(known) if known else [],
        users=_users(known) if known else [],
        signed_in=browser.count_of_connection(session, known.id, MOST_COUNTED + 1) if known else 0,
        most_counted=MOST_COUNTED,
    )


def _users(known: Connection) -> list[tuple[str, str]]:
    """Id and name of each application that may use it."""
    clients, session = desk.provider().clients, desk.session()
    used = [one.client_id for one in service.used_by(access.acting(), known.id)]
    found = {name: clients.find(session, name) for name in used[:MOST_NAMED]}
    names = {name: one.metadata.client_name for name, one in found.items() if one}
    return [(name, names.get(name) or name) for name in used]


def _suggested(mode: str) -> dict[str, Any]:
    """What suits most, so that the form can be saved as it is."""
    taken = {one.id for one in current_federation().connections.all(desk.session())}
    apps = current_federation().wechat_apps.all(desk.session())
    fitting = [app for app in apps if app.kind == KIND_OF_MODE[mode]]
    defaulted = mode == "wechat-miniprogram" and any(app.is_default for app in fitting)
    return {
        "id": mode if mode not in taken else "",
        "name_en": "WeChat",
        "name_zh": "微信",
        "app_id": "" if defaulted or not fitting else fitting[0].app_id,
        "phone": "optional" if mode == "wechat-miniprogram" else "never",
        "association": "none",
        "env_version": "release",
        "enabled": True,
    }


def _find(connection_id: str) -> Connection:
    current_federation().connections.invalidate()  # a form must show what is saved this moment
    known = current_federation().connections.get(desk.session(), connection_id)
    if known is None:
        abort(404)
    return known


def _sent(connection_id: str, mode: str) -> ConnectionFields:
    position = forms.text("position") or "0"
    return ConnectionFields(
        id=connection_id,
        mode=mode,
        display_name={locale: forms.text(f"name_{locale}") for locale in LOCALES},
        app_id=forms.text("app_id"),
        login_only=forms.ticked("login_only"),
        phone=forms.text("phone") or "never",
        association=forms.text("association") or "none",
        env_version=forms.text("env_version") or "release",
        enabled=forms.ticked("enabled"),
        position=forms.whole(position),
    )


def _as_typed() -> dict[str, Any]:
    """What the fields themselves do not keep: a number that is none, and the wish to revoke."""
    return {"position": forms.text("position"), "revoke": forms.ticked("revoke")}


def _values(fields: ConnectionFields) -> dict[str, Any]:
    names = ("id", "app_id", "login_only", "phone", "association", "env_version", "enabled")
    values = {name: getattr(fields, name) for name in (*names, "position")}
    return values | {f"name_{one}": fields.display_name.get(one, "") for one in LOCALES}
