"""Moving house: what would become of people when a credential gives way to another, or moves."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.management.console import access, desk
from app.management.console.access import requires
from app.management.services import moving as service
from app.management.services.moving import Preview
from federation import Credential, Source
from federation.errors import InvalidFields
from federation.translation import N_

BRIDGES = {
    "known": N_("Known there already"),
    "shared": N_("Found again by the name that both share"),
    "phone": N_("Found again by the verified phone number"),
    "other": N_("New there; they keep another way into their account"),
    "lost": N_("Lost: no way into their account"),
}


@requires("viewer")
def preview_move(source_id: str, credential_id: str) -> ResponseReturnValue:
    """Who would be found again, who would be lost, and the steps of the move; nothing is done."""
    source = current_federation().sources.get(source_id)
    if source is None:
        abort(404)
    known = current_federation().credentials.of(source.id).get(desk.session(), credential_id)
    if known is None:
        abort(404)
    others = _others(source, known)
    seen, problem = _asked(source, known, others)
    return render_template(
        "admin/move.html",
        source=source,
        known=known,
        others=others,
        label=service.label_field(source),
        seen=seen,
        problem=problem,
        bridges=BRIDGES,
    )


def _others(source: Source, known: Credential) -> list[Credential]:
    """The credentials that could take its place."""
    stored = current_federation().credentials.of(source.id).all(desk.session())
    return [one for one in stored if one.kind == known.kind and one.id != known.id]


def _asked(
    source: Source, known: Credential, others: list[Credential]
) -> tuple[Preview | None, str]:
    """What would happen by the choice in the address, or what is wrong with it."""
    to, label = request.args.get("to", ""), request.args.get("label", "").strip()[:64]
    field = service.label_field(source)
    new = next((one for one in others if one.id == to), None)
    try:
        if new is not None:
            return service.replacing(access.acting(), source, known, new), ""
        if label and field is not None:
            return service.relabelling(access.acting(), source, known, {field.name: label}), ""
    except InvalidFields as error:
        return None, _(error.problems[0].message)
    return None, ""
