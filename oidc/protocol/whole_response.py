"""A response that is there at once: every JSON of the protocol, and the way back to a client."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class WholeResponse(Response):
    """As Werkzeug's, without its look through headers and parts that are ours: it costs a token
    request as much as its statement.

    :param headers: fit to be sent as they are; no ``Content-Length`` among them.
    """

    def __init__(self, body: bytes, status: int, headers: Iterable[tuple[str, str]]) -> None:
        ready = Headers()
        ready._list.extend(headers)
        super().__init__([body], status, ready)
        self._body = body

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        is_untouched = len(self.response) == 1 and self.response[0] is self._body  # type: ignore
        if not is_untouched or self._on_close or environ["REQUEST_METHOD"] == "HEAD":
            return super().__call__(environ, start_response)
        start_response(self.status, [*self.headers, ("Content-Length", str(len(self._body)))])
        return self.response  # type: ignore[return-value]
