"""How often one address may do what costs something: one limiter for the whole product."""

import time
from collections.abc import Callable
from math import ceil
from typing import Any, cast

from flask import Flask, Response, after_this_request, current_app, g
from flask_limiter import Limiter
from limits import parse_many
from werkzeug.exceptions import HTTPException, TooManyRequests

from app.web.client_address import address_counted
from app.web.limit_storage import SCHEME
from app.web.redis_circuit import RedisCircuit
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
"""Above what a busy deployment opens, below what sources draw codes for (5,000 a minute)."""
CONFIRMATIONS_OF_CONNECTION = "3000/minute"
SHORTLY = 60
"""Seconds after which asking again makes sense when nobody knows better."""

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


limiter = _Limiter(key_func=address_counted)


def setup_limits(
    app: Flask, redis_url: str | None = None, circuit: RedisCircuit | None = None
) -> None:
    """Counts in Redis when there are several nodes, in this process otherwise.

    Should Redis be away, each node counts for itself: people can sign in all the same.
    """
    app.config.setdefault("RATELIMIT_STRATEGY", "moving-window")
    if redis_url:
        app.config.setdefault("RATELIMIT_STORAGE_URI", f"{SCHEME}+{redis_url}")
        options = {"circuit": circuit or RedisCircuit()}
        app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", options)
    app.config.setdefault("RATELIMIT_STORAGE_URI", "memory://")
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


def allows(rule: str, *of: str) -> bool:
    """Counts one more of something that no single route stands for; False when it is too much.

    :param rule: such as ``600/minute``, or several with semicolons between them.
    :param of: what is counted, such as ``("tickets", connection_id)``.
    """
    return seconds_until_free(rule, *of) is None


def seconds_until_free(rule: str, *of: str) -> int | None:
    """Counts one more, as `allows`; when it is too much, the seconds until one fits again."""
    if not limiter.enabled:
        return None
    counted = all(limiter.limiter.hit(each, *of) for each in parse_many(rule))
    return None if counted else _seconds_left(rule, of)


def _seconds_left(rule: str, of: tuple[str, ...]) -> int:
    stats = [limiter.limiter.get_window_stats(each, *of) for each in parse_many(rule)]
    full = [window.reset_time for window in stats if window.remaining <= 0]
    return seconds_left(max(full, default=0))


def seconds_left(ends: float) -> int:
    """How long to wait for a moment of the limiter's own clock; a second at least."""
    return max(1, ceil(ends - time.time()))


def check(rule: str, *of: str) -> None:
    """As `allows`, for views: too much is answered like any other limit.

    :raises werkzeug.exceptions.TooManyRequests: when it is too much.
    """
    wait = seconds_until_free(rule, *of)
    if wait is not None:
        raise TooManyRequests(retry_after=wait)


def seconds_until_next(refused: HTTPException) -> int:
    """After how many seconds what was refused by a limit, or by tries used up, is taken again."""
    known = getattr(refused, "retry_after", None)
    return known if isinstance(known, int) else seconds_to_wait()


def seconds_to_wait() -> int:
    """After how many seconds the limit that was just hit lets the next request through."""
    hit = limiter.current_limit
    return max(1, int(hit.reset_at - time.time())) if hit else 60
