"""A real HTTPS server on the loopback with certificates of its own, and answers that misbehave."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.certificates import Authority

HOST = "rp.example"
AUTHORITY = "authority.pem"
"""The file with what to believe, for clients that read it (``SSL_CERT_FILE``)."""
Behaviour = Callable[[ssl.SSLSocket | socket.socket], None]


@dataclass
class Server:
    """``port`` where it listens, and the request heads and bodies that it has received."""

    port: int
    client_tls: ssl.SSLContext
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", scheme: str = "https", host: str = HOST) -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def answer(body: bytes, status: str = "200 OK", *headers: str) -> Behaviour:
    """Sends one whole answer."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]

    def behave(connection: ssl.SSLSocket | socket.socket) -> None:
        connection.sendall("\r\n".join(head).encode() + body)

    return behave


@contextmanager
def serve(
    directory: Path,
    behave: Behaviour,
    *,
    tls: bool = True,
    name: str = HOST,
    authority: Authority | None = None,
) -> Iterator[Server]:
    """A server that receives one request per connection and then behaves."""
    server_tls, client_tls = contexts(directory, name, authority)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1], client_tls)
        wrap = server_tls if tls else None
        thread = threading.Thread(
            target=_accept, args=(listener, server, behave, wrap), daemon=True
        )
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _accept(
    listener: socket.socket, server: Server, behave: Behaviour, tls: ssl.SSLContext | None
) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        server.connections += 1
        try:
            connection.settimeout(10)
            with tls.wrap_socket(connection, server_side=True) if tls else connection as peer:
                server.requests.append(_receive(peer))
                behave(peer)
        except OSError:
            pass
        finally:
            connection.close()


def _receive(peer: ssl.SSLSocket | socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(peer)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line[15:])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length:
        body += _more(peer)
    return head + b"\r\n\r\n" + body


def _more(peer: ssl.SSLSocket | socket.socket) -> bytes:
    if received := peer.recv(65536):
        return received
    raise ConnectionResetError("the client has hung up")


def contexts(
    directory: Path, name: str, authority: Authority | None = None
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server of this name, and for clients that believe nobody but its authority."""
    authority = authority or Authority()
    pem = directory / "server.pem"
    pem.write_text(authority.server(name))
    (directory / AUTHORITY).write_text(authority.certificate())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=authority.certificate())
