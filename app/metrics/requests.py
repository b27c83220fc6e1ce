"""Counts answers: the application notes what was asked, the server the rest."""

import re
from typing import Any, NamedTuple

from flask import Flask, Response, request

from app.metrics.measures import DURATION, REFUSALS, REQUESTS, TOKENS
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS

TOKEN = ENDPOINT_PATHS["token_endpoint"]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"
OTHER = "other"
"""For what a stranger may name as he likes."""
_CODE = re.compile(rb'"error": ?"([a-z_]{1,40})"')
_LONGEST = 8192


class Asked(NamedTuple):
    """:param grant: of a request for tokens, one that there is."""

    route: str = NO_ROUTE
    grant: str | None = None


UNASKED = Asked()
"""The application was not asked at all."""


def note_requests(app: Flask, place: str, grants: frozenset[str]) -> None:
    """Has the application note each request in its environ.

    :param place: the name there.
    :param grants: the grant types that there are.
    """

    def note(response: Response) -> Response:
        rule = request.url_rule
        route = rule.rule if rule is not None else NO_ROUTE
        request.environ[place] = Asked(route, _grant(grants) if route == TOKEN else None)
        return response

    app.after_request(note)


def _grant(grants: frozenset[str]) -> str | None:
    if request.method != "POST":
        return None
    try:
        grant = request.form.get("grant_type", OTHER)
    except Exception:  # a body that is too large, or no form, was refused as such
        return OTHER
    return grant if grant in grants else OTHER


class RequestCounter:
    """Called by the server's loop; what it has counted once it finds again by one look."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def __call__(
        self, method: str, asked: Asked | None, status: int, body: bytes, took: float
    ) -> None:
        """:param took: seconds."""
        route, grant = asked or UNASKED
        key = (method if method in METHODS else OTHER, route, status)
        counted = self._known.get(key)
        if counted is None:
            counted = REQUESTS.labels(key[0], route, str(status)), DURATION.labels(route)
            self._known[key] = counted
        counted[0].inc()
        counted[1].observe(took)
        error = _error(body) if status >= 400 else None
        if error:
            REFUSALS.labels(route, error).inc()
        if grant:
            TOKENS.labels(grant, error or ("issued" if status == 200 else OTHER)).inc()


def _error(body: bytes) -> str | None:
    """The code of one of our own answers (RFC 6749 5.2); None for pages."""
    if not body.startswith(b"{") or len(body) > _LONGEST:
        return None
    found = _CODE.search(body)
    return found[1].decode() if found else None
