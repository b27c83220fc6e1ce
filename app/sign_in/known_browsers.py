"""Browsers in which somebody has signed in before: strangers' tries do not count against them.

A cookie holds, sealed, a number of the browser and the names that signed in there. It opens
nothing: its tries are counted by the number, instead of together with those of strangers.
"""

import json
import secrets
from dataclasses import dataclass, field

from flask import Response, current_app, request

from app.web.client_address import address_counted
from oidc.crypto.keyring import digest_of
from oidc.provider import current_provider

COOKIE = "qiao_known"
LIFETIME = 180 * 86400
"""Seconds after the last sign-in by a name for which it stays known."""
MOST = 5
"""Names of one browser; the one that was longest away goes first."""
_PURPOSE = "known browser"
_LONGEST = 2000


@dataclass
class _Known:
    number: str = ""
    names: dict[str, int] = field(default_factory=dict)
    """Digests, each with the second until which it is known."""


def number_of(kind: str, username: str) -> str | None:
    """The number of this browser, if this name has signed in here; None if not.

    :param kind: ``person`` or ``admin``.
    """
    known = _read()
    return known.number if _digest(kind, username) in known.names else None


def number_or_address() -> str:
    """What limits count by that nobody else may use up: strangers share an address with others."""
    return _read().number or address_counted()


def remember(response: Response, kind: str, username: str) -> Response:
    """Puts into the cookie that this name has signed in here, all its factors proven."""
    known = _read()
    names = known.names | {_digest(kind, username): current_provider().clock() + LIFETIME}
    kept = dict(sorted(names.items(), key=lambda each: -each[1])[:MOST])
    said = json.dumps([known.number or secrets.token_urlsafe(16), kept])
    secure = current_provider().settings.secure
    response.set_cookie(
        _name(),
        current_provider().keyring.seal(said.encode(), _PURPOSE),
        max_age=LIFETIME,
        secure=secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _read() -> _Known:
    sealed = request.cookies.get(_name(), "")
    try:
        number, names = json.loads(current_provider().keyring.unseal(sealed[:_LONGEST], _PURPOSE))
    except ValueError:
        return _Known()
    now = current_provider().clock()
    return _Known(number, {name: until for name, until in names.items() if until > now})


def _digest(kind: str, username: str) -> str:
    return digest_of(f"{kind} {username}")[:24]


def _name() -> str:
    return f"__Host-{COOKIE}" if current_app.extensions["settings"].secure else COOKIE
