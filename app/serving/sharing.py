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
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from app.serving.slow_clients import PatientProtocol

APART = 2
"""How many more connections than another a worker has that passes one on."""
BEAT = 0.25
"""Seconds after which a worker says again that it is there."""
SILENT = 1.0
"""Seconds after which one that said nothing is given nothing."""
_WORD = b"."  # a datagram with a file handle has a byte at least
_COUNT, _BEAT, _TAKEN, _GIVEN = range(4)


class Board:
    """What the workers say of themselves, in memory that all of them share; each writes its own.

    Of a worker: how many connections it has, when it last said that it is there, how many it has
    taken of those that it was given, and how many it has given to each of the workers.
    """

    def __init__(self, workers: int) -> None:
        self.workers = range(workers)
        self._width = _GIVEN + workers
        self._numbers = multiprocessing.get_context("spawn").RawArray("d", workers * self._width)

    def read(self, worker: int, what: int) -> float:
        number: float = self._numbers[worker * self._width + what]
        return number

    def write(self, worker: int, what: int, number: float) -> None:
        self._numbers[worker * self._width + what] = number

    def given(self, worker: int) -> float:
        """How many the worker was given, ever, by whomever."""
        return sum(self.read(each, _GIVEN + worker) for each in self.workers)


class Place:
    """Where one of the workers gives connections to others, and is given some.

    A worker that has not taken what it was given is given nothing more: one that hangs, or is dead,
    would soon have everything otherwise, as it looks the emptiest.

    :param channels: by which each is given connections; the first of a pair is its own end.
    """

    def __init__(
        self, number: int, board: Board, channels: list[tuple[socket.socket, socket.socket]]
    ) -> None:
        self._number = number
        self._board = board
        self._ours = channels[number][0]
        self._theirs = {other: ends[1] for other, ends in enumerate(channels) if other != number}
        self._count = 0
        self._is_over = False

    def begin(self, take: Callable[[socket.socket], "asyncio.Future[Any]"]) -> None:
        """Says from now on that the worker is there; who was there before may have left some.

        :param take: is given the connections that others pass on; done once they are counted.
        """
        self._ours.setblocking(False)
        self._board.write(self._number, _TAKEN, self._board.given(self._number))
        for connection in self._lying():
            take(connection)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._ours, self._take, take)
        self._say(loop)

    def end(self) -> list[socket.socket]:
        """Is given nothing more; what still lay there."""
        asyncio.get_running_loop().remove_reader(self._ours)
        self._is_over = True
        self._board.write(self._number, _BEAT, 0.0)
        return list(self._lying())

    def count(self, change: int) -> None:
        """One connection more, or one less."""
        self._count += change
        self._board.write(self._number, _COUNT, self._count)

    def emptier(self) -> int | None:
        """The worker with the fewest connections, where those are fewer by two."""
        most, found = float(self._count - APART), None
        if most < 0:
            return None
        read, heard_since = self._board.read, time.monotonic() - SILENT
        for other in self._theirs:
            if (has := read(other, _COUNT)) > most or read(other, _BEAT) < heard_since:
                continue
            if self._board.given(other) <= read(other, _TAKEN):
                most, found = has - 1, other
        return found

    def give(self, connection: int) -> bool:
        """Whether an emptier worker has it now, too.

        :param connection: its file handle.
        """
        other = self.emptier()
        if other is None:
            return False
        handle = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [connection]))
        with suppress(OSError):
            # Not `socket.send_fds`, which waits whatever flags it is given.
            self._theirs[other].sendmsg([_WORD], [handle], socket.MSG_DONTWAIT)
            given = self._board.read(self._number, _GIVEN + other)
            self._board.write(self._number, _GIVEN + other, given + 1)
            return True
        return False

    def _say(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_over:
            self._board.write(self._number, _BEAT, time.monotonic())
            loop.call_later(BEAT, self._say, loop)

    def _take(self, take: Callable[[socket.socket], "asyncio.Future[Any]"]) -> None:
        for connection in self._lying():
            take(connection).add_done_callback(self._taken)

    def _taken(self, _: object) -> None:
        taken = self._board.read(self._number, _TAKEN)
        self._board.write(self._number, _TAKEN, taken + 1)

    def _lying(self) -> Iterator[socket.socket]:
        yield from lying_in(self._ours)


def lying_in(channel: socket.socket) -> Iterator[socket.socket]:
    """What was put there and is not taken."""
    channel.setblocking(False)
    with suppress(OSError):
        while True:
            for handle in socket.recv_fds(channel, len(_WORD), 1)[1]:
                os.set_inheritable(handle, False)
                yield socket.socket(fileno=handle)


def _channel() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)


class Places:
    """Those of all workers, made by the main process, which keeps them for whoever comes after a
    worker that has died.

    :param number: of places; one more than workers, for who comes while another is still there.
    """

    def __init__(self, number: int) -> None:
        self._board = Board(number)
        self._channels = [_channel() for _ in range(number)] if sys.platform != "win32" else []
        self._free = list(reversed(range(number)))

    def take(self) -> int:
        """One for a worker that begins: nothing is given to it before it says so."""
        number = self._free.pop()
        for what in (_COUNT, _BEAT):
            self._board.write(number, what, 0.0)
        return number

    def of(self, number: int) -> Place | None:
        """None on Windows, where nothing is shared."""
        return Place(number, self._board, self._channels) if self._channels else None

    def leave(self, number: int) -> None:
        """The worker has gone; the next that comes has this place, and what lies there."""
        self._board.write(number, _BEAT, 0.0)
        self._free.append(number)

    def clear(self, number: int) -> None:
        """Closes what lies in a place that nobody takes for now."""
        for ours, _ in self._channels[number : number + 1]:
            for connection in lying_in(ours):
                connection.close()

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
