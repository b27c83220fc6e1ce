"""What a WSGI application says (PEP 3333), as ASGI wants it."""

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Header = tuple[bytes, bytes]
PART = 64 * 1024
"""Bytes of a long answer that are made at once."""
_WORDS = {400: "invalid_request", 500: "server_error", 503: "slow_down"}
_WITHOUT_BODY = frozenset({204, 304})


@dataclass(slots=True)
class Answer:
    """One answer.

    :param rest: further parts, where the size is not known.
    :param noted: what the application has noted of the request, for who counts answers.
    """

    status: int
    headers: list[Header]
    body: bytes
    rest: Generator[bytes] | None = None
    noted: Any = None

    def end(self) -> None:
        """Makes what is left of it."""
        if self.rest is not None:
            self.body += b"".join(self.rest)
            self.headers.append((b"content-length", b"%d" % len(self.body)))
            self.rest = None


def run(inside: "WSGIApplication", environ: dict[str, Any]) -> Answer:
    """Calls a WSGI application; an answer of known size is whole, another is begun."""
    head: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        said = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers if n != "Date"]
        head[:] = int(status[:3]), said  # uvicorn tells the date of every answer
        return _no_write

    parts = inside(environ, start)
    status, headers = head
    if status in _WITHOUT_BODY or _has_length(headers):
        return Answer(status, headers, _whole(parts))
    if isinstance(parts, list | tuple):
        body = _whole(parts)
        return Answer(status, [*headers, (b"content-length", b"%d" % len(body))], body)
    if environ["REQUEST_METHOD"] == "HEAD":
        return Answer(status, headers, _whole(parts))
    rest = _gathered(parts)
    return Answer(status, headers, next(rest, b""), rest)


def refusal(status: int) -> Answer:
    """Where the application is not asked at all, or has failed."""
    body = json.dumps({"error": _WORDS[status]}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    if status == 503:
        headers.append((b"retry-after", b"1"))
    return Answer(status, headers, body)


def _has_length(headers: list[Header]) -> bool:
    # Where there is one, it is the last as a rule.
    return any(name.lower() == b"content-length" for name, _ in reversed(headers))


def _whole(parts: Iterable[bytes]) -> bytes:
    if type(parts) is list and len(parts) == 1:
        return cast(bytes, parts[0])
    with closing(_gathered(parts)) as gathered:
        return b"".join(gathered)


def _gathered(parts: Iterable[bytes]) -> Generator[bytes]:
    """In parts of some size, so that a line of a table does not cost a change of threads."""
    try:
        gathered = bytearray()
        for part in parts:
            gathered += part
            if len(gathered) >= PART:
                yield bytes(gathered)
                gathered.clear()
        yield bytes(gathered)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()


def _no_write(_: bytes) -> object:
    raise NotImplementedError("return the body instead (PEP 3333)")
