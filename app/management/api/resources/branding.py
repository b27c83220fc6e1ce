"""Logo and colour of an application, as people see it while they sign in."""

import base64

from app.branding import store
from app.branding.pictures import MOST_BYTES
from app.branding.store import Branding
from app.management.api.operation import Answer, Call, Operation
from app.management.api.problems import Invalid, Problem
from app.management.api.resources.clients import load
from app.management.api.schema import Member, Record, number, or_null, text
from app.management.services import branding as service

ENCODED = 4 * (MOST_BYTES // 3 + 1)
RECORD = Record(
    "Look",
    (
        Member("client_id", text(255), "told"),
        Member(
            "accent",
            text(7, pattern="^#[0-9a-fA-F]{6}$"),
            nullable=True,
            about="Darkened on light pages and lightened on dark ones as far as reading needs.",
        ),
        Member(
            "logo",
            text(ENCODED, pattern="^[A-Za-z0-9+/]*={0,2}$"),
            "secret",
            nullable=True,
            about="A PNG, JPEG or WebP file in base64; null takes it away, left out it stays.",
        ),
        Member("logo_uri", or_null(text(300)), "told", about="The picture that was drawn from it."),
        Member("version", number(), "told"),
    ),
)


def show(call: Call) -> Answer:
    client_id = load(call).client_id
    return _answer(call, client_id, store.of_client(call.session, client_id))


def change(call: Call) -> Answer:
    """What is left out stays."""
    client_id = load(call).client_id
    before = store.of_client(call.session, client_id)
    call.demand_version(before.version)
    accent = call.body.get("accent", before.accent) or ""
    picture = _decoded(call.body["logo"]) if "logo" in call.body else None
    after = service.change(call.actor, client_id, accent, picture, before.version)
    return _answer(call, client_id, after)


def _decoded(sent: str | None) -> bytes:
    try:
        return base64.b64decode(sent or "", validate=True)
    except ValueError as error:
        raise Invalid([Problem("logo", "must be base64")]) from error


def _answer(call: Call, client_id: str, branding: Branding) -> Answer:
    address = call.provider.url(f"/logos/{branding.logo}.png") if branding.logo else None
    told = {"client_id": client_id, "accent": branding.accent, "logo_uri": address}
    return Answer({**told, "version": branding.version}, branding.version)


ONE = "/clients/{client_id}/look"
OPERATIONS = (
    Operation(
        "GET",
        ONE,
        "showLook",
        "Logo and colour of an application; at version 0 it never had any.",
        show,
        "Look",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "PATCH",
        ONE,
        "changeLook",
        "Gives it another logo or colour, or takes them away.",
        change,
        "Look",
        body="LookChange",
        most_bytes=ENCODED + 1024,
        versioned=True,
        fails=(404,),
    ),
)
