"""A server that answers with the bytes a test gives it, for answers that no honest server gives."""

import json
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

Script = Callable[[socket.socket], None]


class ScriptedWeChat:
    """Answers the n-th request with the n-th script and remembers every request."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._scripts: list[Script] = []
        self._lock = threading.Lock()
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.connections = 0
        # Ports go round: what somebody's client still asks of this one must not take a script.
        self._prefix = f"/{secrets.token_hex(8)}"
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}{self._prefix}"

    def __enter__(self) -> "ScriptedWeChat":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()

    def answers(self, document: Any, *, content_type: str = "text/plain") -> None:
        """Next: HTTP 200 with this JSON (or these raw bytes)."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.says(_response("200 OK", body, content_type))

    def says(self, raw: bytes) -> None:
        """Next: these bytes, head and all, then the connection is closed unless it has a length."""
        self._scripts.append(lambda connection: connection.sendall(raw))

    def answers_status(self, status: str, body: bytes = b"", *headers: str) -> None:
        self.says(_response(status, body, "text/html", *headers))

    def drips(self, head: bytes, every: float) -> None:
        """Next: ``head``, then one byte every so many seconds, for ever."""

        def script(connection: socket.socket) -> None:
            connection.sendall(head)
            while True:
                time.sleep(every)
                connection.sendall(b" ")

        self._scripts.append(script)

    def waits(self, seconds: float, document: Any) -> None:
        """Next: nothing for so many seconds, then this JSON."""

        def script(connection: socket.socket) -> None:
            time.sleep(seconds)
            connection.sendall(_response("200 OK", json.dumps(document).encode(), "text/plain"))

        self._scripts.append(script)

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.requests]

    def query(self, index: int) -> dict[str, str]:
        return self.requests[index][2]

    def body(self, index: int) -> Any:
        return self.requests[index][3]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        # The client hangs up in the middle of some scripts; that is what those tests are about.
        with suppress(OSError), connection, connection.makefile("rb") as stream:
            while request_line := stream.readline():
                if self._prefix.encode() not in request_line:
                    return  # a stranger on this machine, who was after somebody else's port
                self._note(request_line, stream)
                with self._lock:
                    script = self._scripts.pop(0)
                script(connection)

    def _note(self, request_line: bytes, stream: Any) -> None:
        method, target, _ = request_line.decode().split(" ", 2)
        headers = {}
        while (line := stream.readline().strip()) != b"":
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path.removeprefix(self._prefix)
        self.requests.append((method, path, query, json.loads(body) if body else None))


def _response(status: str, body: bytes, content_type: str, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, *headers, "", ""]).encode() + body
