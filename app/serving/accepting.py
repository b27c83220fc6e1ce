"""Takes whoever waits to be connected while the server is busy.

libuv accepts one connection in each turn of the loop. Where two hundred people ask again as soon
as they are answered, a turn takes a twentieth of a second, and whoever is new would wait for as
long as they go on. On a server that has time each is taken at once, by whichever worker is free.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

BUSY = 0.01
"""Seconds after which those who still wait are taken together."""
TOGETHER = 64


class Latecomers:
    """Those at one listener.

    :param protocol: makes that of a connection.
    """

    def __init__(self, listener: socket.socket, protocol: Callable[[], Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._protocol = protocol
        self._coming: set[asyncio.Task[Any]] = set()
        self._is_looking = False
        self._number: int | None = os.dup(listener.fileno())  # the listener's own is libuv's
        self._loop.add_reader(self._number, self._look_later)

    def end(self) -> None:
        """Looks no more; whoever waits then is somebody else's to take."""
        if self._number is not None:
            self._loop.remove_reader(self._number)
            os.close(self._number)
            self._number = None

    def _look_later(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._loop.call_later(BUSY, self._look)

    def _look(self) -> None:
        self._is_looking = False
        if self._number is None:
            return
        for one in islice(waiting_at(self._listener), TOGETHER):
            taken = self._loop.connect_accepted_socket(self._protocol, one)
            coming = self._loop.create_task(taken)
            self._coming.add(coming)
            coming.add_done_callback(self._coming.discard)


def waiting_at(listener: socket.socket) -> Iterator[socket.socket]:
    """Each that has connected and is not accepted; none where a process can have no more files."""
    listener.setblocking(False)
    with suppress(OSError):
        while True:
            yield listener.accept()[0]
