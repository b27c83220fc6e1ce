"""WeChat's hosts for libraries that know no other: a CONNECT proxy whose other end is the sandbox,
and hosts of other sources for a browser.

A library believes a test authority and a proxy, by the usual settings of its language, and is
otherwise as published: it speaks https to ``api.weixin.qq.com``. Other hosts answer 403.
"""

import socket
import socketserver
import ssl
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.certificates import Authority

HOSTS = ("api.weixin.qq.com", "open.weixin.qq.com")
PATIENCE = 20.0


@dataclass(frozen=True)
class Tunnel:
    """:param url: of the proxy; :param authority: a file with the certificate to believe."""

    url: str
    authority: Path


@contextmanager
def tunnel(sandbox: str, folder: Path, hosts: Collection[str] = HOSTS) -> Iterator[Tunnel]:
    """:param sandbox: its base URL; :param folder: keeps keys and certificates."""
    authority = Authority()
    (folder / "authority.pem").write_text(authority.certificate())

    @cache
    def server_side(host: str) -> ssl.SSLContext:
        chain = folder / f"{host}.pem"
        chain.write_text(authority.server(host))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = _head(self.request).split()
            host = asked[1].partition(b":")[0].decode() if asked[:1] == [b"CONNECT"] else ""
            if host not in hosts:
                self.request.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with (
                suppress(OSError),
                server_side(host).wrap_socket(self.request, server_side=True) as library,
                socket.create_connection(_address(sandbox), PATIENCE) as wechat,
            ):
                answers = threading.Thread(target=_pump, args=(wechat, library), daemon=True)
                answers.start()
                _pump(library, wechat)
                answers.join(PATIENCE)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield Tunnel(f"http://127.0.0.1:{server.server_address[1]}", folder / "authority.pem")
        server.shutdown()
        thread.join()


def _head(connection: socket.socket) -> bytes:
    """What comes before the first empty line."""
    connection.settimeout(PATIENCE)
    received = b""
    while b"\r\n\r\n" not in received and (more := connection.recv(4096)):
        received += more
    return received


def _address(base_url: str) -> tuple[str, int]:
    host, _, port = base_url.removeprefix("http://").partition(":")
    return host, int(port)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Hands on what comes until nothing more does, and says so."""
    with suppress(OSError):
        while received := source.recv(65536):
            sink.sendall(received)
        sink.shutdown(socket.SHUT_WR)
