"""Flask's request, with less around what every request of the protocol is asked for."""

from functools import cache
from typing import Any

from flask import Request
from werkzeug.datastructures import EnvironHeaders

WHOLE_BODY = "qiao.body"
"""Where a server leaves the bytes of a body that it has read whole, in what WSGI calls environ."""


@cache
def _key(name: str) -> str:
    """Of a header in what WSGI calls environ; names are those that our code asks for."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


class _Headers(EnvironHeaders):
    """Looked up at once: Werkzeug raises an error within for each that is missing."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002
        if type is not None:
            return super().get(key, default, type)
        return self.environ.get(_key(key), default)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and _key(key) in self.environ

    def __bool__(self) -> bool:
        return True


class QiaoRequest(Request):
    """Takes a body as the server has read it, where it says so."""

    def __init__(self, environ: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(environ, *arguments, **named)
        self.headers = _Headers(environ)

    def get_data(
        self, cache: bool = True, as_text: Any = False, parse_form_data: bool = False
    ) -> Any:
        body: bytes | None = self.environ.get(WHOLE_BODY)
        if body is None or as_text or parse_form_data or len(body) > (self.max_content_length or 0):
            return super().get_data(cache, as_text, parse_form_data)
        return body
