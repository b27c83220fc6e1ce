"""Answers that scripts queue in place of the real ones: errors, slowness, silence, garbage."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: ``before``: the endpoint does nothing, so a code stays unused. ``after``: it does its work (the
#: code is consumed) and only then is the queued answer given.
When = Literal["before", "after"]

Garbage = Literal["html", "empty", "truncated", "binary", "list", "huge"]

GARBAGE: dict[Garbage, bytes] = {
    "html": "<html><head><title>502 Bad Gateway</title></head>网关错误</html>".encode("gbk"),
    "empty": b"",
    "truncated": b'{"openid":"oTruncat',
    "binary": bytes(range(256)),
    "list": b'["openid"]',
    "huge": b'{"openid":"' + b"o" * 20_000_000 + b'"}',
}


@dataclass
class QueuedAnswer:
    """What the next calls of one endpoint get.

    :param endpoint: the path, or ``*`` for every server API.
    :param appid: only calls of this app; empty: of every app.
    :param times: calls left; 0 means every call until the queue is emptied.
    :param delay: seconds to wait, before or after the work, as ``when`` says.
    :param dead: close the connection without an answer.
    """

    number: int
    endpoint: str
    appid: str = ""
    times: int = 1
    when: When = "before"
    errcode: int | None = None
    errmsg: str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    garbage: Garbage | None = None
    delay: float = 0.0
    dead: bool = False

    @property
    def replaces(self) -> bool:
        """Whether the endpoint's own answer is withheld (a delay alone withholds nothing)."""
        return (
            self.dead
            or self.errcode is not None
            or self.status is not None
            or self.body is not None
            or self.garbage is not None
        )

    def covers(self, endpoint: str, appid: str) -> bool:
        return self.endpoint in ("*", endpoint) and self.appid in ("", appid)


class Answers:
    """Queued answers, first in first out among those that fit a call."""

    def __init__(self) -> None:
        self._queue: list[QueuedAnswer] = []
        self._numbers = itertools.count(1)

    def next_number(self) -> int:
        return next(self._numbers)

    def add(self, answer: QueuedAnswer) -> None:
        self._queue.append(answer)

    def take(self, endpoint: str, appid: str) -> QueuedAnswer | None:
        """The first answer that fits this call, counted down, or None."""
        for answer in self._queue:
            if answer.covers(endpoint, appid):
                self._count_down(answer)
                return answer
        return None

    def waiting(self) -> list[QueuedAnswer]:
        return list(self._queue)

    def clear(self) -> None:
        self._queue.clear()

    def _count_down(self, answer: QueuedAnswer) -> None:
        if answer.times == 0:
            return
        answer.times -= 1
        if answer.times == 0:
            self._queue.remove(answer)
