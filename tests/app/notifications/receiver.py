"""Somebody's server for webhooks on a real socket: what it was sent, and how it answers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """:param headers: by their names in lower case."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """:param statuses: of the next answers, in order; 200 when they are used up.

    :param headers: of every answer. :param size: what it says of its body, which is ``ok``.
    :param holds: keeps everybody waiting until it is set.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    size: tuple[str, str] = ("Content-Length", "2")
    holds: threading.Event | None = None
    received: list[Received] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)


@contextmanager
def hooking() -> Iterator[Hook]:
    """A receiver that answers until the block ends."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            hook.received.append(Received(headers, body))
            hook.arrived.set()
            if hook.holds is not None:
                hook.holds.wait(20)
            self._answer()

        def _answer(self) -> None:
            self.send_response(hook.statuses.pop(0) if hook.statuses else 200)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.send_header(*hook.size)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    hook.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hook
    finally:
        if hook.holds is not None:
            hook.holds.set()
        server.shutdown()
        thread.join()
        server.server_close()
