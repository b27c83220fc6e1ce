"""What people see of an application on the pages on their way to it: logo and colour."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.branding import store
from app.branding.store import Branding
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.blueprint import admin
from app.management.console.forms import Form
from app.management.console.saving import saving
from app.management.console.views.applications import load
from app.management.services import branding as service
from app.sign_in.client_display import from_client
from app.web.i18n import current_language
from oidc.clients.client import Client


@admin.route("/applications/<client_id>/look", methods=["GET", "POST"])
@requires("viewer")
def application_look(client_id: str) -> ResponseReturnValue:
    """The logo and the colour that people see while they sign in."""
    client = load(client_id)
    branding = store.of_client(desk.session(), client.client_id)
    if request.method == "GET":
        return _page(Form(_values(branding), branding.version), client, branding)
    return access.if_allowed("editor", lambda: _save(client, branding))


def _save(client: Client, branding: Branding) -> ResponseReturnValue:
    form = Form({"accent": forms.text("accent")}, forms.version())
    picture = b"" if forms.ticked("no_logo") else forms.upload("logo")
    with saving(form, _values(branding), branding.version):
        service.change(
            access.acting(), client.client_id, forms.text("accent"), picture, form.version
        )
    if form.status != 200:
        return _page(form, client, branding), form.status
    flash(_("Saved."))
    return redirect(url_for("admin.application_look", client_id=client.client_id), 303)


def _values(branding: Branding) -> dict[str, str]:
    return {"accent": branding.accent or ""}


def _page(form: Form, client: Client, branding: Branding) -> str:
    shown = from_client(client, current_language().tag, branding=branding)
    return render_template(
        "admin/application_branding.html", form=form, client=client, tab="look", shown=shown
    )
