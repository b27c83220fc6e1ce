"""uvicorn's HTTP protocol with deadlines: for a head, a body, and a reader of answers.

The deadlines of RFC 9112 9.5, and the limit of RFC 6585 5. A request that arrives whole pays no
more than a look.
"""

import asyncio
import select
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import httptools

from app.serving.bounds import Bounds
from app.serving.brief import BriefProtocol
from app.serving.constants import lines_of
from app.web.client_address import counted

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
_NO_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\n%bcontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%b"
)
OF_UPGRADES = frozenset((b"connection", b"upgrade", b"http2-settings"))
"""Headers that speak of one connection, and of the protocol on it."""
_TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Unfinished:
    """The connections of a process without a whole request, those that wait longest first.

    :param stands_for_many: whether an address is a proxy's.
    """

    def __init__(self, bounds: Bounds, stands_for_many: Callable[[str], bool]) -> None:
        self._bounds = bounds
        self._stands_for_many = stands_for_many
        self._all: OrderedDict[PatientProtocol, None] = OrderedDict()
        self._of_one: defaultdict[str, OrderedDict[PatientProtocol, None]]
        self._of_one = defaultdict(OrderedDict)

    def add(self, one: "PatientProtocol") -> None:
        """Ends the oldest where there are too many now."""
        self._all[one] = None
        of_one = self._of_one[one.address]
        of_one[one] = None
        if len(of_one) > self._bounds.unfinished_of_one and not self._stands_for_many(one.address):
            next(iter(of_one)).give_up()
        elif len(self._all) > self._bounds.unfinished:
            next(iter(self._all)).give_up()

    def remove(self, one: "PatientProtocol") -> None:
        self._all.pop(one, None)
        of_one = self._of_one.get(one.address)
        if of_one is not None:
            of_one.pop(one, None)
            if not of_one:
                del self._of_one[one.address]


