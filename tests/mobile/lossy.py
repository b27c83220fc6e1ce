"""A proxy between the phone and Qiao that lets a request through and loses its answer."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

TIMEOUT = 40


class Lossy:
    """:param word: the first answer with it is lost, once Qiao has given it.
    :param head: its status and headers arrive, and the connection ends before its body.
    """

    def __init__(self, word: str, *, head: bool = False) -> None:
        self.word, self.head = word.encode(), head
        self.lost: list[str] = []

    def loses(self, path: str, answer: bytes) -> bool:
        if self.lost or self.word not in answer:
            return False
        self.lost.append(path)
        return True


@contextmanager
def lossy_proxy(word: str, *, head: bool = False) -> Iterator[tuple[Lossy, str]]:
    """What is lost, and the options that take a JVM through it.

    :param word: of the answer to lose.
    :param head: its status and headers arrive.
    """
    lossy = Lossy(word, head=head)

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            where = urlsplit(self.path)
            qiao = http.client.HTTPConnection(where.netloc, timeout=TIMEOUT)
            path = where.path + (f"?{where.query}" if where.query else "")
            qiao.request(self.command, path, body, dict(self.headers))
            answer = qiao.getresponse()
            content = answer.read()
            qiao.close()
            self.close_connection = True
            lost = lossy.loses(where.path, content)
            if lost and not lossy.head:
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(b"" if lost else content)

        do_GET = do_POST = forward  # noqa: N815 - the names are the library's

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        # No host is left out: by default a JVM reaches its own machine without a proxy.
        options = f"-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort={server.server_port}"
        yield lossy, f"{options} -Dhttp.nonProxyHosts="
        server.shutdown()
        thread.join()
