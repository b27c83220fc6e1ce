"""The server that the sandbox runs in: one thread per request, so that slow answers block nobody.

Werkzeug's own, because it lets go of the socket: that is how a dead connection is acted.
"""

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class QuietRequests(WSGIRequestHandler):
    """Logs no request: their addresses carry secrets (the journal has them redacted)."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


def sandbox_server(sandbox: Flask, host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """A server that is bound but not yet serving; port 0 takes a free one."""
    return make_server(host, port, sandbox, threaded=True, request_handler=QuietRequests)
