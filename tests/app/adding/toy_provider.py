"""A tiny provider of identities on a real socket: a page that agrees, and a token endpoint."""

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CLIENT_ID = "2021000000000001"


@dataclass
class Left:
    """A browser that was sent back with a code."""

    redirect_uri: str
    code_challenge: str


@dataclass
class ToyProvider:
    """What the tests say about it; ``with ToyProvider() as provider`` answers at ``base``."""

    redirect_uri: str = ""
    """The one address that was entered in its console; any other is refused."""
    person: dict[str, str] = field(default_factory=dict)
    refuses: str = ""
    """The error that the token endpoint answers with, if any."""
    codes: dict[str, Left] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    """What the token endpoint was sent."""

    def __post_init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def private_key(self) -> str:
        """What its console hands out: 1.7 kB in PEM."""
        made = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return made.decode().strip()

    def __enter__(self) -> "ToyProvider":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def authorize(self, query: dict[str, str]) -> str | None:
        """Where the person, who agrees, is sent; None for an address that is not ours."""
        if query["redirect_uri"] != self.redirect_uri or query["client_id"] != CLIENT_ID:
            return None
        code = secrets.token_urlsafe(16)
        self.codes[code] = Left(query["redirect_uri"], query["code_challenge"])
        return f"{query['redirect_uri']}?" + urlencode({"toy_code": code, "state": query["state"]})

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, str]]:
        """The person behind a code, once, to whoever holds key and verifier."""
        self.asked.append(form)
        if self.refuses:
            return 400, {"error": self.refuses}
        if not self._is_signed(form):
            return 400, {"error": "invalid-signature"}
        left = self.codes.pop(form["code"], None)
        if left is None or left.redirect_uri != form["redirect_uri"]:
            return 400, {"error": "invalid-code"}
        if _s256(form["code_verifier"]) != left.code_challenge:
            return 400, {"error": "invalid-code"}
        return 200, self.person

    def _is_signed(self, form: dict[str, str]) -> bool:
        try:
            signature = base64.b64decode(form["signature"])
            signed = f"{form['client_id']} {form['code']}".encode()
            self._key.public_key().verify(signature, signed, padding.PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return form["client_id"] == CLIENT_ID


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _handler(provider: ToyProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            onward = provider.authorize(_flat(urlsplit(self.path).query))
            self.send_response(302 if onward else 400)
            self.send_header("Location", onward or "/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status, answer = provider.token(_flat(self.rfile.read(length).decode()))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler
