"""A socket whose whole conversation ends at one moment, and that reads only so many bytes.

A socket's own timeout begins anew with each byte, so a server that drips one byte a second could
hold a worker for hours.
"""

import io
import socket
import time
from typing import Any


class ExchangeLimitError(Exception):
    """The other side sent more than it may."""


class DeadlineSocket:
    """The part of a socket that ``http.client`` uses.

    :param ends_at: on ``time.monotonic``'s clock.
    :param max_bytes: that may be read in all, headers included.
    :raises TimeoutError: from any use after ``ends_at``.
    """

    def __init__(self, raw: socket.socket, ends_at: float, max_bytes: int) -> None:
        self._raw = raw
        self._ends_at = ends_at
        self._left = max_bytes

    def sendall(self, data: bytes) -> None:
        self._restrict()
        self._raw.sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def receive_into(self, buffer: Any) -> int:
        if self._left <= 0:
            raise ExchangeLimitError
        self._restrict()
        count = self._raw.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count

    def close(self) -> None:
        """Nothing: ``http.client`` closes its socket as soon as it knows that the answer ends with
        the connection, and reads on. Whoever opened the connection closes it."""

    def _restrict(self) -> None:
        remaining = self._ends_at - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the exchange took too long")
        self._raw.settimeout(remaining)


class _Reader(io.RawIOBase):
    def __init__(self, source: DeadlineSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.receive_into(buffer)
