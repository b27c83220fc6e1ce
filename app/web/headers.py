"""Headers: as requests bring them; what every response carries, which tells a browser what it may
do with our pages; and how they are sent.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, Response
from werkzeug.datastructures import EnvironHeaders

from app.settings import Settings
from oidc.protocol.endpoint_paths import below
from oidc.provider import add_as_they_are, current_request

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No form-action: the form that ends a sign-in is answered by a redirect to the application,
which Chromium would count as a form's target."""
FRAMES_AND = "; frame-src "
"""Added, with the origins that one page may load, where it signs out of applications."""
HSTS = "max-age=31536000"
HSTS_SUBDOMAINS = HSTS + "; includeSubDomains"
"""Hosts below ours may be somebody else's, who serves them without TLS: only where it is said."""
ours_alone = below(("/admin",))
"""Where no application opens a window. Anywhere else its window would seem closed to the
application that opened it, and could not tell it the answer."""


is_about_somebody = below(("/admin", "/account"))
"""What is below these is about somebody, also where it is a file and no page."""


ASKED_ON_THE_PAGE = "Form"
"""Every 401 names a scheme (RFC 9110 15.5.2). Browsers leave one alone that they do not know, so
that nobody gets a dialog over the page that asks."""


_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
"""Such a one is sent as it stands (RFC 3986 2)."""
_BYTES = frozenset({bytes})


@cache
def _key(name: str) -> str:
    """Of a header in what WSGI calls environ; names are those that our code asks for."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


class SentHeaders(EnvironHeaders):
    """Those of a request, looked up at once: Werkzeug raises an error within for each that is not
    there."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002
        if type is not None:
            return super().get(key, default, type)
        return self.environ.get(_key(key), default)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and _key(key) in self.environ

    def __bool__(self) -> bool:
        return True


def ready_headers(response: Response) -> list[tuple[str, str]] | None:
    """As an answer is sent; None where Werkzeug would put right more than the length."""
    parts, status, headers = response.response, response.status_code, list(response.headers)
    if type(parts) is not list or response._on_close or status < 200 or status in (204, 304):
        return None
    if not _BYTES.issuperset(map(type, parts)):
        return None
    given = {name.lower(): value for name, value in headers}
    location = given.get("location")
    if "content-location" in given or (location is not None and not _ADDRESS.fullmatch(location)):
        return None
    if "content-length" not in given:
        headers.append(("Content-Length", str(sum(map(len, parts)))))
    return headers


def _unless_set(headers: Mapping[str, str]) -> tuple[tuple[str, tuple[str, str]], ...]:
    """Each with its name as it is looked for among those that a view has set."""
    return tuple((name.lower(), (name, value)) for name, value in headers.items())


_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_OF_PAGES = _unless_set({"Content-Security-Policy": PAGE_POLICY, "X-Frame-Options": "DENY"})
_OF_OURS = _unless_set({"Cross-Origin-Opener-Policy": "same-origin"})
_OF_ASKING = _unless_set({"WWW-Authenticate": ASKED_ON_THE_PAGE})
_OF_SOMEBODY = _unless_set({"Cache-Control": "no-store"})


def _at_our_host(location: str, root: str, issuer: str) -> str:
    return f"{issuer}/{location.removeprefix(root)}" if location.startswith(root) else location


def setup_headers(app: Flask, settings: Settings) -> None:
    """Adds the headers to whatever the views have not set themselves."""
    hsts = HSTS_SUBDOMAINS if settings.hsts_subdomains else HSTS
    over_tls = {"Strict-Transport-Security": hsts} if settings.secure else {}
    always = _unless_set({**_EVERYWHERE, **over_tls})

    def add(response: Response) -> Response:
        asked = current_request()
        headers, path = response.headers, asked.path
        # A look-up of what is missing raises an error within: each costs as much as all of this.
        there = {name.lower(): value for name, value in headers}
        is_page = there.get("content-type", "").startswith("text/html")
        missing = always
        if is_page:
            missing += _OF_PAGES
            if ours_alone(path):
                missing += _OF_OURS
            if response.status_code == 401:
                missing += _OF_ASKING
        if is_about_somebody(path) or (is_page and asked.endpoint != "static"):
            missing += _OF_SOMEBODY
        add_as_they_are(headers, [header for name, header in missing if name not in there])
        if response.status_code == 308 and (location := response.location):
            # Flask puts right a path without its slash by an address with whatever Host was sent.
            response.location = _at_our_host(location, asked.host_url, settings.issuer)
        return response

    app.after_request(add)
