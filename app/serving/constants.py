"""Answers that are the same for everybody, sent from the event loop: no thread, no WSGI.

Which answers, and for how long, the views say (`oidc.endpoints.constant`); what is sent is what the
long way has answered before. A request that is in any way unusual takes the long way.
"""

import time
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.serving.access import Counter, tell
from app.serving.answer import Answer, Header
from app.serving.environ import OF_THE_BODY
from oidc.endpoints.constant import StillSo

_CLOSE = b"connection: close\r\n"


@dataclass(frozen=True, slots=True)
class Constant:
    """One answer, ready to be sent but for the date."""

    status_line: bytes
    headers: bytes
    body: bytes
    still_so: StillSo
    noted: Any
    """What the application has noted of it, for who counts answers."""


class Constants:
    """Those of a process, by method and path."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], Constant] = {}

    def keep(self, scope: Any, path: str, answer: Answer, still_so: StillSo) -> None:
        """Remembers the answer that the long way has given.

        :param path: as the application has read it. Other spellings of it, and queries, of which
            there is no end, are not kept.
        """
        raw: bytes = scope["raw_path"]
        if answer.status != 200 or answer.rest or scope["query_string"] or raw != path.encode():
            return
        body = b"" if scope["method"] == "HEAD" else answer.body
        known = Constant(STATUS_LINE[200], lines_of(answer.headers), body, still_so, answer.noted)
        self._known[scope["method"].encode(), raw] = known

    def find(self, method: bytes, url: bytes) -> Constant | None:
        """What still holds."""
        known = self._known.get((method, url))
        return known if known is not None and known.still_so() else None


class ConstantsProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which answers by itself what it knows."""

    _is_answered = False
    """Whether the request that is read now has its answer already."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._constants: Constants = self.app_state["constants"]
        self._count: Counter | None = self.app_state["count"]

    def on_headers_complete(self) -> None:
        begun = time.monotonic()
        known = self._constants.find(self.parser.get_method(), self.url)
        self._is_answered = known is not None and self._is_usual()
        if known is None or not self._is_answered:
            super().on_headers_complete()
            return
        stays = self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
        self._send(known.status_line, known.headers, known.body, stays)
        method = self.parser.get_method().decode()
        if self._count is not None:
            self._count(method, known.noted, 200, known.body, time.monotonic() - begun)
        tell(self.client, method, self.url, 200, begun)

    def on_message_complete(self) -> None:
        if not self._is_answered:
            super().on_message_complete()

    def _is_usual(self) -> bool:
        """Whether nothing is under way, and the request neither has a body nor can be read in two
        ways (`app.serving.environ.Ambiguous`)."""
        is_busy = self.cycle is not None and not self.cycle.response_complete
        waits = self.flow.write_paused or self.expect_100_continue
        if is_busy or waits or self.parser.should_upgrade():
            return False
        names = {name for name, _ in self.headers}
        return (
            len(names) == len(self.headers)
            and names.isdisjoint(OF_THE_BODY)
            and (b"host" in names or self.parser.get_http_version() == "1.0")
        )

    def _send(self, status_line: bytes, lines: bytes, body: bytes, stays: bool) -> None:
        """A whole answer.

        :param lines: of its head, as `lines_of` gives them.
        :param stays: whether the connection does, unless the answer says that it does not.
        """
        is_told = _CLOSE in lines
        stays = stays and not is_told
        end = b"\r\n" if stays or is_told else _CLOSE + b"\r\n"
        date = lines_of(self.server_state.default_headers)
        self.transport.write(b"".join((status_line, date, lines, end, body)))
        if not stays:
            self.transport.close()
        self.on_response_complete()


def lines_of(headers: list[Header]) -> bytes:
    return b"".join([b"%b: %b\r\n" % (name.lower(), value) for name, value in headers])
