"""Requests that wait for something to happen: long polls, without a thread or a connection.

A view listens first, then looks, and where there is nothing yet asks to be called again::

    poll = long_poll(f"ticket:{ticket_id}", seconds=25)
    found = look()
    if found is None and poll.may_wait:
        return poll.later()
    return told(found)

The server (`app.serving`) throws away what `later` gives, keeps the request with its body, and
calls the view again when the bell of that name is rung (`Bells.ring`) or the time is over; then
`may_wait` is False. Between two calls nothing of the request lives but its connection: the view's
session and context are gone, and so a view must not write before it waits. Where no such server
is in front (tests, another WSGI server) `may_wait` is always False, and the view answers at once.

A bell is rung in one process. What another node has done is found by asking for `Bells.names`
all together, from one thread, and ringing what has changed.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable

from flask import Response, request

MOST_SECONDS = 25
"""What proxies let a request be silent for is 30 seconds or more."""
MOST = 2000
"""Requests of a process that wait at once; whoever comes then is answered at once."""
PLACE = "qiao.place"


class Bells:
    """Names that requests wait for; safe for threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._waiting: defaultdict[str, set[Place]] = defaultdict(set)
        self._count = 0
        self.is_closed = False
        self._lock = threading.Lock()

    def ring(self, name: str) -> None:
        """Lets everybody who waits for this name look again; call it after the commit."""
        with self._lock:
            places = list(self._waiting.get(name, ()))
        for place in places:
            place.rung()

    def close(self) -> None:
        """Nobody waits any more: the server is about to stop."""
        with self._lock:
            self.is_closed = True
            places = [place for waiting in self._waiting.values() for place in waiting]
        for place in places:
            place.rung()

    def names(self) -> list[str]:
        """What is waited for now."""
        with self._lock:
            return list(self._waiting)

    def enter(self, name: str, place: "Place") -> bool:
        """Whether there was room."""
        with self._lock:
            if self.is_closed or self._count >= self._most:
                return False
            self._waiting[name].add(place)
            self._count += 1
            return True

    def leave(self, name: str, place: "Place") -> None:
        with self._lock:
            self._waiting[name].discard(place)
            self._count -= 1
            if not self._waiting[name]:
                del self._waiting[name]


class Place:
    """One request among those that wait; the server makes it, and keeps it between the calls.

    :param wake: called, in any thread, when the bell is rung.
    """

    def __init__(self, bells: Bells, wake: Callable[[], object]) -> None:
        self._bells = bells
        self._wake = wake
        self._name: str | None = None
        self.ends_at: float | None = None
        """When the waiting is over, on the monotonic clock; None before it was first asked for."""
        self.wanted = False
        """Whether the view asks to be called again."""
        self.within = MOST_SECONDS * 1.0
        """Seconds after which it wants to be, though nothing is heard."""

    def listen(self, name: str, seconds: float) -> bool:
        """From now on the bell of this name is heard; False where nobody may wait."""
        if self.ends_at is None:
            self.ends_at = time.monotonic() + min(seconds, MOST_SECONDS)
        if self._name != name:
            self.leave()
            if not self._bells.enter(name, self):
                return False
            self._name = name
        return not self._bells.is_closed and time.monotonic() < self.ends_at

    @property
    def patience(self) -> float:
        """Seconds from now after which the view is called again, rung or not."""
        ends_at = self.ends_at or 0.0
        return max(0.0, min(self.within, ends_at - time.monotonic()))

    def rung(self) -> None:
        self._wake()

    def leave(self) -> None:
        """When the request is answered, or nobody is there any more."""
        if self._name is not None:
            self._bells.leave(self._name, self)
            self._name = None


class LongPoll:
    """What a view holds; see above."""

    def __init__(self, place: Place | None, may_wait: bool) -> None:
        self._place = place
        self.may_wait = may_wait

    def later(self, within: float = MOST_SECONDS) -> Response:
        """An answer that nobody sees: the view is called again.

        :param within: seconds after which that happens although the bell was not rung.
        """
        assert self._place is not None
        self._place.wanted, self._place.within = True, within
        return Response(status=204)


def long_poll(name: str, seconds: float) -> LongPoll:
    """Listens for the bell of this name, for this request.

    :param seconds: how long the whole request may wait, from its first call on; 25 at most.
    """
    place: Place | None = request.environ.get(PLACE)
    return LongPoll(place, place is not None and place.listen(name, seconds))
