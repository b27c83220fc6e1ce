"""A proxy that speaks https to clients and http to Qiao, as one stands before it in production.

It hands on every header as it came, also one that came twice: what is wrong with a request is for
Qiao to find. Handshakes happen in the thread of their connection, so that a client that never
finishes one keeps nobody else waiting.
"""

import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIMEOUT = 20
OF_ONE_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "date", "server")
TOLD = ("host", "connection", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host")
"""What the proxy says itself, whatever the client has said."""


@contextmanager
def tls_proxy(
    tls: ssl.SSLContext, port: int, behind: int, host: str = "127.0.0.1"
) -> Iterator[None]:
    """:param port: where it listens, at ``host``; :param behind: where Qiao does."""

    class Forward(BaseHTTPRequestHandler):
        timeout = TIMEOUT

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                answer, content = self.asked(body)
            except (OSError, http.client.HTTPException):
                self.send_error(502)
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in OF_ONE_HOP:
                    self.send_header(name, value)
            told = answer.getheader("Content-Length", "0")
            length = told if self.command == "HEAD" else str(len(content))
            self.send_header("Content-Length", length)
            self.end_headers()
            self.wfile.write(content)

        def asked(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
            qiao = http.client.HTTPConnection("127.0.0.1", behind, timeout=TIMEOUT)
            try:
                qiao.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.told():
                    qiao.putheader(name, value)
                qiao.endheaders(body)
                answer = qiao.getresponse()
                return answer, answer.read()
            finally:
                qiao.close()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = forward  # noqa: N815 - the names are the library's

        def told(self) -> list[tuple[str, str]]:
            """The client's headers, and what Qiao cannot see from behind the proxy."""
            sent = [(name, value) for name, value in self.headers.items()]
            return [
                *((name, value) for name, value in sent if name.lower() not in TOLD),
                ("Host", f"127.0.0.1:{behind}"),
                ("X-Forwarded-For", str(self.client_address[0])),
                ("X-Forwarded-Proto", "https"),
                ("X-Forwarded-Host", self.headers.get("Host", "")),
            ]

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that breaks off is its own affair."""

    with Server((host, port), Forward) as server:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
