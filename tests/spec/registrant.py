"""Somebody who writes an application and registers it over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.web.rate_limits import limiter
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Deployment, build_deployment, close
from tests.relying_party import RelyingParty
from tests.sandbox_server import LiveSandbox

INITIAL_TOKEN = "the initial access token of these tests"


@dataclass
class Registrant:
    """:param token: the initial access token, where one is wanted."""

    deployment: Deployment
    token: str | None = None

    def register(self, **metadata: Any) -> Any:
        return self.post({"redirect_uris": [CALLBACK], "client_name": "Shop", **metadata})

    def post(self, document: Any, **options: Any) -> Any:
        http = self.deployment.app.test_client(use_cookies=False)
        return http.post("/register", json=document, headers=bearer(self.token), **options)

    def manage(self, method: str, registered: Any, **options: Any) -> Any:
        """A request to the client's own address, with its own token unless told otherwise."""
        token = options.pop("token", registered["registration_access_token"])
        http = self.deployment.app.test_client(use_cookies=False)
        path = f"/register/{registered['client_id']}"
        return http.open(path, method=method, headers=bearer(token), **options)

    def application(self, registered: Any) -> RelyingParty:
        http = self.deployment.app.test_client(use_cookies=False)
        secret = registered.get("client_secret")
        return RelyingParty(
            http, registered["client_id"], secret, registered["redirect_uris"][0], scope="openid"
        )


def bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


@contextmanager
def registering(
    database: Database, wechat: LiveSandbox, clock: TestClock, **settings: Any
) -> Iterator[Registrant]:
    """A deployment where clients may register themselves."""
    deployment = build_deployment(database, wechat, clock, **{"registration": "open", **settings})
    limiter.reset()
    try:
        yield Registrant(deployment, settings.get("registration_token"))
    finally:
        close(deployment)
        database.empty()
