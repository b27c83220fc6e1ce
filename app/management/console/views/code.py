"""Snippets with an application's own values filled in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.elements import current_federation
from app.enablement.sources import usable_connections
from app.management.console import desk
from app.management.console.access import requires
from app.management.console.application_form import type_of
from app.management.console.scopes import scopes_for
from app.management.console.snippets import Values, fitting
from app.management.console.views.applications import load


@requires("viewer")
def application_code(client_id: str) -> ResponseReturnValue:
    """Python, Node, Android, iOS and curl, ready to paste."""
    client = load(client_id)
    usable = usable_connections(desk.session(), current_federation(), client_id)
    registered = client.metadata.redirect_uris
    values = Values(
        issuer=desk.settings().issuer,
        client_id=client_id,
        redirect_uri=registered[0] if registered else "com.example.app:/callback",
        has_secret=not client.is_public,
        connection=usable[0].id if usable else "CONNECTION",
        scope=scopes_for(client_id),
        in_app=client.is_first_party,
    )
    snippets = fitting(values)
    kind = type_of(client.metadata)
    return render_template(
        "admin/code.html", client=client, tab="code", snippets=snippets, kind=kind
    )
