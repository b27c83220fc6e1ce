"""The search over everything, which the slash opens."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.management.console import access, desk, labels, names
from app.management.console.access import requires
from app.management.services import search as service
from app.management.services.search import Hit
from app.web.i18n import current_language
from federation.translation import N_

KINDS = {
    "account": N_("People"),
    "group": N_("Groups"),
    "client": N_("Applications"),
    "connection": N_("Connections"),
    "credential": N_("Credentials"),
    "api": N_("APIs"),
    "administrator": N_("Administrators"),
    "event": N_("Log, by the number of the request"),
}


@requires("viewer")
def search() -> ResponseReturnValue:
    """What the words mean, kind by kind; a page of its own, so that it needs no script. The only
    thing that is found is opened at once.
    """
    sought = request.args.get("q", "").strip()[: service.LONGEST]
    found = service.everything(access.acting(), sought, administrators=access.is_owner())
    if len(found) == 1:
        return redirect(address_of(found[0]), 303)
    groups = [(_(said), [one for one in found if one.kind == kind]) for kind, said in KINDS.items()]
    return render_template(
        "admin/search.html",
        sought=sought,
        is_number=service.is_number_of_request(sought),
        groups=[(said, hits) for said, hits in groups if hits],
        called=_names(found),
        address=address_of,
        detail=detail_of,
    )


def _names(found: list[Hit]) -> dict[tuple[str, str], str]:
    """What those are called in the language of the page that have a name in each."""
    clients = names.of_applications(one.id for one in found if one.kind == "client")
    locale = current_language().locale
    known = current_federation().connections.all(desk.session())
    called = {("connection", one.id): one.label(locale) for one in known}
    return called | {("client", id_): name for id_, name in clients.items()}


def detail_of(hit: Hit) -> str:
    """What stands beside its name; of what a source declares, in its words."""
    if hit.kind == "connection":
        return labels.mode(hit.detail)
    source = current_federation().sources.get(hit.source) if hit.source else None
    return labels.kind(source, hit.detail) if source else hit.detail


def address_of(hit: Hit) -> str:
    """The page of what was found."""
    match hit.kind:
        case "account":
            return url_for("admin.account", account_id=hit.id)
        case "group":
            return url_for("admin.group", group_id=hit.id)
        case "client":
            return url_for("admin.application", client_id=hit.id)
        case "connection":
            return url_for("admin.connection", connection_id=hit.id)
        case "credential":
            return url_for("admin.credential", source_id=hit.source, credential_id=hit.id)
        case "api":
            return url_for("admin.api", api_id=hit.id)
        case "administrator":
            return url_for("admin.one_admin", admin_id=hit.id)
        case _:
            return url_for("admin.log", request_id=hit.id)
