"""The server access tokens of WeChat apps (``POST /cgi-bin/stable_token``).

In normal mode every caller gets the same token until shortly before its end, so that several
processes, and the owner's other systems, do not invalidate each other's.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from federation.credentials import Credential
from federation.errors import Misconfigured, Unavailable
from federation.ports import Clock
from federation.wechat.refusals import STALE_TOKEN, check
from federation.wechat.transport import Answer, Transport

EARLY = 300
"""Seconds before its end from which a token is fetched anew."""
SHORTEST = 30
FORCE_EVERY = 7200
"""Seconds between forced renewals; WeChat allows twenty a day for all processes together."""


@dataclass(frozen=True)
class _Token:
    value: str = field(repr=False)
    valid_until: int


class ServerTokens:
    """One token per app, fetched by one caller while the others wait for that caller's answer."""

    def __init__(self, transport: Transport, ages: Clock) -> None:
        """:param ages: a clock that is never set back."""
        self._transport = transport
        self._ages = ages
        self._lock = threading.Lock()
        self._tokens: dict[str, _Token] = {}
        self._fetching: dict[str, Future[str]] = {}
        self._forced_at: dict[str, int] = {}

    def call(self, app: Credential, send: Callable[[str], Answer]) -> Answer:
        """What ``send(token)`` answers, with a token that WeChat takes.

        A stale token is fetched again and the call repeated once; only if WeChat still insists
        (40001) the token is renewed by force, at most once in two hours. A call that is refused
        for its token has not spent the codes in it.
        """
        token = self._get(app)
        answer = send(token)
        if answer.errcode not in STALE_TOKEN:
            return answer
        self._drop(app, token)
        token = self._get(app)
        answer = send(token)
        if answer.errcode == 40001 and self._may_force(app):
            self._drop(app, token)
            answer = send(self._get(app, force=True))
        return answer

    def check(self, app: Credential) -> None:
        """Asks for a token and keeps none. Raises ``Misconfigured`` or ``Unavailable``."""
        self._fetch(app, force=False)

    def _get(self, app: Credential, *, force: bool = False) -> str:
        with self._lock:
            token = self._tokens.get(app.id)
            if token and token.valid_until > self._ages():
                return token.value
            fetching = self._fetching.get(app.id)
            is_ours = fetching is None
            if fetching is None:
                fetching = self._fetching[app.id] = Future()
        # No lock is held across the call to WeChat: the others wait for its result.
        if is_ours:
            self._fetch_into(fetching, app, force)
        return fetching.result()

    def _fetch_into(self, fetching: "Future[str]", app: Credential, force: bool) -> None:
        try:
            token = self._fetch(app, force)
        except BaseException as error:
            with self._lock:
                del self._fetching[app.id]
            fetching.set_exception(error)
            return
        with self._lock:
            self._tokens[app.id] = token
            del self._fetching[app.id]
        fetching.set_result(token.value)

    def _fetch(self, app: Credential, force: bool) -> _Token:
        body: dict[str, str | bool] = {
            "grant_type": "client_credential",
            "appid": app.id,
            "secret": app["secret"],
        }
        if force:
            body["force_refresh"] = True
        answer = self._transport.post("/cgi-bin/stable_token", {}, body, app_id=app.id)
        if answer.errcode == 40001:
            # Here it is the AppSecret that is wrong, not a token.
            raise Misconfigured("errcode 40001", credential_id=app.id, errcode=40001)
        check(answer, app.id)
        value = answer.text("access_token")
        if value is None:
            raise Unavailable("stable_token: no access_token")
        return _Token(value, self._ages() + max(_seconds(answer) - EARLY, SHORTEST))

    def _drop(self, app: Credential, stale: str) -> None:
        """Forgets the token that WeChat refused, unless somebody has fetched a newer one."""
        with self._lock:
            token = self._tokens.get(app.id)
            if token and token.value == stale:
                del self._tokens[app.id]

    def _may_force(self, app: Credential) -> bool:
        with self._lock:
            now = self._ages()
            if now - self._forced_at.get(app.id, now - FORCE_EVERY) < FORCE_EVERY:
                return False
            self._forced_at[app.id] = now
            return True


def _seconds(answer: Answer) -> int:
    try:
        return int(answer.document.get("expires_in", 0))
    except (TypeError, ValueError):
        return 0
