"""A real HTTPS server on the loopback with certificates of its own, and answers that misbehave."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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
    directory: Path, behave: Behaviour, *, tls: bool = True, name: str = HOST
) -> Iterator[Server]:
    """A server that receives one request per connection and then behaves."""
    server_tls, client_tls = contexts(directory, name)
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
        received += peer.recv(65536)
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
        body += peer.recv(65536)
    return head + b"\r\n\r\n" + body


def contexts(directory: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server of this name, and for clients that believe nobody but its authority."""
    authority = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Test authority", authority, "Test authority", authority, ca=True)
    leaf = _certificate(name, key, "Test authority", authority, ca=False)
    pem = directory / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + leaf.public_bytes(serialization.Encoding.PEM)
    )
    (directory / AUTHORITY).write_bytes(root.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(
        cadata=root.public_bytes(serialization.Encoding.PEM).decode()
    )
    return server, client


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    alternative: x509.GeneralName = x509.DNSName(name)
    if name[0].isdigit():
        alternative = x509.IPAddress(ipaddress.ip_address(name))
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
    )
