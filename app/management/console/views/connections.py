"""Connections: the sign-in methods that people see as buttons."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.enablement import sources
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.services import connections as service
from app.management.services import credentials
from app.management.services.connections import EndedAccess
from app.pages.redirection import callback_of
from app.sessions import browser
from app.web.i18n import current_language, said_in
from federation import Connection, ConnectionFields, Credential
from federation.connections import ASSOCIATIONS, LOCALES, PHONE_RULES
from federation.setup import Setup, Step
from federation.source import Mode, Source

FIELDS = {"display_name": "name_en"}
"""Where the form has another name for a field."""
MOST_NAMED = 50
"""Applications that are told by their names; the others by their ids."""
MOST_COUNTED = 1000
"""Sessions that are counted before it is said that there are more."""
LONGEST_ID = 31


@requires("viewer")
def connections() -> ResponseReturnValue:
    """The sign-in methods, with what stands in the way of each."""
    session = desk.session()
    known = current_federation().connections.all(session)
    used = {one.id: len(sources.of_connection(session, one.id, enabled_only=True)) for one in known}
    return render_template(
        "admin/connections.html",
        connections=known,
        used=used,
        refused=service.refused(access.acting()),
    )


@requires("editor")
def choose_mode() -> ResponseReturnValue:
    """Which source, and how people get there: a card for each mode, or each that is sought."""
    federation, sought = current_federation(), request.args.get("q", "").strip()[:64]
    kinds = {
        store.source.id: {one.kind for one in store.all(desk.session())}
        for store in federation.credentials
    }
    every = [
        (source, mode, _words(source, mode))
        for source in federation.sources
        for mode in source.modes
    ]
    cards = [card for card in every if sought.lower() in card[2]]
    return render_template("admin/choose_mode.html", cards=cards, kinds=kinds, sought=sought)


def _words(source: Source, mode: Mode) -> str:
    """The words that a mode is found by, in both languages and small letters."""
    said = (source.name, mode.label, mode.about)
    words = [said_in(one, locale) for one in said for locale in LOCALES]
    return " ".join([source.id, mode.id, *words]).lower()


@requires("editor")
def new_connection(mode: str) -> ResponseReturnValue:
    """The form of a new connection."""
    source = current_federation().sources.of_mode(mode)
    if source is None:
        abort(404)
    declared = source.mode(mode)
    if request.method == "GET":
        return _page(Form(_suggested(source, declared)), source, declared)
    fields = _sent(forms.text("id"), declared)
    form = Form(_values(fields) | _as_typed())
    with saving(form, {}, 0, FIELDS):
        service.create(access.acting(), fields)
    if form.status != 200:
        return _page(form, source, declared), form.status
    named = _(source.name)
    flash(_("Saved. What is left to do at %(source)s stands below.", source=named))
    return redirect(url_for("admin.connection", connection_id=fields.id) + "#steps", 303)


@requires("viewer")
def connection(connection_id: str) -> ResponseReturnValue:
    """One connection: its form, what is left to do at its source, and who may use it."""
    known = _load(connection_id)
    if request.method == "GET":
        form = Form(_values(ConnectionFields.of(known)), known.version)
        return _page(form, known.source, known.declared_mode, known)
    if forms.ticked("revoke") and known.enabled and not forms.ticked("enabled"):
        return access.if_allowed("editor", lambda: access.once_confirmed(lambda: _save(known)))
    return access.if_allowed("editor", lambda: _save(known))


def _save(known: Connection) -> ResponseReturnValue:
    fields = _sent(known.id, known.declared_mode)
    form = Form(_values(fields) | _as_typed(), forms.version())
    revoke = forms.ticked("revoke") and known.enabled and not fields.enabled
    stored = _values(ConnectionFields.of(known))
    with saving(form, stored, known.version, FIELDS):
        over = service.change(access.acting(), known, fields, form.version, revoke=revoke)
    if form.status != 200:
        return _page(form, known.source, known.declared_mode, known), form.status
    flash(ended(over) if revoke else _("Saved."))
    return redirect(url_for("admin.connection", connection_id=known.id), 303)


@requires("editor", confirmed=True)
def end_connection(connection_id: str) -> ResponseReturnValue:
    """Switches it off, ends every sign-in that began by it, and tells the applications."""
    known = _load(connection_id)
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


@requires("editor")
def check_connection_id() -> ResponseReturnValue:
    """Whether a unique ID can be had, while it is being typed."""
    wanted = request.args.get("id", "")[:100]
    found = [
        one.message
        for one in ConnectionFields(wanted, "").problems(current_federation().sources, {})
        if one.field == "id"
    ]
    if not found and current_federation().connections.get(desk.session(), wanted):
        found = ["This ID is already taken."]
    sentence = _(found[0]) if found else _("This ID is free. It can never be changed later.")
    return jsonify(ok=not found, sentence=sentence)


@requires("editor", confirmed=True)
def delete_connection(connection_id: str) -> ResponseReturnValue:
    """Removes it with the sign-ins that came from it; refused while applications use it."""
    known = _load(connection_id)
    if service.used_by(access.acting(), known.id) and not forms.ticked("anyway"):
        flash(_("Applications still use it. Tick that you know, or switch it off there."), "bad")
        return redirect(url_for("admin.connection", connection_id=known.id) + "#delete", 303)
    service.delete(access.acting(), known.id)
    desk.session().commit()
    flash(_("Deleted. Accounts and their identities stay."))
    return redirect(url_for("admin.connections"), 303)


def _page(form: Form, source: Source, mode: Mode, known: Connection | None = None) -> str:
    session, store = desk.session(), current_federation().credentials.of(source.id)
    return render_template(
        "admin/connection.html",
        form=form,
        source=source,
        mode=mode,
        kind=source.credentials.kind(mode.kind),
        known=known,
        credentials=_fitting(source, mode),
        default=store.default(session, mode.kind),
        phones=PHONE_RULES,
        associations=ASSOCIATIONS,
        steps=_steps(known) if known else [],
        users=_users(known) if known else [],
        signed_in=browser.count_of_connection(session, known.id, MOST_COUNTED + 1) if known else 0,
        most_counted=MOST_COUNTED,
    )


def _users(known: Connection) -> list[tuple[str, str]]:
    """Id and name of each application that may use it."""
    clients, session = desk.provider().clients, desk.session()
    used = [one.client_id for one in service.used_by(access.acting(), known.id)]
    found = {name: clients.stored(session, name) for name in used[:MOST_NAMED]}
    tag = current_language().tag
    names = {
        name: one.metadata.in_language("client_name", tag) for name, one in found.items() if one
    }
    return [(name, names.get(name) or name) for name in used]


def _steps(known: Connection) -> list[Step]:
    """What is left to do in the source's console, in order, for whoever looks."""
    facts = credentials.facts(access.acting(), known.source, known.credential)
    setup = Setup(
        known.credential,
        desk.settings().issuer,
        callback_of(known.id),
        facts,
        asks_phone=known.phone != "never",
        options=known.options,
    )
    steps = known.declared_mode.steps(setup)
    return [step for step in steps if access.may_change() or not step.confidential]


