"""A request as WSGI says it (PEP 3333)."""

import sys
from io import BytesIO
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from app.web.application import WHOLE_BODY

_ONCE = frozenset({"HTTP_HOST", "CONTENT_TYPE", "HTTP_AUTHORIZATION"})
"""What is not a list, and so cannot be there twice (RFC 9110 5.3, RFC 9112 3.2)."""
OF_THE_BODY = frozenset({b"content-length", b"transfer-encoding"})
MOST_NAMES = 256
_names: dict[bytes, str] = {b"content-type": "CONTENT_TYPE"}
_SAME: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.url_scheme": "http",
}


Body = bytes | IO[bytes]
"""What was sent; a file where it may be long."""


class Ambiguous(Exception):
    """The request can be read in two ways, such as one with two hosts."""


def environ_of(scope: Any, body: Body, size: int) -> dict[str, Any]:
    """:param scope: ASGI's.

    :param size: of the body; more than ``body`` has, where it was too large to be read.
    :raises Ambiguous:
    """
    path: bytes = scope["raw_path"]
    environ = {
        **_SAME,
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.input": BytesIO(body) if isinstance(body, bytes) else _from_the_start(body),
    }
    if isinstance(body, bytes) and len(body) == size:
        environ[WHOLE_BODY] = body
    for name, value in scope["headers"]:
        if name in OF_THE_BODY:
            environ["CONTENT_LENGTH"] = str(size)
            continue
        key = _names.get(name) or _key(name)
        if not key:
            continue
        text = value.decode("latin-1")
        if key in environ:
            if key in _ONCE:
                raise Ambiguous(key)
            separator = "; " if key == "HTTP_COOKIE" else ","
            text = f"{environ[key]}{separator}{text}"
        environ[key] = text
    if "HTTP_HOST" not in environ and scope["http_version"] != "1.0":
        raise Ambiguous("HTTP_HOST")
    return environ


def _from_the_start(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    return file


def _key(name: bytes) -> str:
    """Empty for a name that WSGI could not tell from another: ``X_Forwarded_For`` is nobody's."""
    if b"_" in name:
        return ""
    key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
    if len(_names) < MOST_NAMES:
        _names[name] = key
    return key
