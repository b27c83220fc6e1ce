"""The numbers that each worker counts. Labels come from lists of ours, never from a stranger."""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()

QUICK = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CALL = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8)

REQUESTS = Counter(
    "qiao_http_requests_total", "Requests that were answered.", ("method", "route", "status")
)
DURATION = Histogram(
    "qiao_http_request_duration_seconds",
    "Time from the whole request to the head of its answer; long polls wait on purpose.",
    ("route",),
    buckets=QUICK,
)
TOKENS = Counter(
    "qiao_token_requests_total",
    "Requests at the token endpoint by grant type; the result is issued or the error.",
    ("grant", "result"),
)
REFUSALS = Counter(
    "qiao_refusals_total",
    "Refused requests of programs by error code: DPoP proofs, limits (slow_down), clients.",
    ("route", "error"),
)
SIGN_INS = Counter(
    "qiao_sign_ins_total",
    "Sign-ins that were decided.",
    ("connection", "mode", "rule", "outcome"),
)
EVENTS = Counter(
    "qiao_events_total", "Events of the log (audit trail) by kind.", ("kind", "outcome")
)
CALLS = Counter(
    "qiao_source_calls_total",
    "Calls to sources of people; the code is the source's own (0 is good).",
    ("source", "call", "code"),
)
CALL_DURATION = Histogram(
    "qiao_source_call_duration_seconds",
    "Time that a call to a source took.",
    ("source", "call"),
    buckets=CALL,
)
TICKETS_OPENED = Counter("qiao_tickets_opened_total", "Sign-ins between two devices begun.")
TICKETS_ENDED = Counter(
    "qiao_tickets_ended_total",
    "How they ended; those that nobody ended have expired.",
    ("end",),
)
THREADS_BUSY = Gauge(
    "qiao_threads_busy",
    "Requests that a thread works on, or that wait for one.",
    ("kind",),
    multiprocess_mode="livesum",
)
THREADS_LIMIT = Gauge(
    "qiao_threads_limit", "Threads there may be.", ("kind",), multiprocess_mode="livesum"
)
CONNECTIONS_USED = Gauge(
    "qiao_database_connections_used",
    "Database connections that a request holds.",
    multiprocess_mode="livesum",
)
CONNECTIONS_LIMIT = Gauge(
    "qiao_database_connections_limit",
    "Database connections that may be open.",
    multiprocess_mode="livesum",
)
WORKERS = Gauge("qiao_workers", "Processes that answer.", multiprocess_mode="livesum")
