"""GET /.well-known/security.txt: whom to tell of a weakness of this deployment (RFC 9116)."""

from datetime import UTC, datetime

from flask import Response, abort, current_app

from app.pages.blueprint import pages
from app.settings import Settings
from oidc.provider import current_provider

PATH = "/.well-known/security.txt"
VALID = 180 * 86400
"""Seconds for which it holds; whoever reads a copy after that looks again (RFC 9116 2.5.5)."""


@pages.get(PATH)
def security_txt() -> Response:
    """Whom to tell of a weakness here, for researchers; nothing where nobody is named."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.security_contact:
        abort(404)
    provider = current_provider()
    end = (provider.clock() + VALID) // 86400 * 86400
    lines = [
        *(f"Contact: {each}" for each in settings.security_contact),
        f"Expires: {datetime.fromtimestamp(end, UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: en, zh",
        f"Canonical: {provider.url(PATH)}",
    ]
    response = Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
    response.headers["Cache-Control"] = "max-age=86400"
    return response
