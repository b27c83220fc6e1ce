"""The port of the metrics: /metrics for Prometheus, /health for probes of the operator's own."""

import json
import threading
from collections.abc import Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.multiprocess import MultiProcessCollector

from app.health.readiness import Watch
from app.health.views import WATCH
from app.metrics.facts import Facts
from app.metrics.folder import forget_dead

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE = 10
"""Seconds that somebody may take to say what he wants."""
_TEXT = [("Content-Type", "text/plain; charset=utf-8")]
_JSON = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, *_: Any) -> None:
        pass


class Exposition:
    """A WSGI application, of the process that starts the workers."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._app = app
        self._folder = folder
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(folder))
        registry.register(Facts(app))
        self._metrics: WSGIApplication = make_wsgi_app(registry)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            forget_dead(self._folder)
            return self._metrics(environ, start)
        if path == "/health":
            return self._health(start)
        start("404 Not Found", _TEXT)
        return [b"/metrics, /health\n"]

    def _health(self, start: "StartResponse") -> Iterable[bytes]:
        watch: Watch = self._app.extensions[WATCH]
        with self._app.app_context():
            found = watch.look()
        word = "degraded" if found.is_degraded else "ready"
        start("200 OK" if found.is_ready else "503 Service Unavailable", _JSON)
        told = {"status": word if found.is_ready else "unavailable", **found.parts}
        return [json.dumps(told).encode() + b"\n"]


def expose(app: Flask, folder: Path, host: str, port: int) -> WSGIServer:
    """Listens from now on, in a thread.

    :raises OSError: the address cannot be listened at.
    """
    inside = Exposition(app, folder)
    server: WSGIServer = make_server(host, port, inside, _Server, _Silent)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
