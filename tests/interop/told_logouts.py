"""Notes what a provider tells of sessions that ended (OpenID Connect Back-Channel Logout 1.0)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs


class ToldLogouts(HTTPServer):
    """``tokens`` are those that came, ``came`` is set with the first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Noting)
        self.tokens: list[str] = []
        self.came = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def forget(self) -> None:
        self.tokens.clear()
        self.came.clear()


class _Noting(BaseHTTPRequestHandler):
    server: ToldLogouts

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.tokens.append(parse_qs(body)["logout_token"][0])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.came.set()

    def log_message(self, *_: object) -> None:
        """Quietly."""


@contextmanager
def told_logouts() -> Iterator[ToldLogouts]:
    with ToldLogouts() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
