"""What a worker is traced with: made in the process that serves, since exporters have threads."""

from collections.abc import Callable

from flask import Flask
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from app.database import db
from app.tracing.requests import TracedRequests, name_requests
from app.tracing.source_calls import TracedCalls
from app.tracing.statements import TracedStatements

UNNAMED = "unknown_service"
NAME = "qiao"


def setup_traces(
    app: Flask, version: str, processor: SpanProcessor | None = None
) -> Callable[[], None]:
    """Gives the application spans. OpenTelemetry's own variables say how many, and where to.

    :param version: of the product. :param processor: takes the spans; else they are sent by OTLP.
    :returns: what sends those that wait, and ends it.
    """
    provider = TracerProvider(resource=_resource(version))
    provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer(NAME, version)
    name_requests(app)
    with app.app_context():
        TracedStatements(tracer, db.engines.values())
    TracedCalls(tracer, app.extensions["federation"])
    app.wsgi_app = TracedRequests(app.wsgi_app, tracer)  # type: ignore[method-assign]
    return provider.shutdown


def _resource(version: str) -> Resource:
    """Named by ``OTEL_SERVICE_NAME`` or ``OTEL_RESOURCE_ATTRIBUTES``, else for the product."""
    found = Resource.create({SERVICE_VERSION: version})
    if str(found.attributes[SERVICE_NAME]).startswith(UNNAMED):
        found = found.merge(Resource({SERVICE_NAME: NAME}))
    return found
