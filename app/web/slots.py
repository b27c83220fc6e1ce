"""Sign-ins take turns at the processor, so that many at once leave room for everybody else.

Python runs one thread of a process at a time. A token request asks for it again after every
statement, and behind two hundred sign-ins that all have work to do it would be the last each
time. So only a few sign-ins are let in at once. One that waits for a source works on nothing and
gives its turn away meanwhile.

This is a courtesy, not a limit: whoever has waited long enough goes ahead without a turn, and so
nobody can keep others out by being slow.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from flask import request

from app.web.application import QiaoFlask
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS, below

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SLOTS = 2
"""Sign-ins that work at once; one more than can run, for while one waits for the database."""
PATIENCE = 2.0
"""Seconds after which a sign-in goes ahead without a turn."""
SIGN_INS = (
    "/federation/v1/tickets",
    "/sign-in",
    ENDPOINT_PATHS["authorization_challenge_endpoint"],
)
"""Where requests begin that may wait for a source."""

is_sign_in = below(SIGN_INS)
_SLOT = "qiao.turn"


class _Slot:
    """One request's place among those that work."""

    def __init__(self, places: BoundedSemaphore, patience: float) -> None:
        self._places = places
        self._patience = patience
        self._held = False

    def take(self) -> None:
        self._held = self._places.acquire(timeout=self._patience)

    def give(self) -> None:
        if self._held:
            self._held = False
            self._places.release()


class SignInSlots:
    """WSGI middleware that lets ``slots`` sign-ins in at once, and everything else at any time.

    :param patience: seconds that a sign-in waits for its turn at most.
    """

    def __init__(
        self, inside: "WSGIApplication", slots: int = SLOTS, patience: float = PATIENCE
    ) -> None:
        self._inside = inside
        self._places = BoundedSemaphore(slots)
        self._patience = patience

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if not is_sign_in(environ.get("PATH_INFO", "")):
            return self._inside(environ, start)
        slot = environ[_SLOT] = _Slot(self._places, self._patience)
        slot.take()
        try:
            return self._inside(environ, start)
        finally:
            slot.give()


def setup_sign_in_slots(app: QiaoFlask) -> None:
    app.lead_through(SignInSlots(app.serve), SIGN_INS)


@contextmanager
def slot_released() -> Iterator[None]:
    """For while this request waits for somebody else; afterwards it waits for another turn."""
    slot: _Slot | None = request.environ.get(_SLOT)
    if slot is None:
        yield
        return
    slot.give()
    try:
        yield
    finally:
        slot.take()
