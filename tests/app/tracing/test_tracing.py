"""What a collector of OpenTelemetry is sent of a sign-in, and that it is sent no secret."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.database import db
from app.tracing.statements import TracedStatements
from app.tracing.worker import setup_traces
from tests.conftest import TestClock
from tests.databases import Database, those_of
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import signed_in
from tests.sandbox_server import MINI_PROGRAM, LiveSandbox
from tests.shell import settings
from tests.source import ROOT

pytestmark = pytest.mark.slow

CALLER = "4bf9" * 8
PARENT = "00f067aa0ba902b7"
ENDED_WELL = Status.StatusCode.STATUS_CODE_UNSET


@dataclass
class Collector:
    """Takes what is sent by OTLP."""

    bodies: list[bytes] = field(default_factory=list)

    def spans(self) -> list[Span]:
        return [
            span
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    found = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield found, f"http://127.0.0.1:{server.server_port}/v1/traces"
        server.shutdown()


@pytest.fixture
def traced(
    database: Database,
    wechat: LiveSandbox,
    clock: TestClock,
    collector: tuple[Collector, str],
) -> Iterator[tuple[Deployment, Callable[[], None]]]:
    built = build_deployment(database, wechat, clock, shared=False)
    processor = BatchSpanProcessor(OTLPSpanExporter(endpoint=collector[1]))
    try:
        yield built, setup_traces(built.app, "1", processor)
    finally:
        close(built)
        database.empty()


def told(span: Span) -> dict[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


@pytest.mark.parametrize(
    "database", ["sqlite", *those_of("postgresql")], indirect=True, scope="session"
)
def test_sign_in_is_traced_by_request_statement_and_call_and_no_secret_is_sent(
    traced: tuple[Deployment, Callable[[], None]],
    collector: tuple[Collector, str],
    database: Database,
) -> None:
    deployment, send = traced
    story = signed_in(deployment)
    tokens = story.tokens()
    deployment.app.test_client().get(
        f"/userinfo?code={story.code}", headers={"traceparent": f"00-{CALLER}-{PARENT}-01"}
    )
    deployment.app.test_client().open("/health/live", method="BREW")
    with deployment.app.app_context():
        db.session.execute(text("SELECT 7"))  # for no request

    send()
    spans = collector[0].spans()
    by_name = {span.name: span for span in spans}
    token, asked, call = (
        by_name[name] for name in ("POST /token", "GET /userinfo", "wechat /sns/jscode2session")
    )
    statements = [span for span in spans if span.parent_span_id == token.span_id]
    confirmed = [span for span in spans if span.span_id == call.parent_span_id]
    assert told(token).items() >= {
        ("http.request.method", "POST"),
        ("http.route", "/token"),
        ("http.response.status_code", 200),
    }
    names = {span.name for span in statements}
    assert names >= ({"WITH"} if database.dialect == "postgresql" else {"SELECT", "UPDATE"})
    assert all(span.trace_id == token.trace_id for span in statements)
    assert {told(span)["db.system.name"] for span in statements} == {database.dialect}
    assert [span.name for span in confirmed] == ["POST /federation/v1/tickets/<ticket>/confirm"]
    assert told(call) == {
        "qiao.source": "wechat",
        "qiao.call": "/sns/jscode2session",
        "qiao.code": "0",
    }
    assert (asked.trace_id.hex(), asked.parent_span_id.hex()) == (CALLER, PARENT)
    assert told(by_name["HTTP"])["http.request.method"] == "_OTHER"
    assert all(span.status.code == ENDED_WELL for span in spans)
    assert all(not span.events for span in spans)
    sent = b"".join(collector[0].bodies)
    secrets = [
        story.code,
        *(tokens[kind] for kind in ("access_token", "refresh_token", "id_token")),
    ]
    secrets += [
        story.shop.secret,
        deployment.wechat.openid("li-lei"),
        MINI_PROGRAM.secret,
        "SELECT 7",
    ]
    assert [secret for secret in secrets if secret.encode() in sent] == []


def test_failed_statement_is_told_by_the_kind_of_its_error_alone() -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    engine = create_engine("sqlite://")
    TracedStatements(provider.get_tracer("test"), [engine])

    with (
        provider.get_tracer("test").start_as_current_span("request"),
        engine.connect() as connection,
        pytest.raises(OperationalError),
    ):
        connection.execute(text("SELECT of FROM nowhere WHERE of = :value"), {"value": "hidden"})

    engine.dispose()
    failed = kept.get_finished_spans()[0]
    assert (failed.name, failed.status.status_code) == ("SELECT", StatusCode.ERROR)
    assert (failed.attributes or {})["error.type"] == "OperationalError"
    assert "hidden" not in failed.to_json()


def test_nothing_of_opentelemetry_is_loaded_without_the_setting() -> None:
    asked = "import sys, wsgi; print([name for name in sys.modules if 'opentelemetry' in name])"

    told = subprocess.run(
        [sys.executable, "-c", asked],
        env=settings(1, "sqlite://"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "[]\n"
