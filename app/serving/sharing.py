"""Evens out connections among the workers.

All of them listen at one socket, and whichever is awake takes whoever comes: of eight people that
come at once one worker often gets all, and keeps them for as long as they stay connected. So a
connection that is kept and idle for the moment passes to a worker that has two fewer; one that
carries a single request never does.
"""

import asyncio
import multiprocessing
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.serving.slow_clients import PatientProtocol

APART = 2
"""How many more connections than another a worker has that passes one on."""
BEAT = 0.25
"""Seconds after which a worker says again that it is there."""
SILENT = 1.0
"""Seconds after which one that said nothing is given nothing."""
ON_THE_WAY = 0.05
"""Seconds in which a worker has surely taken, and counted, what it was given."""
_NOTHING = (0.0, 0)
_WORD = b"."  # a datagram with a file handle has a byte at least


class Place:
    """What one of the workers knows of the others.

    :param counts: of all of them: how many connections it has, and when it last said so.
    :param channels: by which each is given connections; the first of a pair is its own end.
    """

    def __init__(
        self, number: int, counts: Any, channels: list[tuple[socket.socket, socket.socket]]
    ) -> None:
        self._number = number
        self._counts = counts
        self._ours = channels[number][0]
        self._theirs = {other: ends[1] for other, ends in enumerate(channels) if other != number}
        self._count = 0
        self._given: dict[int, tuple[float, int]] = {}
        """By whom: until when to believe our own count of theirs, and that count."""
        self._is_over = False

    def begin(self, take: Callable[[socket.socket], Any]) -> None:
        """Says from now on that the worker is there.

        :param take: is given the connections that others pass on.
        """
        self._ours.setblocking(False)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._ours, self._take, take)
        self._say(loop)

    def end(self) -> list[socket.socket]:
        """Is given nothing more; what still lay there."""
        asyncio.get_running_loop().remove_reader(self._ours)
        self._is_over = True
        self._counts[2 * self._number + 1] = 0.0
        left: list[socket.socket] = []
        self._take(left.append)
        return left

    def count(self, change: int) -> None:
        """One connection more, or one less."""
        self._count += change
        self._counts[2 * self._number] = self._count

    def emptier(self) -> int | None:
        """The worker with the fewest connections, where those are fewer by two."""
        most, found = self._count - APART, None
        if most < 0:
            return None
        now = time.monotonic()
        for other in self._theirs:
            is_there = now - self._counts[2 * other + 1] < SILENT
            if is_there and (has := self._count_of(other)) <= most:
                most, found = has - 1, other
        return found

    def give(self, connection: int) -> bool:
        """Whether an emptier worker has it now, too.

        :param connection: its file handle.
        """
        other = self.emptier()
        if other is None:
            return False
        with suppress(OSError):  # such as of one that has not taken what it was given before
            socket.send_fds(self._theirs[other], [_WORD], [connection], socket.MSG_DONTWAIT)
            self._given[other] = (time.monotonic() + ON_THE_WAY, self._count_of(other) + 1)
            return True
        return False

    def _count_of(self, other: int) -> int:
        counted = int(self._counts[2 * other])
        until, guessed = self._given.get(other, _NOTHING)
        return counted if time.monotonic() > until else max(counted, guessed)

    def _say(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_over:
            self._counts[2 * self._number + 1] = time.monotonic()
            loop.call_later(BEAT, self._say, loop)

    def _take(self, take: Callable[[socket.socket], Any]) -> None:
        with suppress(OSError):
            while True:
                for handle in socket.recv_fds(self._ours, len(_WORD), 1)[1]:
                    os.set_inheritable(handle, False)
                    take(socket.socket(fileno=handle))


class Places:
    """Those of all workers, made by the main process, which keeps them for whoever comes after a
    worker that has died."""

    def __init__(self, workers: int) -> None:
        self._counts = multiprocessing.get_context("spawn").RawArray("d", 2 * workers)
        self._channels = [
            socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(workers)
        ]

    def of(self, number: int) -> Place:
        """For a worker that begins: nothing is given to it before it says so."""
        self._counts[2 * number] = self._counts[2 * number + 1] = 0.0
        return Place(number, self._counts, self._channels)

    def close(self) -> None:
        for ends in self._channels:
            for end in ends:
                end.close()


class SharedProtocol(PatientProtocol):
    """For `uvicorn.Config.http`, where there are several workers."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._place: Place = self.app_state["place"]

    def be_kept(self) -> None:
        """Takes the connection for one that has been answered before: it may idle as such."""
        self._in_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._place.count(1)
        super().connection_made(transport)
        if not self._in_head:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def connection_lost(self, exc: Exception | None) -> None:
        self._place.count(-1)
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._place.emptier() is not None:
            self.loop.call_soon(self._pass_on)  # once the answer is written

    def _pass_on(self) -> None:
        if not self._is_idle():
            return
        if self._place.give(self.transport.get_extra_info("socket").fileno()):
            self.transport.abort()  # our handle of it: the other worker has its own

    def _is_idle(self) -> bool:
        """Whether nothing has come of a next request, and everything has been answered and sent."""
        return not (
            self.transport.is_closing()
            or self._is_leaving
            or self._in_head
            or self._in_body
            or self._owed
            or self._last_words
            or self.transport.get_write_buffer_size()
        )
