"""An application's own server on a loopback socket: what it was sent, and how it answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@dataclass
class Receiver:
    """:param statuses: of the next answers, in order; 200 when they are used up.

    :param document: what a GET gives, and ``answer``, what a POST does.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    document: bytes = b"[]"
    answer: bytes = b""
    forms: list[dict[str, str]] = field(default_factory=list)
    content_types: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def note(self, body: str, content_type: str) -> None:
        self.forms.append({name: values[0] for name, values in parse_qs(body).items()})
        self.content_types.append(content_type)
        self.arrived.set()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that answers until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode()
            receiver.bodies.append(body)
            receiver.headers.append(dict(self.headers))
            receiver.note(body, self.headers.get("Content-Type", ""))
            self._answer(receiver.answer)

        def do_GET(self) -> None:
            receiver.visits.append(self.path)
            self._answer(receiver.document)

        def _answer(self, body: bytes) -> None:
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
