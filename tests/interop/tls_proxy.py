"""A proxy that speaks https to clients and http to Qiao, as one stands before it in production."""

import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIMEOUT = 20
OF_ONE_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "date", "server")


@contextmanager
def tls_proxy(tls: ssl.SSLContext, port: int, behind: int) -> Iterator[None]:
    """:param port: where it listens on the loopback; :param behind: where Qiao does."""

    class Forward(BaseHTTPRequestHandler):
        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            qiao = http.client.HTTPConnection("127.0.0.1", behind, timeout=TIMEOUT)
            try:
                qiao.request(self.command, self.path, body, self.told())
                answer = qiao.getresponse()
                content = answer.read()
            finally:
                qiao.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in OF_ONE_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_OPTIONS = forward  # noqa: N815 - the names are the library's

        def told(self) -> dict[str, str]:
            """The client's headers, and what Qiao cannot see from behind the proxy."""
            sent = {name: value for name, value in self.headers.items() if name != "Connection"}
            return {
                **sent,
                "Host": f"127.0.0.1:{behind}",
                "X-Forwarded-For": str(self.client_address[0]),
                "X-Forwarded-Proto": "https",
                "X-Forwarded-Host": self.headers["Host"],
            }

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Forward) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join()
