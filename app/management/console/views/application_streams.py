"""The streams of security events that an application receives."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.saving import doing
from app.management.console.views.applications import load
from app.management.services import event_streams as service
from oidc.protocol.endpoint_paths import SSF_CONFIGURATION_PATH
from oidc.protocol.security_events import EVENT_TYPES, STATUSES

NAMES = {uri: kind for kind, uri in EVENT_TYPES.items()}


@requires("viewer")
def application_streams(client_id: str) -> ResponseReturnValue:
    """Streams with their status, what waits in them, and what failed last."""
    client = load(client_id)
    return render_template(
        "admin/application_streams.html",
        client=client,
        tab="streams",
        streams=service.listed(desk.provider(), desk.session(), client.client_id),
        names=NAMES,
        configuration=desk.provider().url(SSF_CONFIGURATION_PATH),
    )


@requires("editor")
def switch_stream(client_id: str, stream_id: str) -> ResponseReturnValue:
    """Pauses, disables or enables a stream."""
    status = request.form.get("status", "")
    if status not in STATUSES:
        abort(400)
    with doing() as done:
        reason, seen = forms.text("reason"), forms.text("seen")
        service.set_status(access.acting(), stream_id, status, reason, seen)
    if done.ok:
        flash(_("Saved."))
    return redirect(url_for("admin.application_streams", client_id=client_id), 303)


@requires("editor")
def delete_stream(client_id: str, stream_id: str) -> ResponseReturnValue:
    """Removes a stream with what waits in it."""
    with doing() as done:
        service.delete(access.acting(), stream_id)
    if done.ok:
        flash(_("Deleted."))
    return redirect(url_for("admin.application_streams", client_id=client_id), 303)
