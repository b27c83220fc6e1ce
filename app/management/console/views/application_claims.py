"""Which claims an application learns through a connection, and what that looks like."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.claims import Claim
from app.accounts.records import listing
from app.elements import current_federation
from app.enablement import sources
from app.enablement.policy import Policy, Release
from app.enablement.sources import Enablement
from app.management.console import access, desk, forms, names
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import saving
from app.management.console.views.applications import load
from app.management.services import enablements
from app.management.services.previews import preview
from oidc.clients.client import Client


@requires("viewer")
def application_claims(client_id: str) -> ResponseReturnValue:
    """The release table of one connection."""
    client = load(client_id)
    enabled = sources.of_client(desk.session(), client_id, enabled_only=True)
    asked = request.values.get("connection", "")
    wanted = next((one for one in enabled if one.connection_id == asked), None)
    chosen = wanted or (enabled[0] if enabled else None)
    if request.method == "GET":
        return _page(client, enabled, chosen)
    return access.if_allowed("editor", lambda: _save(client, enabled, wanted))


def _save(
    client: Client, enabled: list[Enablement], chosen: Enablement | None
) -> ResponseReturnValue:
    """:param chosen: None where the table is of a connection that is on no more."""
    if chosen is None:
        flash(_("Nothing was saved: this connection was switched off meanwhile."), "warn")
        return redirect(url_for("admin.application_claims", client_id=client.client_id), 303)
    typed = replace(chosen, policy=_typed_policy(_settable(chosen)))
    form = Form({}, forms.version())
    with saving(form, {}, chosen.version):
        enablements.save(access.acting(), typed, form.version)
    if form.status != 200:
        saved = chosen if form.was_outrun else None
        return _page(client, enabled, typed, form, saved), form.status
    flash(_("Saved."))
    address = url_for("admin.application_claims", client_id=client.client_id)
    return redirect(f"{address}?connection={chosen.connection_id}", 303)


def _settable(chosen: Enablement) -> list[Claim]:
    """Everybody's claims, and those of the connection's own source."""
    connection = current_federation().connections.get(desk.session(), chosen.connection_id)
    sources = (None, connection.source if connection else None)
    return [each for each in desk.elements().claims if each.settable and each.source in sources]


def _typed_policy(settable: list[Claim]) -> Policy:
    """Only what differs from the default is kept, so that better defaults reach everybody."""
    typed = {}
    for claim in settable:
        name = forms.text(f"as-{claim.name}")
        release = Release(
            forms.ticked(f"id-{claim.name}"),
            forms.ticked(f"info-{claim.name}"),
            name if name and name != claim.name else None,
        )
        if release != claim.release:
            typed[claim.name] = release
    return Policy(typed)


def _page(
    client: Client,
    enabled: list[Enablement],
    chosen: Enablement | None,
    form: Form | None = None,
    saved: Enablement | None = None,
) -> str:
    """:param saved: what stands now, where somebody else saved first."""
    who = request.args.get("account", "").strip()[:200]
    return render_template(
        "admin/application_claims.html",
        client=client,
        tab="claims",
        enabled=enabled,
        chosen=chosen,
        problems=form.problems.get("claims", []) if form else [],
        saved=saved,
        ways=names.of_connections(),
        releasable=_settable(chosen) if chosen else [],
        who=who,
        preview=_preview(client, chosen, who) if chosen and who else None,
    )


def _preview(client: Client, chosen: Enablement, who: str) -> Mapping[str, Any]:
    """What the ID token and userinfo would hold for this person with every scope."""
    found = listing.search(desk.session(), who, limit=1)
    seen = found and preview(
        desk.provider(), current_federation(), desk.session(), client, chosen, found[0].id
    )
    if not seen:
        return {"missing": True}
    return {"id_token": _shown(seen.id_token), "userinfo": _shown(seen.userinfo)}


def _shown(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
