"""Programs that people run: finding one, and registering an application that is it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import saving
from app.management.console.views.applications import enable, secret_page
from app.management.services import clients as service
from app.management.services import presets
from app.management.services.clients import metadata_of
from app.management.services.preset_documents import MissingAddress, document_of
from app.management.services.preset_values import pasted
from app.management.services.presets import CATEGORIES, URL, Preset, UnknownPreset
from federation.translation import N_

KINDS = {
    "application": N_("Finished programs"),
    "framework": N_("Libraries for servers"),
    "browser": N_("Libraries for browsers"),
    "native": N_("On people's devices"),
    "proxy": N_("In front of others"),
    "broker": N_("Between this server and others"),
    "api": N_("What verifies access tokens"),
}
PLACES = (N_("command line"), N_("environment"))
"""Where texts go that is no file or page of a program's own."""
LONGEST_SEARCH = 100
NO_ADDRESS = N_("Give the whole address, as in https://app.example.com.")


@requires("editor")
def programs() -> ResponseReturnValue:
    """Those that a search finds, by kind."""
    search = request.args.get("search", "")[:LONGEST_SEARCH]
    found = presets.matching(search)
    kinds = [(KINDS[kind], [one for one in found if one.category == kind]) for kind in CATEGORIES]
    shown = [(title, known) for title, known in kinds if known]
    return render_template("admin/programs.html", search=search, kinds=shown, count=len(found))


@requires("editor", confirmed=True)
def new_program(preset_id: str) -> ResponseReturnValue:
    """What one program needs; registers an application that is it."""
    preset = _load(preset_id)
    if request.method == "GET" or not preset.registers:
        every = [one.id for one in current_federation().connections.all(desk.session())]
        return _page(preset, Form({"client_name": preset.name, "connections": every}))
    typed: dict[str, object] = {name: forms.text(name) for name in ("client_name", "address")}
    typed |= {"first_party": forms.ticked("first_party")}
    form = Form(typed | {"connections": forms.chosen("connections")})
    document = _document(preset, form)
    with saving(form, {}, 0):
        if form.status == 200:
            metadata = metadata_of(desk.provider(), document)
            client, secret = service.create(access.acting(), metadata)
            enable(client, form.values["connections"])
    if form.status != 200:
        return _page(preset, form), form.status
    if secret is not None:
        return secret_page(client, secret, is_new=True)
    flash(_("The application is registered."))
    return redirect(url_for("admin.application_start", client_id=client.client_id), 303)


def _document(preset: Preset, form: Form) -> dict[str, object]:
    try:
        document = document_of(preset, form.values["address"])
    except MissingAddress:
        form.add([("address", NO_ADDRESS)])
        return {}
    if form.values["client_name"]:
        document["client_name"] = form.values["client_name"]
    return document | ({"first_party": True} if form.values["first_party"] else {})


def _load(preset_id: str) -> Preset:
    try:
        return presets.load(preset_id)
    except UnknownPreset:
        abort(404)


def _page(preset: Preset, form: Form) -> str:
    return render_template(
        "admin/program.html",
        preset=preset,
        form=form,
        patterns=[
            presets.filled(one, {**preset.variables, URL: "…"}) for one in preset.redirect_uris
        ],
        texts=pasted(preset, desk.provider()),
        connections=current_federation().connections.all(desk.session()),
    )
