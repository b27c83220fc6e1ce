"""What is done to an application as a whole: its secret, stopping it, deleting it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.admin import desk, forms
from app.admin.access import requires
from app.admin.blueprint import admin
from app.admin.views.applications import find, note, secret_page
from app.enablement import sources
from oidc import grant_store
from oidc.authorization.consents import forget_client
from oidc.clients import needs_secret
from oidc.grant_store import Whose

OVERLAPS = {"0": 0, "3600": 3600, "86400": 86400, "604800": 604800}


@admin.post("/applications/<client_id>/rotate-secret")
@requires("editor", confirmed=True)
def rotate_application_secret(client_id: str) -> ResponseReturnValue:
    """A new secret, shown this once; the old one works on for a while."""
    client = find(client_id)
    overlap = OVERLAPS.get(request.form.get("overlap", ""), 604800)
    secret = None
    if needs_secret(client.metadata):
        secret = desk.provider().clients.rotate_secret(desk.session(), client, overlap)
    if secret is None:
        desk.session().rollback()
        flash(_("Nothing was changed: look at the application again."), "warn")
        return redirect(url_for("admin.application", client_id=client_id), 303)
    note("secret_rotated", client, {"overlap": overlap})
    desk.session().commit()
    return secret_page(client, secret, is_new=False)


@admin.post("/applications/<client_id>/switch")
@requires("editor")
def switch_application(client_id: str) -> ResponseReturnValue:
    """Stops the application or lets it work again."""
    client = find(client_id)
    disabled = not client.disabled
    if desk.provider().clients.change(desk.session(), client, disabled=disabled):
        note("disabled" if disabled else "enabled", client, {})
        desk.session().commit()
        flash(_("The application is stopped.") if disabled else _("The application works again."))
    else:
        desk.session().rollback()
        flash(_("Nothing was changed: look at the application again."), "warn")
    return redirect(url_for("admin.application", client_id=client_id), 303)


@admin.post("/applications/<client_id>/delete")
@requires("editor", confirmed=True)
def delete_application(client_id: str) -> ResponseReturnValue:
    """Removes it for good, with its consents and everything it was granted."""
    client, session = find(client_id), desk.session()
    if not forms.ticked("sure"):
        flash(_("Tick that all its sign-ins and tokens may end."), "warn")
        return redirect(url_for("admin.application", client_id=client_id) + "#delete", 303)
    revoked = grant_store.revoke_all(session, Whose(client_id=client_id), desk.clock()())
    forget_client(session, client_id)
    sources.forget_client(session, client_id)
    desk.provider().clients.delete(session, client_id)
    note("deleted", client, {"name": client.metadata.client_name, "grants_revoked": revoked})
    session.commit()
    flash(_("Deleted."))
    return redirect(url_for("admin.applications"), 303)
