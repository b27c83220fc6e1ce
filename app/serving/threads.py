"""Threads that work for requests while the loop looks after the connections."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

Value = TypeVar("Value")
KEPT = 8
"""Threads that stay although there is nothing to do."""
IDLE = 2.0
"""Seconds without work after which one that is not kept ends."""


class Threads:
    """As many as are needed at once, and at most so many; used from one event loop.

    Where many came at once, as apps do that wait for news, most end again soon: those who wait hold
    none.

    The standard library's pool keeps a process that was told to stop at once until the last of its
    threads has ended.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self.loop = asyncio.get_running_loop()
        self._asked: SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None]
        self._asked = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        """What was put and who takes it are counted together, by the lock's holder."""
        self.under_way = 0
        """Pieces of work that are done just now, or wait for a thread."""

    def run(self, work: Callable[[], Value]) -> "asyncio.Future[Value]":
        """What it gives, or raises, once a thread has done it."""
        future: asyncio.Future[Value] = self.loop.create_future()
        self.under_way += 1
        with self._lock:
            self._asked.put((future, work))
            starts = self._started < min(self.under_way, self._most)
            self._started += starts
        if starts:
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        return future

    def end(self) -> None:
        """Each thread ends once it has nothing to do."""
        with self._lock:
            for _ in range(self._started):
                self._asked.put(None)

    def _next(self) -> tuple[asyncio.Future[Any], Callable[[], Any]] | None:
        """What is to be done; None: this thread ends."""
        while True:
            try:
                return self._asked.get(timeout=IDLE)
            except Empty:
                with self._lock:
                    if self._started > KEPT and self._asked.empty():
                        self._started -= 1
                        return None

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            future, work = asked
            value, error = None, None
            try:
                value = work()
            except BaseException as raised:
                error = raised
            with suppress(RuntimeError):  # the loop has ended before us
                self.loop.call_soon_threadsafe(self._done, future, value, error)
            del asked, future, work, value, error  # not kept until the next one comes

    def _done(self, future: "asyncio.Future[Any]", value: Any, error: BaseException | None) -> None:
        self.under_way -= 1
        if future.cancelled():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)
