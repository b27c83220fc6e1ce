"""Applications that tests share: building one costs more than most tests do.

Each test has one that is as new: what remembers between requests is made anew for it, and the
databases are emptied by whoever owns them. What is kept are the routes, the compiled templates and
statements, the connections, and the signing keys that were opened.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.engine import URL

from app.accounts.passwords import Passwords
from app.database import db
from app.factory import create_app, setup_services
from app.settings import Settings
from app.web.limit_storage import SharedStorage
from app.web.rate_limits import limiter
from oidc.outbound.http_client import Outbound

CHEAP = Passwords.with_costs(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Passwords at a cost that is right for tests alone."""
KEPT = 12
"""Applications; each holds a few connections."""

Key = tuple[Settings, Callable[[], int]]


class Applications:
    """One for the process, as the limiter is that all applications of a process have."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Flask] = OrderedDict()
        self._lent: set[Flask] = set()
        self._outbound: dict[Flask, Outbound] = {}

    def lend(
        self,
        settings: Settings,
        clock: Callable[[], int],
        *,
        shared: bool = True,
        outbound: Outbound | None = None,
        **elements: Any,
    ) -> Flask:
        """An application as new, until it is given back; another one when it is lent already.

        :param shared: False for one that nobody is to have after this test.
        :param outbound: how it reaches other servers, in this test alone.
        :param elements: other sources, grants or claims; for one that is not shared.
        """
        app = self._kept.get((settings, clock))
        if not shared or app is None or app in self._lent or self._counts_elsewhere():
            app = create_app(settings, clock, **elements)
            if shared:
                self._keep((settings, clock), app)
        else:
            limiter.reset()
        provider = app.extensions["oidc"]
        known = self._outbound.setdefault(app, provider.outbound)
        provider.keys.forget()
        setup_services(app, settings, clock, keys=provider.keys, outbound=outbound or known)
        app.extensions["passwords"] = CHEAP
        app.testing = True
        self._lent.add(app)
        return app

    def give_back(self, app: Flask) -> None:
        """Ends what the test began in its databases; closes the connections of one not kept."""
        self._lent.discard(app)
        with app.app_context():
            db.session.remove()
        if app not in self._kept.values():
            self._outbound.pop(app, None)
            _dispose(app)

    def forget(self, url: URL | None = None) -> None:
        """Closes the connections of all that use this database, or of all."""
        for key in [key for key in self._kept if url in (None, key[0].database_url)]:
            _dispose(self._kept.pop(key))

    def _counts_elsewhere(self) -> bool:
        """Whether the last application that was built made the limiter count in Redis."""
        return isinstance(limiter.storage, SharedStorage)

    def _keep(self, key: Key, app: Flask) -> None:
        if key[0].redis_url is None and key not in self._kept:
            self._kept[key] = app
            while len(self._kept) > KEPT:
                _dispose(self._kept.popitem(last=False)[1])


def _dispose(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


APPLICATIONS = Applications()
