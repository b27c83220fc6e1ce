"""How often one address may do what costs something: one limiter for the whole product."""

import time
from collections.abc import Callable
from ipaddress import IPv6Network
from typing import Any, cast

from flask import Flask, Response, after_this_request, current_app, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from limits.errors import StorageError
from werkzeug.exceptions import TooManyRequests

from oidc.protocol.endpoint_paths import REGISTRATION_PATH

REGISTRATIONS = "60/minute;600/hour"
"""From one address; a certification run makes about twenty a minute."""

FETCHES = "10/minute;100/hour"
"""Addresses that one stranger may have us fetch: documents of applications not met before."""

PARKED = "1200/minute"
"""Requests that one address may have kept for people whom we do not know yet: each is a row for
half an hour. Far above what the desks of a company begin; it bounds what a stranger can fill."""

TICKETS_OF_ADDRESS = "300/minute"
CONFIRMATIONS_OF_ADDRESS = "300/minute"
"""Behind one address may be the phones of a mobile network or the desks of a company; what could
be guessed or used up is counted by ticket and by connection."""
TICKETS_OF_CONNECTION = "3000/minute"
"""Above what a busy deployment opens, below what WeChat draws codes for (5,000 a minute)."""
CONFIRMATIONS_OF_CONNECTION = "3000/minute"
SHORTLY = 60
"""Seconds after which a limit counted by the minute lets the next one through for certain."""

_HOOKS = "rate_limit_hooks"


class _Limiter(Limiter):
    """Does afterwards, for a request that has met a limit, what Flask-Limiter would do for all."""

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        if not g.get(_HOOKS):
            setattr(g, _HOOKS, True)
            for hook in current_app.extensions[_HOOKS]:
                after_this_request(hook)
        super()._check_request_limit(callable_name, in_middleware)


limiter = _Limiter(key_func=get_remote_address)


def setup_limits(app: Flask, redis_url: str | None = None) -> None:
    """Counts in Redis when there are several nodes, in this process otherwise.

    Should Redis be away, each node counts for itself: people can sign in all the same.
    """
    app.config.setdefault("RATELIMIT_STORAGE_URI", redis_url or "memory://")
    app.config.setdefault("RATELIMIT_STRATEGY", "moving-window")
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", bool(redis_url))
    if redis_url:
        app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", {"wrap_exceptions": True})
    hooks = _Hooks(app)
    limiter.init_app(cast(Flask, hooks))
    app.extensions[_HOOKS] = hooks.after


class _Hooks:
    """The application as Flask-Limiter gets to see it: its hooks are kept aside, not run for all.

    A decorated view checks its own limits. The hooks look for limits of the whole application, of
    which there are none, and would cost a token request about a third of its time outside the
    database. What a decorated view needs afterwards is counting failures only (``deduct_when``);
    what is remembered of a request goes with the request.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.after: list[Callable[[Response], Response]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)

    def before_request(self, hook: Callable[[], None]) -> None:
        """Nothing: see above."""

    def after_request(self, hook: Callable[[Response], Response]) -> None:
        self.after.append(hook)

    def teardown_request(self, hook: Callable[[BaseException | None], None]) -> None:
        """Nothing: see above."""


def limit_registration(app: Flask) -> None:
    """Registration writes a row, and may make us fetch an address, for anybody who asks."""
    name = f"oidc.register:{REGISTRATION_PATH}"
    view: Any = app.view_functions[name]
    app.view_functions[name] = limiter.limit(REGISTRATIONS)(view)


def address() -> str:
    """Where this request comes from; of IPv6 the network, in which one person has every address."""
    remote = get_remote_address()
    return remote if ":" not in remote else str(IPv6Network((remote.partition("%")[0], 64), False))


def allows(rule: str, *of: str) -> bool:
    """Counts one more of something that no single route stands for; False when it is too much.

    :param rule: such as ``600/minute``, or several with semicolons between them.
    :param of: what is counted, such as ``("tickets", connection_id)``.
    """
    return _asked(limiter.limiter.hit, rule, of)


def has_room(rule: str, *of: str) -> bool:
    """As `allows`, without counting."""
    return _asked(limiter.limiter.test, rule, of)


def _asked(question: Callable[..., bool], rule: str, of: tuple[str, ...]) -> bool:
    try:
        return not limiter.enabled or all(question(each, *of) for each in parse_many(rule))
    except StorageError:
        return True  # the other limits count in this process meanwhile; people can sign in


def check(rule: str, *of: str) -> None:
    """As `allows`, for views: too much is answered like any other limit.

    :raises werkzeug.exceptions.TooManyRequests: when it is too much.
    """
    if not allows(rule, *of):
        raise TooManyRequests(retry_after=SHORTLY)


def seconds_to_wait() -> int:
    """After how many seconds the limit that was just hit lets the next request through."""
    hit = limiter.current_limit
    return max(1, int(hit.reset_at - time.time())) if hit else 60
