"""Addresses of our own pages, as Flask writes them and in a third of the time.

A list has some for each row. Flask looks for the request, its blueprint, defaults, hosts, methods
and schemes each time, where what differs is an id.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from flask.globals import _cv_request
from werkzeug.routing import Rule

_PLAIN = frozenset((str, int))


@dataclass(frozen=True, slots=True)
class _Route:
    """The one route of an endpoint, and what writes defaults into the values of its addresses."""

    rule: Rule
    defaults: tuple[Callable[[str, dict[str, Any]], None], ...]


def addresses() -> "Addresses":
    """Those of the application that handles this request."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    known: Addresses = app.extensions.setdefault("addresses", Addresses(app))
    return known


class Addresses:
    """Writes those that a page within a request asks for by endpoint and plain values.

    Of an endpoint with one route, on the host of the request.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._routes: dict[str, _Route | None] = {}

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """The address of a page."""
        return self._of(endpoint, values) or self._app.url_for(endpoint, **values)

    def _of(self, endpoint: str, sent: Mapping[str, Any]) -> str | None:
        """The address; None where Flask should write it."""
        context = _cv_request.get(None)
        if context is None:
            return None
        for name, value in sent.items():
            if type(value) not in _PLAIN or name[0] == "_":
                return None
        route = self._route(endpoint)
        if route is None:
            return None
        values = dict(sent)
        for write in route.defaults:
            write(endpoint, values)
        adapter = context.url_adapter
        if adapter is None or not route.rule.arguments <= values.keys():
            return None
        written = route.rule.build(values)
        return None if written is None else adapter.script_name.rstrip("/") + written[1]

    def _route(self, endpoint: str) -> _Route | None:
        if endpoint not in self._routes:
            self._routes[endpoint] = self._found(endpoint)
        return self._routes[endpoint]

    def _found(self, endpoint: str) -> _Route | None:
        app = self._app
        if endpoint not in app.view_functions or app.url_map.host_matching:
            return None
        rules = list(app.url_map.iter_rules(endpoint))
        if len(rules) > 1 or rules[0].defaults or rules[0].subdomain or rules[0].websocket:
            return None
        blueprint, dot, _name = endpoint.rpartition(".")
        names = [None, *([blueprint] if dot else [])]
        writing = (write for name in names for write in app.url_default_functions.get(name, ()))
        return _Route(rules[0], tuple(writing))