class PatientProtocol(BriefProtocol):
    """For `uvicorn.Config.http`; what it goes by is in the state that the application has left."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._bounds: Bounds = self.app_state["bounds"]
        self.timeout_keep_alive = self._bounds.idle_time
        self._unfinished: Unfinished = self.app_state["unfinished"]
        self.address = ""
        self._in_head = True
        """Also before the first byte of the first request."""
        self._in_body = False
        self._head_bytes = 0
        self._arriving = 0
        self._is_too_large = False
        self._arrived = b""
        self._without_upgrade = b""
        """The head of a request that asked for another protocol, as if it had not."""
        self._watched: str | None = None
        """Which deadline runs: ``head``, ``body`` or none."""
        self._is_leaving = False
        self._owed = 0
        """Requests that have arrived whole and are not answered."""
        self._last_words = b""
        """What is said and ends the connection, once nothing is owed."""
        self._deadline: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None

    # What the transport calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = counted(self.client[0] if self.client else None)
        if len(self.connections) > self._bounds.connections:
            transport.abort()
        self._watch()

    def data_received(self, data: bytes) -> None:
        if self._last_words:
            return
        self._arriving, self._arrived = len(data), data
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self._bounds.head_bytes:
                self._end(_TOO_LARGE)
        if self._in_head or self._in_body or self._watched:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_head = self._in_body = False
        self._watch()
        self._reader_is_there()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reader_is_awaited()

    def resume_writing(self) -> None:
        self._reader_is_there()
        super().resume_writing()

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # what follows a chunked body is no header (RFC 9110 6.5.1)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._head_bytes + self._arriving > self._bounds.head_bytes:
            self._look_at_size()
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            self._without_upgrade = self._head_without_upgrade()
            return
        self._in_head, self._in_body = False, True
        self._head_bytes = 0
        super().on_headers_complete()
        # Nobody is upgraded: what follows is read by nobody.
        if self._is_leaving or self.parser.should_upgrade():
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        if self._without_upgrade:
            return
        self._in_body = False
        self._owed += 1
        super().on_message_complete()

    def _head_without_upgrade(self) -> bytes:
        """The answer is the last of its connection."""
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)]
        lines += [b"%b: %b" % header for header in self.headers if header[0] not in OF_UPGRADES]
        return b"\r\n".join((*lines, b"connection: close", b"", b""))

    def _look_at_size(self) -> None:
        """:raises ValueError: which the parser takes for an error of the request."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self._bounds.head_bytes:
            self._is_too_large = True
            raise ValueError("too large")

    # What uvicorn calls.

    def _unsupported_upgrade_warning(self) -> None:
        """Reads the request once more, without its wish: a server may ignore it (RFC 9110 7.8), and
        the parser passes over the body of one that has it, as Java's HttpClient sends them."""
        error = sys.exception()
        head, self._without_upgrade = self._without_upgrade, b""
        if head and isinstance(error, httptools.HttpParserUpgrade):
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
            self.data_received(head + self._arrived[error.args[0] :])

    def send_400_response(self, msg: str) -> None:
        date, words = lines_of(self.server_state.default_headers), msg.encode()
        refusal = _NO_REQUEST % (date, len(words), words)
        self._end(_TOO_LARGE if self._is_too_large else refusal)

    def on_response_complete(self) -> None:
        self._owed -= 1
        super().on_response_complete()
        if self._last_words and self._owed <= 0:
            last, self._last_words = self._last_words, b""
            self._end(last)
        if self.transport.is_closing():
            self.loop.call_soon(self._last_is_taken)

    def timeout_keep_alive_handler(self) -> None:
        """Whoever has not even taken the last answer is not waited for."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        super().timeout_keep_alive_handler()

    def shutdown(self) -> None:
        """A request that arrives, or may be about to on a new connection, is still answered."""
        if self._is_leaving:
            return
        self.app_state["bells"].close()
        # What is cancelled then must not wait for a reader.
        self.loop.call_later(self._bounds.grace, self.transport.abort)
        if self._in_head or self._in_body or self._is_unread():
            self._is_leaving = True
            if self.cycle is not None:
                self.cycle.keep_alive = False
            self.loop.call_later(self._bounds.last_call, self._leave)
        else:
            super().shutdown()

    def _is_unread(self) -> bool:
        """Whether a request lies in the socket: to close that would reset the connection."""
        if not hasattr(select, "poll"):  # Windows
            return False
        look = select.poll()
        look.register(self.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(look.poll(0))

    def _leave(self) -> None:
        if self._in_body and not self.pipeline:
            self.transport.close()
        super().shutdown()

    def _is_usual(self) -> bool:
        return not self._is_leaving and super()._is_usual()

    # Deadlines.

    def _watch(self) -> None:
        phase = "head" if self._in_head else "body" if self._in_body else None
        if phase == self._watched:
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if phase is None:
            self._unfinished.remove(self)
        else:
            bounds = self._bounds
            after = bounds.head_time if phase == "head" else bounds.body_time_of(self._path())
            self._deadline = self.loop.call_later(after, self._too_late)
            if self._watched is None:
                self._unfinished.add(self)
        self._watched = phase

    def _path(self) -> str:
        """Of the request whose body is read; before its head there is none."""
        return self.url.partition(b"?")[0].decode("latin-1")

    def _too_late(self) -> None:
        if self._is_answering():  # reading may have been paused by us
            self._watched = None
            self._watch()
        else:
            self.give_up()

    def _is_answering(self) -> bool:
        cycle = self.cycle
        return self._in_head and cycle is not None and not cycle.response_complete

    def give_up(self) -> None:
        """Says so, where something was begun and nothing else has been said, and ends it."""
        begun = self._head_bytes if self._in_head else not self.cycle.response_started
        self._end(_TOO_LATE if begun else b"")

    def _end(self, last: bytes) -> None:
        """What came whole before is answered first: it was asked for, and will have been done."""
        self._in_head = self._in_body = False
        self._watch()
        if self._owed > 0 and last:
            self._last_words = last
            return
        self.transport.write(last)
        self.transport.close()
        self._reader_is_awaited()

    def _last_is_taken(self) -> None:
        if self.transport.get_write_buffer_size():
            self._reader_is_awaited()

    def _reader_is_awaited(self) -> None:
        if self._reader is None:
            wait = self._bounds.reader_time
            self._reader = self.loop.call_later(wait, self.transport.abort)

    def _reader_is_there(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
