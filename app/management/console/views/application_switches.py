"""What is done to an application as a whole: its secret, stopping it, deleting it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.saving import doing
from app.management.console.views.applications import load, secret_page
from app.management.services import clients as service

OVERLAPS = {"0": 0, "3600": 3600, "86400": 86400, "604800": 604800}


@requires("editor", confirmed=True)
def rotate_application_secret(client_id: str) -> ResponseReturnValue:
    """A new secret, shown this once; the old one works on for a while."""
    client = forms.opened(load(client_id))
    overlap = OVERLAPS.get(request.form.get("overlap", ""), 604800)
    with doing() as done:
        client, secret = service.rotate_secret(access.acting(), client, overlap)
    if done.ok:
        return secret_page(client, secret, is_new=False)
    return redirect(url_for("admin.application", client_id=client_id), 303)


@requires("editor")
def switch_application(client_id: str) -> ResponseReturnValue:
    """Stops the application or lets it work again."""
    enabled = forms.ticked("on")
    with doing() as done:
        service.switch(access.acting(), forms.opened(load(client_id)), enabled=enabled)
    if done.ok:
        flash(_("The application works again.") if enabled else _("The application is stopped."))
    return redirect(url_for("admin.application", client_id=client_id), 303)


@requires("editor", confirmed=True)
def delete_application(client_id: str) -> ResponseReturnValue:
    """Removes it for good, with its consents and everything it was granted."""
    client = load(client_id)
    if not forms.ticked("sure"):
        flash(_("Tick that all its sign-ins and tokens may end."), "warn")
        return redirect(url_for("admin.application", client_id=client_id) + "#delete", 303)
    service.delete(access.acting(), client)
    desk.session().commit()
    flash(_("Deleted."))
    return redirect(url_for("admin.applications"), 303)