def _fitting(source: Source, mode: Mode) -> list[Credential]:
    """The credentials that a connection by this mode can have."""
    known = current_federation().credentials.of(source.id).all(desk.session())
    return [one for one in known if one.kind == mode.kind]


def _suggested(source: Source, mode: Mode) -> dict[str, Any]:
    """What suits most, so that the form can be saved as it is."""
    taken = {one.id for one in current_federation().connections.all(desk.session())}
    fitting = _fitting(source, mode)
    defaulted = any(one.is_default for one in fitting)
    return {
        "id": mode.id if mode.id not in taken and len(mode.id) <= LONGEST_ID else "",
        **{f"name_{locale}": said_in(source.name, locale) for locale in LOCALES},
        "app_id": "" if defaulted or not fitting else fitting[0].id,
        "phone": "optional" if mode.asks_phone else "never",
        "association": "none",
        **{option.name: option.default for option in mode.options},
        "enabled": True,
    }


def _load(connection_id: str) -> Connection:
    current_federation().connections.invalidate()  # a form must show what is saved this moment
    known = current_federation().connections.get(desk.session(), connection_id)
    if known is None:
        abort(404)
    return known


def _sent(connection_id: str, mode: Mode) -> ConnectionFields:
    position = forms.text("position") or "0"
    return ConnectionFields(
        id=connection_id,
        mode=mode.id,
        display_name={locale: forms.text(f"name_{locale}") for locale in LOCALES},
        app_id=forms.text("app_id"),
        login_only=forms.ticked("login_only"),
        phone=forms.text("phone") or "never",
        association=forms.text("association") or "none",
        options={one.name: forms.typed(one) or one.default for one in mode.options},
        enabled=forms.ticked("enabled"),
        position=forms.whole(position),
    )


def _as_typed() -> dict[str, Any]:
    """What the fields themselves do not keep: a number that is none, and the wish to revoke."""
    return {"position": forms.text("position"), "revoke": forms.ticked("revoke")}


def _values(fields: ConnectionFields) -> dict[str, Any]:
    names = ("id", "app_id", "login_only", "phone", "association", "enabled", "position")
    values = {name: getattr(fields, name) for name in names} | dict(fields.options)
    return values | {f"name_{one}": fields.display_name.get(one, "") for one in LOCALES}
