"""The cookie that ties parked requests to the browser that began them."""

import secrets

from flask import Response, request

from oidc.provider import Provider

BYTES = 16
LONGEST = 64
"""Characters of a name, with room; the cookie is given back as it came."""


def cookie_name(provider: Provider) -> str:
    """With TLS the prefix forbids other hosts and paths to plant one (RFC 6265bis 4.1.3.2)."""
    return "__Host-qiao_browser" if provider.settings.secure else "qiao_browser"


def browser_id_or_none(provider: Provider) -> str | None:
    """This browser's name, if it has one yet; what cannot be one of ours is none."""
    name = request.cookies.get(cookie_name(provider), "")
    return name if name and len(name) <= LONGEST else None


def browser_id(provider: Provider) -> str:
    """This browser's name; a new one where it has none yet."""
    return browser_id_or_none(provider) or secrets.token_urlsafe(BYTES)


def set_browser_cookie(provider: Provider, response: Response, browser: str) -> None:
    """Gives the browser its name."""
    response.set_cookie(
        cookie_name(provider),
        browser,
        secure=provider.settings.secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
