"""Logos and colours, as pages load them: from our own origin, with types of their own."""

import re
from collections.abc import Mapping

from flask import Blueprint, Response, abort, current_app, request

from app.branding import colours, registered_logos, source_look, store
from app.branding.registered_logos import RegisteredLogos
from app.database import db
from app.elements import current_elements
from oidc.database.statements import connection_released
from oidc.provider import current_provider

branding = Blueprint("looks", __name__)

DIGEST = re.compile(r"[0-9a-f]{64}")
SHOWN, SHORTLY = 3600, 30
"""Seconds for which a browser keeps a registered picture, and the lack of one."""
ALONE = "default-src 'none'; sandbox"
"""Opened by itself, a picture is a page that can do nothing."""


@branding.get("/logos/<digest>.png")
@branding.get("/logos/<digest>.jpg")
def logo(digest: str) -> Response:
    """A picture of an application, by its digest: what an address shows never changes."""
    found = store.picture(db.session(), digest) if len(digest) == 64 and digest.isalnum() else None
    if found is None:
        abort(404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": ALONE,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    kind = "image/png" if found.startswith(b"\x89PNG") else "image/jpeg"
    return Response(found, mimetype=kind, headers=headers)


@branding.get("/logos/registered")
def registered_logo() -> Response:
    """The picture that an application has registered, drawn anew by us."""
    provider = current_provider()
    client_id = request.args.get("client_id", "")
    client = provider.clients.get(db.session(), client_id)
    mark = request.args.get("of", "")
    address = client and registered_logos.registered_address(client.metadata, mark)
    if not address:
        abort(404)
    picture, kept = _registered(address)
    headers = {
        "Cache-Control": f"public, max-age={kept}",
        "Content-Security-Policy": ALONE,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(picture, mimetype="image/png", headers=headers)


def _registered(address: str) -> tuple[bytes, int]:
    """The picture, or one that shows nothing; and for how many seconds it may be kept."""
    logos: RegisteredLogos = current_app.extensions["registered_logos"]
    known = logos.kept(address)
    if known is None and current_provider().host.limits.may_fetch():
        with connection_released(db.session()):
            picture = logos.fetch(address)
    else:
        picture = known.picture if known else None
    return (picture, SHOWN) if picture else (registered_logos.nothing(), SHORTLY)


@branding.get("/sources.css")
def source_styles() -> Response:
    """The style sheet of the sources' colours; its address changes when it does."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    css = source_look.stylesheet(current_elements().sources)
    return Response(css, mimetype="text/css", headers=headers)


@branding.get("/looks.css")
def look() -> Response:
    """The style sheet of colour and background, which its address names."""
    css = stylesheet_of(request.args)
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(css, mimetype="text/css", headers=headers)


def stylesheet_of(asked: Mapping[str, str]) -> str:
    """The style sheet for the values of an address; what is none of ours is left out."""
    accent, background = (
        colours.normal(f"#{asked.get(name, '')}") for name in ("accent", "background")
    )
    digest = asked.get("picture", "")
    behind = f"/logos/{digest}.jpg" if DIGEST.fullmatch(digest) else ""
    return colours.stylesheet(accent, background, behind)


@branding.get("/accents/<colour>.css")
def accent(colour: str) -> Response:
    """The style sheet of an application's colour."""
    wanted = colours.normal(f"#{colour}")
    if wanted is None or colour != wanted[1:]:
        abort(404)
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(colours.stylesheet(wanted), mimetype="text/css", headers=headers)
