"""Credentials from the sources' own consoles; the forms are made from what each source declares."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.labels import explain
from app.management.console.saving import saving
from app.management.console.views.connections import ended
from app.management.services import credentials as service
from app.pages.redirection import callback_of
from app.web.rate_limits import limiter
from federation import Credential, CredentialFields, Source
from federation.credential_store import CredentialStore
from federation.errors import InvalidFields, Misconfigured, StillInUse, Unavailable, VersionConflict
from federation.fields import Field
from federation.setup import Binding, Setup, Step

LEVELS: dict[Binding, str] = {
    "unknown": "warn",
    "unbound": "bad",
    "unlabelled": "warn",
    "bound": "good",
}
"""How an answer to the question for a shared name is shown."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are folded away under a heading."""

    title: str
    fields: list[Field]
    is_open: bool


@requires("viewer")
def credentials() -> ResponseReturnValue:
    """The credentials of every source that has any; of the first one where there is none yet."""
    session, every = desk.session(), current_federation().credentials
    stores = every.used(session) or every[:1]
    kept = [(store.source, store.all(session), store.faults(session)) for store in stores]
    shown = [
        (source, known, {fault.credential_id: fault for fault in faults})
        for source, known, faults in [one for one in kept if one[1]] or kept[:1]
    ]
    return render_template("admin/credentials.html", shown=shown, explain=explain)


@requires("editor", confirmed=True)
def new_credential(source_id: str) -> ResponseReturnValue:
    """The form of a new credential."""
    source = _source(source_id)
    declared = source.credentials
    if request.method == "GET":
        kind = declared.kind(request.args.get("kind", "")) or declared.kinds[0]
        is_first = not _store(source).all(desk.session())
        return _page(Form({"kind": kind.id, "is_default": is_first and bool(kind.default)}), source)
    fields = _sent(source, forms.text(declared.id.name), forms.text("kind"))
    form = Form(_values(source, fields) | dict(fields.values))
    try:
        made = service.create(access.acting(), source, fields)
    except InvalidFields as error:
        desk.session().rollback()
        form.add(error.problems)
        return _page(form, source), form.status
    desk.session().commit()
    flash(_("Stored. Check now whether %(source)s takes the secret.", source=_(source.name)))
    return _back(source, made.id)


@requires("viewer")
def credential(source_id: str, credential_id: str) -> ResponseReturnValue:
    """One credential, without its secrets."""
    source, known = _load(source_id, credential_id)
    if request.method == "GET":
        stored = CredentialFields.of(known, source.credentials)
        return _page(Form(_values(source, stored), known.version), source, known)
    return access.if_allowed("editor", lambda: _save(source, known))


def _save(source: Source, known: Credential) -> ResponseReturnValue:
    fields = _sent(source, known.id, known.kind)
    stored = _values(source, CredentialFields.of(known, source.credentials))
    form = Form(_values(source, fields), forms.version())
    with saving(form, stored, known.version):
        service.change(access.acting(), source, known, fields, form.version)
    if form.status != 200:
        return _page(form, source, known), form.status
    flash(_("Saved."))
    return _back(source, known.id)


@requires("editor", confirmed=True)
def replace_secret(source_id: str, credential_id: str) -> ResponseReturnValue:
    """Stores another secret; the old one cannot be had back."""
    source, known = _load(source_id, credential_id)
    needed = source.credentials.secrets_of(known.kind)
    typed = {one.name: forms.typed(one) for one in needed}
    stored = _values(source, CredentialFields.of(known, source.credentials))
    form = Form(stored | typed, known.version)
    with saving(form, stored, known.version):
        service.replace_secrets(access.acting(), source, forms.opened(known), typed)
    if form.status != 200:
        return _page(form, source, known), form.status
    flash(_("Stored. Check now whether %(source)s takes the secret.", source=_(source.name)))
    return _back(source, known.id)


@requires("editor")
@limiter.limit("20/minute")
def check_secret(source_id: str, credential_id: str) -> ResponseReturnValue:
    """Asks the source whether it takes the credential, and says what to do where it does not."""
    (source, known), actor = _load(source_id, credential_id), access.acting()
    if source.check_credential is None:
        abort(404)
    desk.session().rollback()  # the database is not kept waiting for the source
    named = _(source.name)
    try:
        service.check(actor, source, known)
    except Misconfigured as error:
        flash(explain(source, error.errcode), "bad")
    except Unavailable:
        flash(_("%(source)s could not be asked. Can this server reach it?", source=named), "warn")
    else:
        flash(_("%(source)s takes the credential, and this server's address.", source=named))
    desk.session().commit()
    return _back(source, known.id)


