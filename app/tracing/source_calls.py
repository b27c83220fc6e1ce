"""A span for each call to a source: which call, how it ended, how long it took."""

import time

from opentelemetry.trace import SpanKind, StatusCode, Tracer

from federation import Federation

GOOD = "0"
_NANOSECONDS = 1_000_000_000


class TracedCalls:
    """Told by the federation of each call when that is over, in the thread of the request."""

    def __init__(self, tracer: Tracer, federation: Federation) -> None:
        self._tracer = tracer
        federation.observers.calls.append(self.call)

    def call(self, source: str, call: str, code: str, took: float) -> None:
        """:param took: seconds."""
        ended = time.time_ns()
        span = self._tracer.start_span(
            f"{source} {call}",
            kind=SpanKind.CLIENT,
            start_time=ended - int(took * _NANOSECONDS),
            attributes={"qiao.source": source, "qiao.call": call, "qiao.code": code},
        )
        if code != GOOD:
            span.set_status(StatusCode.ERROR)
        span.end(ended)
