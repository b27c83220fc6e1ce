"""Which connections an application uses, in which order; and the same for many at once."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.enablement import sources
from app.enablement.sources import Enablement
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.console.views.applications import load
from app.management.services import enablements
from app.management.services.client_search import MOST, search
from federation import Connection

PER_PAGE = 30
LEAST = 3
CELLS = 100
"""Switches of a page at most, so that it stays light: with thirty connections, too."""


@requires("viewer")
def application_sources(client_id: str) -> ResponseReturnValue:
    """A switch for each connection, its place, whether new people may come in by it, and whether
    the application may have people's tokens at the source."""
    client = load(client_id)
    if request.method == "POST":
        return access.if_allowed("editor", lambda: _save(client_id))
    rows = _rows(client_id)
    return render_template(
        "admin/application_sources.html", client=client, tab="sources", rows=rows, outrun=False
    )


def _rows(client_id: str) -> list[tuple[Connection, Enablement]]:
    return enablements.every_connection(desk.session(), current_federation(), client_id)


def _typed(before: Enablement) -> Enablement:
    name = before.connection_id
    position = forms.whole(forms.text(f"position-{name}"))
    return replace(
        before,
        enabled=forms.ticked(f"enabled-{name}"),
        allow_sign_up=forms.ticked(f"sign-up-{name}"),
        source_tokens=forms.ticked(f"tokens-{name}"),
        position=position if position >= 0 else before.position,
    )


def _save(client_id: str) -> ResponseReturnValue:
    rows = _rows(client_id)
    wanted = [(connection, _typed(before)) for connection, before in rows]
    form = Form({})
    with saving(form, {}, 0):
        for (_connection, before), (_same, typed) in zip(rows, wanted, strict=True):
            seen = forms.whole(forms.text(f"version-{before.connection_id}"))
            if seen < 0 or typed == before:
                continue
            enablements.save(access.acting(), typed, seen)
    if form.status != 200:
        page = render_template(
            "admin/application_sources.html",
            client=load(client_id),
            tab="sources",
            rows=wanted,
            outrun=True,
            now={before.connection_id: before for _c, before in _rows(client_id)},
        )
        return page, form.status
    flash(_("Saved."))
    return redirect(url_for("admin.application_sources", client_id=client_id), 303)


@requires("viewer")
def matrix() -> ResponseReturnValue:
    """Applications × connections, a page of applications at a time."""
    after = request.args.get("after", "")[:128]
    wanted = request.args.get("q", "").replace("\0", "").strip()[:MOST]
    connections = current_federation().connections.all(desk.session())
    rows = min(PER_PAGE, max(LEAST, CELLS // max(1, len(connections))))
    found = search(access.acting(), wanted, after=after, limit=rows + 1)
    shown = found[:rows]
    return render_template(
        "admin/matrix.html",
        clients=shown,
        wanted=wanted,
        connections=connections,
        enabled=sources.of_clients(desk.session(), [one.client_id for one in shown]),
        after=after,
        next_after=shown[-1].client_id if len(found) > rows else None,
    )


@requires("editor")
def switch_source() -> ResponseReturnValue:
    """Turns one switch of the matrix."""
    on, _space, which = forms.text("switch").partition(" ")
    connection_id, _space, client_id = which.partition(" ")
    client = load(client_id)
    known = current_federation().connections.get(desk.session(), connection_id)
    if known is not None:
        with doing():
            enablements.switch(access.acting(), client.client_id, connection_id, enabled=on == "on")
    after, wanted = forms.text("after"), forms.text("q")
    address = url_for("admin.matrix", after=after or None, q=wanted or None)
    return redirect(address + f"#row-{client.client_id}", 303)