@requires("editor")
def check_binding(source_id: str, credential_id: str) -> ResponseReturnValue:
    """Looks whether the source gave a name that its credentials share with sign-ins by this one."""
    source, known = _load(source_id, credential_id)
    if source.binding is None:
        abort(404)
    state = service.binding(access.acting(), source, known)
    flash(_(getattr(source.binding, state)), LEVELS[state])
    return _back(source, known.id)


@requires("editor", confirmed=True)
def delete_credential(source_id: str, credential_id: str) -> ResponseReturnValue:
    """Forgets a credential that no connection uses."""
    source, known = _load(source_id, credential_id)
    try:
        service.delete(access.acting(), source, known)
    except StillInUse:
        desk.session().rollback()
        names = ", ".join(one.id for one in service.used_by(access.acting(), source, known))
        flash(_("It cannot be deleted: these connections use it: %(names)s.", names=names), "bad")
        return _back(source, known.id)
    desk.session().commit()
    flash(_("Deleted."))
    return redirect(url_for("admin.credentials"), 303)


@requires("editor", confirmed=True)
def take_down_credential(source_id: str, credential_id: str) -> ResponseReturnValue:
    """Switches off every connection that rests on it; their sign-ins stay, or end as well."""
    source, known = _load(source_id, credential_id)
    revoke = forms.text("existing") == "revoke"
    try:
        over = service.take_down(access.acting(), source, known, revoke=revoke)
    except VersionConflict:
        desk.session().rollback()
        flash(_("Nothing was changed: somebody else saved first."), "warn")
    else:
        desk.session().commit()
        flash(ended(over) if revoke else _("Its connections are switched off."))
    return _back(source, known.id)


def _page(form: Form, source: Source, known: Credential | None = None) -> str:
    kind = known.kind if known else ""
    return render_template(
        "admin/credential.html",
        form=form,
        source=source,
        declared=source.credentials,
        known=known,
        secrets=source.credentials.secrets_of(kind) if known else (),
        groups=list(_groups(form, source)),
        used_by=service.used_by(access.acting(), source, known) if known else [],
        beforehand=[] if known else _beforehand(source),
    )


def _beforehand(source: Source) -> list[Step]:
    """What the source's console asks for before it hands a credential out: mostly the address that
    browsers come back to, of the connection that is suggested."""
    mode = source.modes[0]
    if not mode.fixed_callback:
        return []
    credential = Credential.missing(mode.kind)
    setup = Setup(credential, desk.settings().issuer, callback_of(mode.id))
    return [step for step in mode.steps(setup) if step.beforehand]


def _groups(form: Form, source: Source) -> Iterator[Group]:
    """The headings in their order; open where something stands under one, or is wrong."""
    declared = [one for one in source.credentials.fields if one.group]
    for title in dict.fromkeys(one.group for one in declared):
        fields = [one for one in declared if one.group == title]
        is_open = any(form.values.get(one.name) or form.problems.get(one.name) for one in fields)
        yield Group(title, fields, is_open)


def _source(source_id: str) -> Source:
    found = current_federation().sources.get(source_id)
    if found is None:
        abort(404)
    return found


def _store(source: Source) -> CredentialStore:
    return current_federation().credentials.of(source.id)


def _load(source_id: str, credential_id: str) -> tuple[Source, Credential]:
    source = _source(source_id)
    known = _store(source).get(desk.session(), credential_id)
    if known is None:
        abort(404)
    return source, known


def _back(source: Source, credential_id: str) -> ResponseReturnValue:
    page = url_for("admin.credential", source_id=source.id, credential_id=credential_id)
    return redirect(page, 303)


def _sent(source: Source, credential_id: str, kind: str) -> CredentialFields:
    """What was typed; of a known one without the secrets that a form of their own replaces."""
    declared = source.credentials
    is_new = request.endpoint == "admin.new_credential"
    own = () if is_new else declared.secrets_of(kind)
    typed = {one.name: forms.typed(one) for one in declared.fields if one not in own}
    return CredentialFields(
        credential_id, kind, typed, forms.text("name"), forms.ticked("is_default")
    )


def _values(source: Source, fields: CredentialFields) -> dict[str, Any]:
    """What the form shows, by the names of its inputs; no secret."""
    shown = {one.name: fields.values.get(one.name, "") for one in source.credentials.fields}
    values = shown | {"kind": fields.kind, "name": fields.name, "is_default": fields.is_default}
    hidden = {one.name for one in source.credentials.fields if one.secret}
    values = {name: value for name, value in values.items() if name not in hidden}
    return values | {source.credentials.id.name: fields.id}
