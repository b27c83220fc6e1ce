"""Logos and colours, as pages load them: from our own origin, with types of their own."""

from flask import Blueprint, Response, abort

from app.branding import colours, source_look, store
from app.database import db
from app.elements import current_elements

branding = Blueprint("looks", __name__)

ALONE = "default-src 'none'; sandbox"
"""Opened by itself, a picture is a page that can do nothing."""


@branding.get("/logos/<digest>.png")
def logo(digest: str) -> Response:
    """An application's picture, by its digest: what an address shows never changes."""
    found = store.picture(db.session(), digest) if len(digest) == 64 and digest.isalnum() else None
    if found is None:
        abort(404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": ALONE,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(found, mimetype="image/png", headers=headers)


@branding.get("/sources.css")
def source_styles() -> Response:
    """The style sheet of the sources' colours; its address changes when it does."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    css = source_look.stylesheet(current_elements().sources)
    return Response(css, mimetype="text/css", headers=headers)


@branding.get("/accents/<colour>.css")
def accent(colour: str) -> Response:
    """The style sheet of an application's colour."""
    wanted = colours.normal(f"#{colour}")
    if wanted is None or colour != wanted[1:]:
        abort(404)
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(colours.stylesheet(wanted), mimetype="text/css", headers=headers)
