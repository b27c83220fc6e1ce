"""The WSGI application as uvicorn calls it: with whole requests alone, in threads.

Those of the protocol come another way, see `app.serving.brief`.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from app.database_budget import BUDGET, Budget
from app.serving.access import Counter, tell
from app.serving.answer import Answer, refusal, run
from app.serving.bounds import UPLOADS, Bounds
from app.serving.constants import Constants
from app.serving.environ import OF_THE_BODY, Ambiguous, Body, environ_of
from app.serving.fibres import Fibres, always
from app.serving.threads import Threads
from app.web.slots import is_sign_in
from app.web.waiting import PLACE, Bells, Place
from oidc.endpoints.constant import STILL_SO

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Load = Callable[[], Mapping[str, tuple[int, int]]]
"""Tells of each kind of thread how many are busy, and how many there may be."""
Counting = Callable[[Load], Counter]
"""Begins to count."""
log = logging.getLogger(__name__)

IN_MEMORY = 1024 * 1024
"""Bytes of a file that is sent to us; a longer one lies on the disk."""
NOTED = "qiao.noted"
"""Where the application leaves what it has noted of a request, in what WSGI calls environ."""


class Gone(Exception):
    """Nobody is there any more who would read an answer."""


class Adapter:
    """:param threads: requests that are worked on at once; as many sign-ins besides.

    :param state: what connections go by, see `PatientProtocol`; begun by calling it.
    :param counting: counts the answers; begun when the server is.
    :param end: called when nothing is asked any more.
    :param is_brief: whether a request for this path waits for nothing but a database that lets the
        loop wait; `may_begin` tells whether there is a connection for one more.
    """

    def __init__(
        self,
        inside: "WSGIApplication",
        bells: Bells,
        threads: int,
        bounds: Bounds,
        state: Callable[[], dict[str, Any]],
        counting: Counting | None = None,
        end: Callable[[], None] | None = None,
        is_brief: Callable[[str], bool] = frozenset[str]().__contains__,
        may_begin: Callable[[], bool] = always,
    ) -> None:
        self._inside = inside
        self._bells = bells
        self._most = threads
        self._bounds = bounds
        self._state = state
        self._constants = Constants()
        self._counting = counting
        self._end = end
        self.is_brief = is_brief
        self._may_begin = may_begin
        self._count: Counter | None = None
        self._bodies = 0
        """Bytes of bodies that have not arrived whole."""
        self._uploads = 0

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        begun = time.monotonic()
        try:
            status = await self._serve(scope, receive, send)
        except Gone:
            return
        tell(scope["client"], scope["method"], scope["raw_path"], status, begun)

    async def _live(self, scope: Any, receive: Receive, send: Send) -> None:
        await receive()
        # Sign-ins wait for their source; however many do, others find a thread.
        self._threads = Threads(self._most, "request")
        self._sign_ins = Threads(self._most, "sign-in")
        self._fibres = Fibres(self._threads, self._may_begin)
        if self._counting is not None:
            self._count = self._counting(self._load)
        scope["state"].update(self._state(), briefs=self)
        scope["state"].update(constants=self._constants, count=self._count)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for threads in (self._threads, self._sign_ins):
            threads.end()
        if self._end is not None:
            self._end()
        await send({"type": "lifespan.shutdown.complete"})

    def _load(self) -> dict[str, tuple[int, int]]:
        requests = self._threads.under_way + self._fibres.under_way
        return {
            "request": (requests, self._most),
            "sign-in": (self._sign_ins.under_way, self._most),
        }

    async def _serve(self, scope: Any, receive: Receive, send: Send) -> int:
        size = _declared(scope["headers"])
        body, most = b"", self._bounds.body_bytes_of(scope["path"])
        if size is None or 0 < size <= most:
            if scope["path"] in UPLOADS:
                return await self._uploaded(scope, most, receive, send)
            taken = await self._body(receive, most)
            if taken is None:
                return await _refused(send)
            body, size = taken, len(taken)
            if size > most:
                body = b""  # the application refuses it by its size
        return await self._asked(scope, body, size, receive, send)

    async def _uploaded(self, scope: Any, most: int, receive: Receive, send: Send) -> int:
        """The same with a file. :raises Gone:"""
        with SpooledTemporaryFile(IN_MEMORY) as file:
            size = await self._upload(receive, most, file)
            if size is None:
                return await _refused(send)
            body = b"" if size > most else file
            return await self._asked(scope, body, size, receive, send)

    async def _body(self, receive: Receive, most: int) -> bytes | None:
        """All of it, or more than may be; None where there is no room. :raises Gone:"""
        message = await _next(receive)
        if not message["more_body"]:
            return message["body"]  # type: ignore[no-any-return]
        body = bytearray(message["body"])
        held = 0
        try:
            while message["more_body"] and len(body) <= most:
                if self._bodies - held + len(body) > self._bounds.bodies:
                    return None
                self._bodies += len(body) - held
                held = len(body)
                message = await _next(receive)
                body += message["body"]
        finally:
            self._bodies -= held
        return bytes(body)

    async def _upload(self, receive: Receive, most: int, into: IO[bytes]) -> int | None:
        """Bytes that arrived, or more than may be; None where there is no room. :raises Gone:"""
        if self._uploads == self._bounds.uploads:
            return None
        self._uploads += 1
        size, more = 0, True
        try:
            while more and size <= most:
                message = await _next(receive)
                size += into.write(message["body"])
                more = message["more_body"]
        finally:
            self._uploads -= 1
        return size

    async def _asked(self, scope: Any, body: Body, size: int, receive: Receive, send: Send) -> int:
        """Asks the application, as often as it wants to be, and sends what it says."""
        threads = self._sign_ins if is_sign_in(scope["path"]) else self._threads
        context = Context()  # one for all of it: another thread can close what a view has opened
        rung = asyncio.Event()
        place = Place(self._bells, partial(threads.loop.call_soon_threadsafe, rung.set))
        begun = time.monotonic()
        # Who waits behind those that wait for a source does not wait for the database.
        since = None if threads is self._sign_ins else begun
        ask = partial(context.run, self._ask, scope, body, size, place)
        try:
            answer = await threads.run(partial(ask, since))
            while place.wanted:
                await _rung(rung, place.patience, receive)
                rung.clear()
                answer = await threads.run(ask)
        finally:
            place.leave()
        if self._count is not None:
            took = time.monotonic() - begun
            self._count(scope["method"], answer.noted, answer.status, answer.body, took)
        await _send_head(send, answer)
        if answer.rest is None:
            await send({"type": "http.response.body", "body": answer.body})
        else:
            context.run(BUDGET.set, None)
            rest = partial(threads.run, partial(context.run, next, answer.rest, None))
            await _send_parts(answer.body, rest, receive, send)
            await threads.run(partial(context.run, answer.rest.close))
        return answer.status

    def ask_briefly(self, scope: Any, body: bytes, done: Callable[[Answer], None]) -> None:
        """Asks the application in the thread of the loop, where the path `is_brief`."""
        ask = partial(self._ask, scope, body, len(body), None, time.monotonic())
        self._fibres.run(ask, Context(), done)

    def _ask(
        self, scope: Any, body: Body, size: int, place: Place | None, since: float | None = None
    ) -> Answer:
        """:param place: None where nobody waits for anything to happen.

        :param since: from when on it waits for the database, on the monotonic clock.
        """
        if scope["path"] not in UPLOADS:  # a file is kept as it comes, in as long as that takes
            BUDGET.set(Budget(0.0 if since is None else time.monotonic() - since))
        try:
            environ = environ_of(scope, body, size)
            if place is not None:
                place.wanted = False
                environ[PLACE] = place
            path: str = environ["PATH_INFO"]
            answer = run(self._inside, environ)
            if place is None:
                answer.end()
            answer.noted = environ.get(NOTED)
            if STILL_SO in environ:
                self._constants.keep(scope, path, answer, environ[STILL_SO])
            return answer
        except Ambiguous:
            return refusal(400)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            return refusal(500)


async def _refused(send: Send) -> int:
    await _send_head(send, answer := refusal(503))
    await send({"type": "http.response.body", "body": answer.body})
    return answer.status


def _declared(headers: list[tuple[bytes, bytes]]) -> int | None:
    """Bytes of the body; None where only its end will tell."""
    size: int | None = 0
    for name, value in headers:
        if name in OF_THE_BODY:
            size = int(value) if name == b"content-length" else None
    return size


async def _next(receive: Receive) -> Any:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    return message


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _rung(rung: asyncio.Event, patience: float, receive: Receive) -> None:
    """Returns when it is, or after so many seconds. :raises Gone:"""
    gone, heard = (asyncio.ensure_future(each) for each in (_until_gone(receive), rung.wait()))
    try:
        await asyncio.wait((gone, heard), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            raise Gone
    finally:
        gone.cancel()
        heard.cancel()


async def _send_head(send: Send, answer: Answer) -> None:
    start = "http.response.start"
    await send({"type": start, "status": answer.status, "headers": answer.headers})


async def _send_parts(
    part: bytes | None, following: Callable[[], Awaitable[Any]], receive: Receive, send: Send
) -> None:
    """Each is made when the one before has been taken; none when nobody is there."""
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        while part is not None and not gone.done():
            await send({"type": "http.response.body", "body": part, "more_body": True})
            part = await following()
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
