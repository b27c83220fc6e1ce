"""A proxy between the phone and Qiao that lets a request through and loses its answer."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

TIMEOUT = 40


class Lossy:
    """:param word: the first answer with it is lost, once Qiao has given it."""

    def __init__(self, word: str) -> None:
        self.word = word.encode()
        self.lost: list[str] = []

    def loses(self, path: str, answer: bytes) -> bool:
        if self.lost or self.word not in answer:
            return False
        self.lost.append(path)
        return True

    def refuses(self, path: str, body: bytes) -> bool:
        """Whether a request never reaches Qiao."""
        del path, body
        return False


STEPS: dict[str, Callable[[str, bytes], bool]] = {
    "find": lambda path, _: "/.well-known/" in path,
    "ask": lambda path, body: path == "/challenge" and b"auth_session=" not in body,
    "poll": lambda path, body: path == "/challenge" and b"wait=" in body,
    "hand over": lambda path, body: path == "/challenge" and b"wechat_code=" in body,
    "cancel": lambda path, body: path == "/challenge" and b"cancelled=" in body,
    "redeem": lambda path, body: path == "/token" and b"authorization_code" in body,
    "keys": lambda path, _: path == "/jwks",
}
"""What an app does on its way, by what it sends."""


class LossyStep(Lossy):
    """Loses the first request of a step, or Qiao's answer to it.

    :param on_the_way: the request is lost, not the answer.
    """

    def __init__(self, step: str, *, on_the_way: bool) -> None:
        super().__init__("")
        self.is_it, self.on_the_way = STEPS[step], on_the_way
        self.asked: dict[int, bool] = {}

    def refuses(self, path: str, body: bytes) -> bool:
        meant = not self.lost and self.is_it(path, body)
        self.asked[threading.get_ident()] = meant
        if meant and self.on_the_way:
            self.lost.append(path)
        return meant and self.on_the_way

    def loses(self, path: str, answer: bytes) -> bool:
        del answer
        if self.lost or not self.asked.get(threading.get_ident()):
            return False
        self.lost.append(path)
        return True


@contextmanager
def lossy_proxy(what: str | Lossy) -> Iterator[tuple[Lossy, str]]:
    """What is lost, and the options that take a JVM through it.

    :param what: a word of the answer to lose, or who decides.
    """
    lossy = Lossy(what) if isinstance(what, str) else what

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            where = urlsplit(self.path)
            if lossy.refuses(where.path, body):
                self.close_connection = True
                return
            qiao = http.client.HTTPConnection(where.netloc, timeout=TIMEOUT)
            path = where.path + (f"?{where.query}" if where.query else "")
            qiao.request(self.command, path, body, dict(self.headers))
            answer = qiao.getresponse()
            content = answer.read()
            qiao.close()
            self.close_connection = True
            if lossy.loses(where.path, content):
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

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
