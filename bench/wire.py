"""A small HTTP/1.1 keep-alive client: cheap enough that the server is what is measured."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 60.0
"""Seconds after which an answer is given up."""


class ConnectionLost(Exception):
    """The server closed the connection before it had answered."""


@dataclass(frozen=True)
class Response:
    """One answer; header names are lower case, repeated ones keep every value in order."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, or the empty string."""
        return next((value for key, value in self.headers if key == name), "")

    def json(self) -> dict[str, Any]:
        """The body as JSON, whatever its content type."""
        return dict(json.loads(self.body))

    def cookies(self) -> dict[str, str]:
        """Name and value of every cookie that this answer sets."""
        pairs = (value.split(";", 1)[0] for key, value in self.headers if key == "set-cookie")
        return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


class Exchange(asyncio.Protocol):
    """One TCP connection, with the answer that is awaited on it."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[Response] | None = None
        self._received = bytearray()

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        response = parsed(self._received)
        if response is None or self.answer is None:
            return
        self._received.clear()
        if response.header("connection").lower() == "close" and self.transport is not None:
            self.transport.close()
        answer, self.answer = self.answer, None
        answer.set_result(response)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio names it)
        self.transport = None
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionLost("the server closed the connection"))


@dataclass
class Connection:
    """A keep-alive connection: one request at a time, opened again when the server closed it."""

    host: str
    port: int
    exchange: Exchange = field(default_factory=Exchange)

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Response:
        """Send one request and wait for the whole answer; a minute at most."""
        loop = asyncio.get_running_loop()
        if not self.exchange.is_open:
            _, self.exchange = await loop.create_connection(Exchange, self.host, self.port)
        assert self.exchange.transport is not None
        answer = self.exchange.answer = loop.create_future()
        self.exchange.transport.write(self._request(method, path, headers, body))
        return await asyncio.wait_for(answer, PATIENCE)

    def close(self) -> None:
        if self.exchange.transport is not None:
            self.exchange.transport.close()

    def _request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


def parsed(received: bytearray) -> Response | None:
    """The response that these bytes hold, or None while some of it is still on its way."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = received[:end].decode("latin-1").split("\r\n")
    headers = tuple(
        (name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    )
    status = int(first.split(" ", 2)[1])
    body = _body(status, dict(headers), received[end + 4 :])
    return None if body is None else Response(status, headers, body)


def _body(status: int, headers: Mapping[str, str], rest: bytearray) -> bytes | None:
    if headers.get("transfer-encoding") == "chunked":
        return _unchunked(rest)
    length = 0 if status in (204, 304) else int(headers.get("content-length", 0))
    return bytes(rest[:length]) if len(rest) >= length else None


def _unchunked(rest: bytearray) -> bytes | None:
    body, at = bytearray(), 0
    while (line_end := rest.find(b"\r\n", at)) >= 0:
        size = int(rest[at:line_end].split(b";")[0], 16)
        start = line_end + 2
        if len(rest) < start + size + 2:
            return None
        if size == 0:
            return bytes(body)
        body += rest[start : start + size]
        at = start + size + 2
    return None
