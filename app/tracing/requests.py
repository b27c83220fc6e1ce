"""A span for each request: named for its route, in the trace that the caller is in."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import SpanKind, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.web.client_address import request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_METHOD = "_OTHER"
"""For what a stranger may name as he likes (Semantic Conventions for HTTP Spans)."""
_PROPAGATOR = TraceContextTextMapPropagator()


class _Headers(Getter[Mapping[str, Any]]):
    """Those of a request, by which the trace goes on (W3C Trace Context 3)."""

    def get(self, carrier: Mapping[str, Any], key: str) -> list[str] | None:
        value = carrier.get("HTTP_" + key.upper().replace("-", "_"))
        return None if value is None else [str(value)]

    def keys(self, carrier: Mapping[str, Any]) -> list[str]:
        return [name for name in carrier if name.startswith("HTTP_")]


_HEADERS = _Headers()


class TracedRequests:
    """A WSGI application with a span around each call of the one inside."""

    def __init__(self, inside: "WSGIApplication", tracer: Tracer) -> None:
        self._inside = inside
        self._tracer = tracer

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        known = method if method in METHODS else NO_METHOD
        caller = _PROPAGATOR.extract(environ, getter=_HEADERS)
        with self._tracer.start_as_current_span(
            "HTTP" if known == NO_METHOD else known,
            context=caller,
            kind=SpanKind.SERVER,
            attributes={"http.request.method": known},
            record_exception=False,  # its words may quote what is nobody's business
            set_status_on_exception=False,
        ) as span:

            def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                code = int(status[:3])
                span.set_attribute("http.response.status_code", code)
                if code >= 500:
                    span.set_status(StatusCode.ERROR)
                return start_response(status, headers, *more)

            return self._inside(environ, begin)


def name_requests(app: Flask) -> None:
    """Has the application name the span of each request, once it knows the route."""

    def name(response: Response) -> Response:
        span = get_current_span()
        if span.is_recording() and request.url_rule is not None:
            span.update_name(f"{request.method} {request.url_rule.rule}")
            span.set_attribute("http.route", request.url_rule.rule)
        span.set_attribute("qiao.request_id", request_id())
        return response

    app.after_request(name)
