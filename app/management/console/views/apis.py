"""APIs: what access tokens are for, with their scopes."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.metadata_labels import label
from app.management.console.saving import saving
from app.management.services import apis as service
from oidc.apis.api import FORMATS, LANGUAGES, Api, ApiFields, ApiScope

SEPARATOR = "|"
FIELDS = {"name": "name_en"}
"""Where the form has another name for a field."""


@requires("viewer")
def apis() -> ResponseReturnValue:
    """The registered APIs, and those that the settings name."""
    provider = desk.provider()
    return render_template(
        "admin/apis.html",
        apis=provider.apis.all(desk.session()),
        by_settings=desk.settings().resources,
    )


@requires("editor")
def new_api() -> ResponseReturnValue:
    """The form of a new API."""
    form = Form(_typed() if forms.is_sent() else _values(ApiFields(resource="")))
    if not forms.is_sent():
        return _page(form)
    with saving(form, {}, 0, FIELDS):
        made = service.create(access.acting(), _fields(forms.text("resource")), _id())
    if form.status != 200:
        return _page(form), form.status
    flash(_("The API is registered."))
    return redirect(url_for("admin.api", api_id=made.id), 303)


@requires("viewer")
def api(api_id: str) -> ResponseReturnValue:
    """One API."""
    known = _load(api_id)
    if not forms.is_sent():
        return _page(Form(_values(known.fields), known.version), known)
    return access.if_allowed("editor", lambda: _save(known))


def _save(known: Api) -> ResponseReturnValue:
    form = Form(_typed(), forms.version())
    opened = Api(known.id, known.fields, form.version, known.created_at, known.updated_at)
    with saving(form, _values(known.fields), known.version, FIELDS):
        service.change(access.acting(), opened, _fields(known.resource))
    if form.status != 200:
        return _page(form, known), form.status
    flash(_("Saved."))
    return redirect(url_for("admin.api", api_id=known.id), 303)


@requires("editor", confirmed=True)
def delete_api(api_id: str) -> ResponseReturnValue:
    """Nobody gets a token for it any more."""
    service.delete(access.acting(), _load(api_id))
    desk.session().commit()
    flash(_("Removed. Tokens for it that are out live until they end."))
    return redirect(url_for("admin.apis"), 303)


def _load(api_id: str) -> Api:
    known = desk.provider().apis.find(desk.session(), api_id)
    if known is None:
        abort(404)
    return known


def _page(form: Form, known: Api | None = None) -> str:
    return render_template("admin/api.html", form=form, known=known, formats=FORMATS, label=label)


def _id() -> str | None:
    return forms.text("id") or None


def _typed() -> dict[str, Any]:
    """The form as it was sent, so that nothing typed is lost."""
    lists = ("scopes", "default_scopes", "introspected_by")
    texts = ("id", "resource", "name_en", "name_zh", "token_format", "token_lifetime")
    return {
        **{name: forms.text(name) for name in texts},
        **{name: forms.lines(name) for name in lists},
        "open_to_self_registered": forms.ticked("open_to_self_registered"),
    }


def _fields(resource: str) -> ApiFields:
    lifetime = forms.text("token_lifetime")
    names = {language: forms.text(f"name_{language}") for language in LANGUAGES}
    return ApiFields(
        resource=resource,
        name={language: name for language, name in names.items() if name},
        scopes=tuple(map(_scope, forms.lines("scopes"))),
        default_scopes=tuple(forms.lines("default_scopes")),
        token_format=forms.text("token_format"),
        token_lifetime=forms.whole(lifetime) if lifetime else None,
        introspected_by=tuple(forms.lines("introspected_by")),
        open_to_self_registered=forms.ticked("open_to_self_registered"),
    )


def _scope(line: str) -> ApiScope:
    """``orders:read | read your orders | 查看你的订单``."""
    name, *words = (part.strip() for part in line.split(SEPARATOR, len(LANGUAGES)))
    said = zip(LANGUAGES, words, strict=False)
    return ApiScope(name, {language: text for language, text in said if text})


def _values(fields: ApiFields) -> dict[str, Any]:
    return {
        "resource": fields.resource,
        **{f"name_{language}": fields.name.get(language, "") for language in LANGUAGES},
        "scopes": [_line(scope) for scope in fields.scopes],
        "default_scopes": list(fields.default_scopes),
        "token_format": fields.token_format,
        "token_lifetime": fields.token_lifetime,
        "introspected_by": list(fields.introspected_by),
        "open_to_self_registered": fields.open_to_self_registered,
    }


def _line(scope: ApiScope) -> str:
    words = [scope.words.get(language, "") for language in LANGUAGES]
    return f" {SEPARATOR} ".join([scope.name, *words] if any(words) else [scope.name])
