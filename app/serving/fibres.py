"""Requests that share the thread of the loop: while one waits for PostgreSQL, another goes on.

To hand a request to a thread and its answer back costs more than many a request, and threads fight
for the interpreter at each wait of the driver. The code of a request is the same here as on a
thread: it stops in the middle where `app.database_patience` would wait, and goes on there.

A fibre says what it waits for, and the loop's own greenlet sees to it: libuv keeps on its stack
what it has polled, which is not there while a fibre runs. So no fibre may call the loop.
"""

import os
import time
import weakref
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial
from typing import Any, NamedTuple

from greenlet import greenlet
from psycopg.waiting import Ready, Wait

from app.database_budget import PATIENCE
from app.serving.threads import Threads
from oidc.aside import SHARER

LOOK_EVERY = 0.25
"""Seconds between two looks for requests that have waited for too long."""
KEPT = 32
"""Fibres that stay although there is nothing to do; each has a stack of its own."""
Work = Callable[[], Any]


class _Socket(NamedTuple):
    """What a fibre waits for.

    :param connection: libpq's.
    :param wanted: reading, writing or both, as psycopg says it.
    :param until: on the monotonic clock.
    """

    connection: Any
    wanted: int
    until: float


class _Ear:
    """Stays at the socket of a connection, by a handle of our own: to come and to go at each
    statement costs the loop seven system calls. Nobody else's handle can have its number, however
    and whenever the connection is closed; its end is heard, too.
    """

    __slots__ = ("connection", "fibre", "number")

    def __init__(self, connection: Any) -> None:
        self.connection = weakref.ref(connection)
        self.number = os.dup(connection.socket)
        self.fibre: Fibre | None = None


class _Aside(NamedTuple):
    """The same, done in a thread."""

    work: Work


class _Asked(NamedTuple):
    """What waits until it may begin.

    :param since: on the monotonic clock.
    """

    work: Work
    context: Context
    done: Callable[[Any], None]
    since: float


def always() -> bool:
    return True


class Fibres:
    """Those of one loop.

    :param threads: do what must be done aside.
    :param may_begin: whether there is a connection for one more; without one it waits for its turn
        here, where that costs nothing. What has waited for too long begins all the same, to be
        told that.
    """

    def __init__(self, threads: Threads, may_begin: Callable[[], bool] = always) -> None:
        self._loop = threads.loop
        self._threads = threads
        self._may_begin = may_begin
        self._asked: deque[_Asked] = deque()
        self._is_beginning = False
        self._idle: list[Fibre] = []
        self._waiting: dict[Fibre, _Socket] = {}
        self._ears: dict[int, _Ear] = {}
        """By the number that libpq has for the socket."""
        self._is_looking = False
        self.under_way = 0
        """Requests that are worked on just now, or wait."""

    def run(self, work: Work, context: Context, done: Callable[[Any], None]) -> None:
        """Begins at once, or after what came before.

        :param work: raises nothing.
        :param done: is given what the work gives.
        """
        self.under_way += 1
        if not self._asked and self._may_begin():
            self._begin(work, context, done)
        else:
            self._asked.append(_Asked(work, context, done, time.monotonic()))
            self._look_later()

    def _begin_others(self) -> None:
        """Whatever may begin by now."""
        if self._is_beginning:  # by who began what has just ended
            return
        self._is_beginning = True
        try:
            while self._asked and (self._may_begin() or self._has_waited(self._asked[0])):
                asked = self._asked.popleft()
                self._begin(asked.work, asked.context, asked.done)
        finally:
            self._is_beginning = False

    def _has_waited(self, asked: _Asked) -> bool:
        return time.monotonic() - asked.since > PATIENCE

    def _begin(self, work: Work, context: Context, done: Callable[[Any], None]) -> None:
        fibre = self._idle.pop() if self._idle else Fibre()
        context.run(SHARER.set, fibre)
        fibre.gr_context = context
        fibre.done = done
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
        if self._asked:
            self._begin_others()

    def _watch(self, fibre: "Fibre", wish: _Socket) -> None:
        self._waiting[fibre] = wish
        if wish.wanted == Wait.R:
            fibre.ear = self._ear_at(wish.connection)
            fibre.ear.fibre = fibre
        else:
            number = wish.connection.socket
            if wish.wanted & Wait.R:
                self._loop.add_reader(number, self._ready, fibre, Ready.R)
            self._loop.add_writer(number, self._ready, fibre, Ready.W)
        self._look_later()

    def _ready(self, fibre: "Fibre", ready: int) -> None:
        """:param ready: 0 where it is over."""
        wish = self._waiting.pop(fibre)
        if fibre.ear is not None:
            fibre.ear.fibre = None
            fibre.ear = None
        else:
            self._loop.remove_reader(wish.connection.socket)
            self._loop.remove_writer(wish.connection.socket)
        self._go_on(fibre, ready)

    def _ear_at(self, connection: Any) -> _Ear:
        ear = self._ears.get(connection.socket)
        if ear is None or ear.connection() is not connection:
            if ear is not None:
                self._leave(ear)
            ear = self._ears[connection.socket] = _Ear(connection)
            self._loop.add_reader(ear.number, self._heard, ear)
        return ear

    def _heard(self, ear: _Ear) -> None:
        """An answer; where nobody waits for one, the end of the connection, or as good as that."""
        if ear.fibre is None:
            self._leave(ear)
        else:
            self._ready(ear.fibre, Ready.R)

    def _leave(self, ear: _Ear) -> None:
        self._loop.remove_reader(ear.number)
        os.close(ear.number)
        self._ears = {at: each for at, each in self._ears.items() if each is not ear}

    def _look_later(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._loop.call_later(LOOK_EVERY, self._look)

    def _look(self) -> None:
        self._is_looking = False
        now = time.monotonic()
        for fibre in [each for each, wish in self._waiting.items() if wish.until < now]:
            self._ready(fibre, 0)
        self._begin_others()
        if self._waiting or self._asked:
            self._look_later()


class Fibre(greenlet):  # type: ignore[misc]
    """Does one piece of work after another, each a request; an `oidc.aside.Sharer`."""

    done: Any = None
    ear: _Ear | None = None
    """Where it waits for nothing but an answer."""

    def __init__(self) -> None:
        super().__init__(self._live)

    def wait(self, generator: Any, connection: Any, seconds: float) -> Any:
        """:raises TimeoutError: and the generator is stopped."""
        until = time.monotonic() + seconds
        try:
            wanted = next(generator)
            while True:
                ready = self._others_go_on(_Socket(connection, wanted, until))
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
