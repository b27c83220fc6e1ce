"""Requests as values that can be changed anywhere, and the two ways to send them."""

import http.client
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, quote_plus

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from joserfc.jwk import ECKey
from werkzeug.test import Client

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"


class Raw(str):
    """Stands in a body as it is, whatever its encoding would make of it."""


def dumped(value: Any) -> str:
    """JSON, in which `Raw` pieces stand as they are."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{dumped(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dumped, value)) + "]"
    return json.dumps(value)


@dataclass
class Jwt:
    """Signed when it is sent, so that a change in it is believed."""

    header: Any
    claims: Any
    key: ECKey

    def __str__(self) -> str:
        signed = f"{_b64(dumped(self.header).encode())}.{_b64(dumped(self.claims).encode())}"
        private = self.key.private_key
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        pair = decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(SHA256())))
        return signed + "." + _b64(b"".join(part.to_bytes(32, "big") for part in pair))

    def __deepcopy__(self, memo: Any) -> "Jwt":
        return Jwt(deepcopy(self.header, memo), deepcopy(self.claims, memo), self.key)


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


Pairs = list[tuple[str, Any]]


@dataclass
class Visitor:
    """A browser or a program: what it says with each request, and the cookies that it keeps."""

    headers: dict[str, str] = field(default_factory=lambda: {"User-Agent": DESKTOP})
    cookies: dict[str, str] = field(default_factory=dict)

    def keep(self, answer: "Answer") -> None:
        for line in answer.all("Set-Cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            self.cookies.pop(name, None)
            if value and "Max-Age=0" not in rest:
                self.cookies[name] = value

    def __deepcopy__(self, memo: Any) -> "Visitor":
        return self


@dataclass
class Request:
    """What is sent; each part can be changed.

    :param form: and ``document`` (JSON): one of them, or none.
    :param once: it does something, so that a copy of it that succeeds is the end of it.
    :param body: instead of both, when a mutation has made one.
    """

    visitor: Visitor
    method: str
    path: str
    query: Pairs = field(default_factory=list)
    form: Pairs | None = None
    document: Any = None
    headers: Pairs = field(default_factory=list)
    once: bool = False
    body: bytes | None = None
    content_type: str | None = None
    cookies: dict[str, str] | None = None

    def target(self) -> str:
        query = encoded(self.query)
        return quote(self.path, safe="/%:@!$&'()*+,;=~-._") + (f"?{query}" if query else "")

    def content(self) -> tuple[bytes, str | None]:
        if self.body is not None:
            return self.body, self.content_type
        if self.form is not None:
            return encoded(self.form).encode(), self.content_type or FORM
        if self.document is not None:
            return dumped(self.document).encode(), self.content_type or JSON
        return b"", self.content_type

    def lines(self) -> list[tuple[str, str]]:
        """The header lines, as they can be sent."""
        content_type = self.content()[1]
        cookies = self.visitor.cookies if self.cookies is None else self.cookies
        own = {name.lower() for name, _ in self.headers}
        lines = [(n, v) for n, v in self.visitor.headers.items() if n.lower() not in own]
        lines += [(name, str(value)) for name, value in self.headers]
        if content_type:
            lines.append(("Content-Type", content_type))
        if cookies:
            lines.append(("Cookie", "; ".join(f"{n}={v}" for n, v in cookies.items())))
        return [(name, _line(value)) for name, value in lines]


def encoded(pairs: Pairs) -> str:
    """As a query or a form."""
    return "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in pairs)


def _escaped(value: Any) -> str:
    if isinstance(value, Raw):
        return str(value)
    return quote_plus(str(value), errors="surrogatepass")


def _line(value: str) -> str:
    text = value.encode("utf-8", "replace").decode("latin-1")
    return "".join(c for c in text if c not in "\r\n\x00")


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known.lower() == name.lower()]

    def get(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Way(Protocol):
    """How requests reach the product."""

    def send(self, request: Request) -> Answer: ...


class InProcess:
    """Straight into the WSGI application."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def send(self, request: Request) -> Answer:
        body, content_type = request.content()
        lines = [line for line in request.lines() if line[0] != "Content-Type"]
        answer = Client(self._app, use_cookies=False).open(
            request.target(),
            base_url="http://localhost:8000",
            method=request.method,
            headers=lines,
            data=body,
            content_type=content_type,
        )
        try:
            return Answer(answer.status_code, list(answer.headers), answer.get_data())
        finally:
            answer.close()


class OnSocket:
    """Through the server, byte by byte.

    :param limit: seconds that an answer may take.
    """

    def __init__(self, port: int, limit: float = 20) -> None:
        self._port = port
        self._limit = limit

    def send(self, request: Request) -> Answer:
        body, _ = request.content()
        wire = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._limit)
        try:
            wire.putrequest(request.method, request.target(), skip_accept_encoding=True)
            for name, value in request.lines():
                wire.putheader(name, value.encode("latin-1"))
            wire.putheader("Content-Length", str(len(body)))
            wire.endheaders(body)
            answer = wire.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            wire.close()


def pairs(values: Mapping[str, Any]) -> Pairs:
    """Without those that are None."""
    return [(name, value) for name, value in values.items() if value is not None]
