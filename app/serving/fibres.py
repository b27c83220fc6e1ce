"""Requests that share the thread of the loop: while one waits for PostgreSQL, another goes on.

To hand a request to a thread and its answer back costs more than many a request, and threads fight
for the interpreter at each wait of the driver. The code of a request is the same here as on a
thread: it stops in the middle where `app.database_patience` would wait, and goes on there.

A fibre says what it waits for, and the loop's own greenlet sees to it: libuv keeps on its stack
what it has polled, which is not there while a fibre runs. So no fibre may call the loop.
"""

import time
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial
from typing import Any, NamedTuple

from greenlet import greenlet
from psycopg.waiting import Ready, Wait

from app.serving.threads import Threads
from oidc.aside import SHARER

LOOK_EVERY = 0.25
"""Seconds between two looks for requests that have waited for too long."""
KEPT = 32
"""Fibres that stay although there is nothing to do; each has a stack of its own."""
Work = Callable[[], Any]


class _Socket(NamedTuple):
    """What a fibre waits for.

    :param wanted: reading, writing or both, as psycopg says it.
    :param until: on the monotonic clock.
    """

    number: int
    wanted: int
    until: float


class _Aside(NamedTuple):
    """The same, done in a thread."""

    work: Work


class Fibres:
    """Those of one loop.

    :param threads: do what must be done aside.
    """

    def __init__(self, threads: Threads) -> None:
        self._loop = threads.loop
        self._threads = threads
        self._idle: list[Fibre] = []
        self._waiting: dict[Fibre, _Socket] = {}
        self._is_looking = False
        self.under_way = 0
        """Requests that are worked on just now, or wait."""

    def run(self, work: Work, context: Context, done: Callable[[Any], None]) -> None:
        """Begins at once.

        :param work: raises nothing.
        :param done: is given what the work gives.
        """
        fibre = self._idle.pop() if self._idle else Fibre()
        context.run(SHARER.set, fibre)
        fibre.gr_context = context
        fibre.done = done
        self.under_way += 1
        self._go_on(fibre, work)

    def _go_on(self, fibre: "Fibre", what: Any) -> None:
        """Until it waits again, or has ended."""
        wish = fibre.switch(what)
        if isinstance(wish, _Socket):
            self._watch(fibre, wish)
        elif isinstance(wish, _Aside):
            asked = self._threads.run(wish.work)
            asked.add_done_callback(partial(self._go_on, fibre))
        else:
            self._end(fibre, wish)

    def _end(self, fibre: "Fibre", value: Any) -> None:
        self.under_way -= 1
        done = fibre.done
        if len(self._idle) < KEPT:
            fibre.done = fibre.gr_context = None
            self._idle.append(fibre)
        done(value)

    def _watch(self, fibre: "Fibre", socket: _Socket) -> None:
        self._waiting[fibre] = socket
        if socket.wanted & Wait.R:
            self._loop.add_reader(socket.number, self._ready, fibre, Ready.R)
        if socket.wanted & Wait.W:
            self._loop.add_writer(socket.number, self._ready, fibre, Ready.W)
        self._look_later()

    def _ready(self, fibre: "Fibre", ready: int) -> None:
        """:param ready: 0 where it is over."""
        socket = self._waiting.pop(fibre)
        if socket.wanted & Wait.R:
            self._loop.remove_reader(socket.number)
        if socket.wanted & Wait.W:
            self._loop.remove_writer(socket.number)
        self._go_on(fibre, ready)

    def _look_later(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._loop.call_later(LOOK_EVERY, self._look)

    def _look(self) -> None:
        self._is_looking = False
        now = time.monotonic()
        for fibre in [each for each, socket in self._waiting.items() if socket.until < now]:
            self._ready(fibre, 0)
        if self._waiting:
            self._look_later()


class Fibre(greenlet):  # type: ignore[misc]
    """Does one piece of work after another, each a request; an `oidc.aside.Sharer`."""

    done: Any = None

    def __init__(self) -> None:
        super().__init__(self._live)

    def wait(self, generator: Any, socket: int, seconds: float) -> Any:
        """:raises TimeoutError: and the generator is stopped."""
        until = time.monotonic() + seconds
        try:
            wanted = next(generator)
            while True:
                ready = self._others_go_on(_Socket(socket, wanted, until))
                if not ready:
                    raise TimeoutError
                wanted = generator.send(ready)
        except StopIteration as end:
            return end.value

    def aside(self, work: Work) -> Any:
        context = copy_context()
        context.run(SHARER.set, None)
        return self._others_go_on(_Aside(partial(context.run, work))).result()

    def _live(self, work: Work) -> None:
        asked = [work]
        while True:  # what has been done is not kept until the next comes
            asked.append(self._others_go_on(asked.pop()()))

    def _others_go_on(self, wish: Any) -> Any:
        assert self.parent is not None
        return self.parent.switch(wish)
