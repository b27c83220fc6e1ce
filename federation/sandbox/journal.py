"""What was called, for scripts that ask; no secret, code, token or phone number stands in it."""

import hashlib
import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

#: Parameters that are told by a fingerprint: enough to see that two calls sent the same value.
SECRET_PARAMETERS = frozenset(
    {
        "secret",
        "js_code",
        "code",
        "access_token",
        "refresh_token",
        "checkcode",
        "authorization_code",
        "authorizer_refresh_token",
        "component_access_token",
        "component_appsecret",
        "component_verify_ticket",
        "signature",
        "encrypted_msg_hash",
    }
)

KEPT = 5000


@dataclass
class Call:
    """One call of a server API; ``status`` is None while it is not, or never was, answered."""

    number: int
    at: int
    method: str
    path: str
    appid: str
    parameters: Mapping[str, object]
    status: int | None = None
    errcode: int | None = None
    queued: int | None = None
    milliseconds: int | None = None


class Journal:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)

    def begin(
        self, at: int, method: str, path: str, appid: str, parameters: Mapping[str, object]
    ) -> Call:
        call = Call(next(self._numbers), at, method, path, appid, redacted(parameters))
        self._calls.append(call)
        return call

    def calls(self, path: str = "", appid: str = "", after: int = 0) -> list[Call]:
        """The calls that fit; empty words fit everything, ``after`` is a call's number."""
        return [
            call
            for call in list(self._calls)
            if path in ("", call.path) and appid in ("", call.appid) and call.number > after
        ]

    def clear(self) -> None:
        self._calls.clear()


def redacted(parameters: Mapping[str, object]) -> dict[str, object]:
    """The parameters with a fingerprint in place of whatever must not be written down."""
    return {
        name: fingerprint(value) if name in SECRET_PARAMETERS else value
        for name, value in parameters.items()
    }


def fingerprint(value: object) -> str:
    return "***" + hashlib.sha256(str(value).encode()).hexdigest()[:8] if value else ""
