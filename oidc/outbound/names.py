"""Looks host names up, in threads of its own: the system's resolver knows no time limit.

A stranger's name server that does not answer holds a thread for as long as the system is patient,
which is longer than any of our requests. So there are many, and each name has one at most.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

AT_ONCE = 128
"""Names; the threads are made when they are needed."""

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host name, as text; raises ``OSError`` for an unknown one."""


class Names:
    """Safe for threads.

    :param resolver: asked once for all who want the same name at the same time.
    """

    def __init__(self, resolver: Resolver, at_once: int = AT_ONCE) -> None:
        self._resolver = resolver
        self._pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="resolve")
        self._asked: dict[tuple[str, int], Future[Sequence[str]]] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str, port: int, ends_at: float) -> Sequence[str]:
        """All that it has, by ``ends_at`` on ``time.monotonic``'s clock.

        :raises OSError: it has none, or nobody says so in time.
        :raises UnicodeError: it is no name.
        """
        future = self._question(host, port)
        try:
            return future.result(max(0.0, ends_at - time.monotonic()))
        except CancelledError:
            raise TimeoutError("nobody has looked the name up in time") from None
        finally:
            future.cancel()  # where no thread has begun with it

    def _question(self, host: str, port: int) -> "Future[Sequence[str]]":
        key = (host, port)
        with self._lock:
            future = self._asked.get(key)
            if future is None:
                future = self._asked[key] = self._pool.submit(self._resolver, host, port)
        future.add_done_callback(lambda done: self._forget(key, done))
        return future

    def _forget(self, key: tuple[str, int], done: "Future[Sequence[str]]") -> None:
        with self._lock:
            if self._asked.get(key) is done:
                del self._asked[key]
