"""A span for each statement of a request that is traced: its text, with places for the values."""

from collections.abc import Iterable
from typing import Any

from opentelemetry.trace import SpanKind, StatusCode, Tracer, get_current_span
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

_SPAN = "span"
"""Where a connection keeps that of the statement under way."""


class TracedStatements:
    """Statements of these engines, those that are handed to the driver itself included."""

    def __init__(self, tracer: Tracer, engines: Iterable[Engine]) -> None:
        self._tracer = tracer
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._begin)
            event.listen(engine, "after_cursor_execute", self._end)
            event.listen(engine, "handle_error", self._fail)

    def _begin(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not get_current_span().is_recording():
            return  # of no request: what looks for work every few seconds
        operation = statement.split(None, 1)[0].upper()
        attributes = {
            "db.system.name": connection.dialect.name,
            "db.operation.name": operation,
            "db.query.text": statement,
        }
        connection.info[_SPAN] = self._tracer.start_span(
            operation, kind=SpanKind.CLIENT, attributes=attributes
        )

    def _end(self, connection: Connection, *_: Any) -> None:
        span = connection.info.pop(_SPAN, None)
        if span is not None:
            span.end()

    def _fail(self, failure: ExceptionContext) -> None:
        span = failure.connection and failure.connection.info.pop(_SPAN, None)
        if span:
            span.set_attribute("error.type", type(failure.original_exception).__name__)
            span.set_status(StatusCode.ERROR)
            span.end()
