"""What OpenTelemetry is told: a span for each request, its statements, and its calls to sources.

``worker`` is all that a worker needs: it makes the exporter in the process that serves.
``requests`` begins and ends the span of a request, as a child of the caller's where it sent a
``traceparent``; ``statements`` and ``source_calls`` hang theirs below it. Spans name routes, never
addresses: those hold codes, and numbers of requests that wait. Without ``QIAO_TRACES`` none of it
is loaded, and no package of OpenTelemetry has to be there. Why not its instrumentation libraries:
docs/adr/0047-traces-by-the-api.md.
"""
