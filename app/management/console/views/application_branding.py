"""What people see of an application, and of the deployment itself: logo, colours, words."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.branding import store
from app.branding.store import OUR_OWN, Branding
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import saving
from app.management.console.views.applications import load
from app.management.console.views.preview import previews
from app.management.services import branding as service
from app.management.services.branding import LANGUAGES, LIMITS, Wanted, texts_of
from app.web.headers import FRAMES_AND, PAGE_POLICY
from oidc.clients.client import Client


@requires("viewer")
def application_look(client_id: str) -> ResponseReturnValue:
    """What people see while they sign in: logo, colours, background, words, and a preview."""
    client = load(client_id)
    return _answer(client.client_id, client)


@requires("viewer")
def own_look() -> ResponseReturnValue:
    """The deployment's own: on pages without an application, in the console, below the others."""
    return _answer(OUR_OWN, None)


def _answer(client_id: str, client: Client | None) -> ResponseReturnValue:
    branding = store.of_client(desk.session(), client_id)
    if request.method == "GET":
        form = Form(_values(branding, client_id), branding.version)
        return _page(form, client, branding)
    return access.if_allowed("editor", lambda: _save(client_id, client, branding))


def _save(client_id: str, client: Client | None, branding: Branding) -> ResponseReturnValue:
    names = ("accent", "background", *_text_fields(client_id))
    form = Form({name: forms.text(name) for name in names}, forms.version())
    wanted = Wanted(
        "" if forms.ticked("no_accent") else forms.text("accent"),
        "" if forms.ticked("no_background") else forms.text("background"),
        b"" if forms.ticked("no_logo") else forms.upload("logo"),
        b"" if forms.ticked("no_picture") else forms.upload("picture"),
        {
            language: {what: forms.text(f"{what}_{language}") for what in texts_of(client_id)}
            for language in LANGUAGES
        },
    )
    with saving(form, _values(branding, client_id), branding.version):
        service.change(access.acting(), client_id, wanted, form.version)
    if form.status != 200:
        return _page(form, client, branding)
    flash(_("Saved."))
    return redirect(_place(client), 303)


def _text_fields(client_id: str) -> list[str]:
    return [f"{what}_{language}" for what in texts_of(client_id) for language in LANGUAGES]


def _values(branding: Branding, client_id: str) -> dict[str, str]:
    words = {
        f"{what}_{language}": branding.texts.get(language, {}).get(what, "")
        for what in texts_of(client_id)
        for language in LANGUAGES
    }
    return {"accent": branding.accent or "", "background": branding.background or "", **words}


def _place(client: Client | None) -> str:
    if client is None:
        return url_for("admin.own_look")
    return url_for("admin.application_look", client_id=client.client_id)


def _page(form: Form, client: Client | None, branding: Branding) -> Response:
    rendered = render_template(
        "admin/application_branding.html",
        form=form,
        client=client,
        tab="look",
        branding=branding,
        limits=LIMITS,
        texts=texts_of(client.client_id if client else OUR_OWN),
        saved_at=_place(client),
        previews=previews(client, form.values),
    )
    response = make_response(rendered, form.status)
    response.headers["Content-Security-Policy"] = f"{PAGE_POLICY}{FRAMES_AND}'self'"
    return response
