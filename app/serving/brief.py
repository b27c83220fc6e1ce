"""Requests of the protocol: from the parser to a fibre, and back to the connection in one write.

uvicorn's way to an application (a task, events, a dictionary for each step) costs a request of the
protocol as much as its statement. It is left out where the request is short and nothing else is
under way on its connection; any other takes it.
"""

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from app.serving.access import tell
from app.serving.answer import Answer, refusal
from app.serving.constants import ConstantsProtocol, lines_of

MOST = 16 * 1024
"""Bytes of a body. As many as there may be unfinished requests of that size are less than
`app.serving.bounds.Bounds.bodies`."""
_METHODS = frozenset({b"GET", b"POST"})
_LINES = re.compile(rb"(?:[^\x00-\x08\x0a-\x1f\x7f]*\r\n)*")


class Briefs(Protocol):
    """Who answers them."""

    is_brief: Callable[[str], bool]

    def ask_briefly(self, scope: Any, body: bytes, done: Callable[[Answer], None]) -> None: ...


class BriefCycle:
    """A request that is under way, with what uvicorn's protocol asks of it or tells it
    (`RequestResponseCycle`)."""

    __slots__ = (
        *("body", "more_body", "disconnected", "keep_alive"),
        *("message_event", "response_started", "response_complete"),
    )

    def __init__(self, keep_alive: bool) -> None:
        self.body = b""
        self.more_body = True
        self.disconnected = False
        self.keep_alive = keep_alive
        self.message_event = _NOBODY
        self.response_started = False
        self.response_complete = False


class _Nobody:
    """Waits for a message."""

    def set(self) -> None:
        pass


_NOBODY = _Nobody()


class BriefProtocol(ConstantsProtocol):
    """uvicorn's protocol, which asks by itself for what is answered briefly."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._briefs: Briefs = self.app_state["briefs"]

    def on_headers_complete(self) -> None:
        path, _, query = self.url.partition(b"?")
        method = self.parser.get_method()
        text = path.decode("latin-1")
        if method not in _METHODS or not self._briefs.is_brief(text) or not self._is_short():
            super().on_headers_complete()
            return
        version = self.parser.get_http_version()
        scope: Any = self.scope
        scope.update(method=method.decode(), http_version=version, path=text)
        scope.update(raw_path=path, query_string=query)
        stays = version != "1.0" and self.parser.should_keep_alive()
        self.cycle = BriefCycle(stays)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        super().on_message_complete()
        cycle: Any = self.cycle
        if type(cycle) is BriefCycle and not cycle.response_started:
            cycle.response_started = True
            done = partial(self._answer, cycle, self.scope, time.monotonic())
            self._briefs.ask_briefly(self.scope, bytes(cycle.body), done)

    def _is_short(self) -> bool:
        """Whether nothing is under way, and the body has a size, which is small."""
        is_busy = self.cycle is not None and not self.cycle.response_complete
        waits = self.flow.write_paused or self.expect_100_continue
        is_plain = self.url.startswith(b"/") and b"#" not in self.url
        if is_busy or waits or not is_plain or self.parser.should_upgrade():
            return False
        for name, value in self.headers:
            if name == b"transfer-encoding" or (name == b"content-length" and int(value) > MOST):
                return False
        return True

    def _answer(self, cycle: BriefCycle, scope: Any, begun: float, answer: Answer) -> None:
        """Sends it, where somebody is there."""
        lines = lines_of(answer.headers)
        if _LINES.fullmatch(lines) is None or lines.count(b"\n") != len(answer.headers):
            answer = refusal(500)
            lines = lines_of(answer.headers)
        cycle.response_complete = True
        if not cycle.disconnected:
            self._send(STATUS_LINE[answer.status], lines, answer.body, cycle.keep_alive)
        method, took = scope["method"], time.monotonic() - begun
        if self._count is not None:
            self._count(method, answer.noted, answer.status, answer.body, took)
        tell(self.client, method, scope["raw_path"], answer.status, begun)
