"""A deployment in one process for tests of pages and APIs: real services, an in-memory database,
and WeChat played by the sandbox over a real socket."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect
from werkzeug.test import TestResponse

from app.accounts.passwords import Passwords
from app.database import database_url, db
from app.enablement import sources
from app.settings import Settings
from federation import ConnectionFields, Federation
from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata
from oidc.protocol.authorization_request import AuthorizationRequest, ResponseTarget
from oidc.provider import Provider
from tests.applications import APPLICATIONS, CHEAP
from tests.conftest import TestClock
from tests.databases import create_tables, empty_tables
from tests.deployment import is_begun
from tests.sandbox_server import MINI_PROGRAM, OPEN_PLATFORM, LiveSandbox
from tests.wechat_apps import wechat_app

DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
PAGES = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""What a browser says that it takes (``Accept``)."""
BROWSER = "the-browser-that-began-it"
CALLBACK = "https://shop.example/callback"


@dataclass
class Site:
    """The deployment, and what tests say about it."""

    app: Flask
    provider: Provider
    federation: Federation
    clock: TestClock
    wechat: LiveSandbox
    passwords: ClassVar[Passwords] = CHEAP

    def client(self, name: str = "Shop", **metadata: Any) -> Client:
        """A registered application."""
        fields = {"redirect_uris": (CALLBACK,), "client_name": name, **metadata}
        client, _ = self.provider.clients.add(
            db.session(), ClientMetadata(**fields), client_id=f"client-{name.lower()}"
        )
        db.session.commit()
        return client

    def connection(self, client: Client, name: str = "wechat", **changes: Any) -> None:
        """A connection through the sandbox's mini program, on for this application."""
        fields = {
            "mode": "wechat-miniprogram",
            "display_name": {"en": "Sign in with WeChat", "zh": "使用微信登录"},
            "app_id": MINI_PROGRAM.appid,
        }
        self.federation.connections.create(
            db.session(), ConnectionFields(name, **{**fields, **changes})
        )
        wanted = sources.Enablement(client.client_id, name, enabled=True)
        sources.save(db.session(), self.clock, wanted, actor="test")
        db.session.commit()

    def park(self, client: Client, **asked: Any) -> str:
        """A parked authorization request of the test's browser; its id."""
        request = AuthorizationRequest(
            client.client_id,
            **{
                "scope": ("openid",),
                "response_target": ResponseTarget(client.client_id, CALLBACK),
                **asked,
            },
        )
        parked = self.provider.interactions.park(
            db.session(), request, lifetime=1800, browser=BROWSER
        )
        db.session.commit()
        return parked.id

    def phone(self) -> "Http":
        """A mini program: speaks HTTP and keeps no cookies."""
        return Http(self.app.test_client(use_cookies=False))

    def browser(
        self, agent: str = DESKTOP, *, cookie: str = BROWSER, language: str = "en"
    ) -> "Browser":
        client = self.app.test_client()
        client.set_cookie("qiao_browser", cookie)
        return Browser(client, agent, language)


class Http:
    """Sends requests that share nothing with the test but the database.

    Each one runs in an empty context: inside the test's own app context two requests would
    share ``flask.g``, as no two requests of a server do.
    """

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, path: str, **more: Any) -> TestResponse:
        return Context().run(self._client.get, path, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return Context().run(self._client.post, path, **more)


class Browser:
    """A browser without JavaScript: opens pages and sends the forms that it finds on them."""

    def __init__(self, client: FlaskClient, agent: str, language: str) -> None:
        self._client = client
        self._http = Http(client)
        self._headers = {"User-Agent": agent, "Accept-Language": language, "Accept": PAGES}

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._http.get(path, headers=self._headers, **more)

    def send(
        self, page: TestResponse, action: str, fields: Mapping[str, str] | None = None
    ) -> TestResponse:
        """Sends the page's form for ``action``, with its hidden fields and these.

        The one way to sign in that there is has been begun already: then that is the answer.
        """
        if is_begun(page, action):
            return page
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
        assert form, f"no form for {action} on the page"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
        return self.post(action, {**dict(hidden), **(fields or {})})

    def post(self, path: str, fields: Mapping[str, str]) -> TestResponse:
        return self._http.post(path, data=fields, headers=self._headers)

    def give_cookie(self, name: str, value: str, path: str = "/") -> None:
        self._client.set_cookie(name, value, path=path)

    def cookie(self, name: str, path: str = "/") -> str | None:
        found = self._client.get_cookie(name, path=path)
        return found.value if found else None


def build_site(wechat: LiveSandbox, clock: TestClock, **changes: Any) -> Site:
    """A deployment on an empty database, in memory unless ``database_url`` says otherwise."""
    settings = {
        "issuer": "http://127.0.0.1:8000",
        "secret_keys": ("a secret of a test with enough characters",),
        "database_url": database_url("sqlite://"),
        "wechat_api_base": wechat.url,
        "wechat_open_base": wechat.url,
        "wechat_sandbox": True,
        **changes,
    }
    app = APPLICATIONS.lend(Settings(**settings), clock)
    return Site(app, app.extensions["oidc"], app.extensions["federation"], clock, wechat)


def fill(site: Site) -> None:
    """Makes the tables, and the sandbox's mini program known; call in an app context."""
    site.wechat.advance(site.clock() - int(time.time()))
    if not inspect(db.engine).get_table_names():
        create_tables(db.engine)
    site.federation.credentials.of("wechat").create(
        db.session(),
        wechat_app(
            MINI_PROGRAM.appid,
            "miniprogram",
            MINI_PROGRAM.secret,
            original_id=MINI_PROGRAM.original_id or "",
            open_platform=OPEN_PLATFORM,
        ),
    )
    db.session.commit()


@contextmanager
def filled_site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    """With the sandbox's mini program and nothing else, within its app context."""
    site = build_site(wechat, clock)
    with site.app.app_context():
        fill(site)
        yield site
        close(site)


def close(site: Site) -> None:
    """Leaves nothing to the next test; call in an app context."""
    db.session.remove()
    empty_tables(db.engine)
    APPLICATIONS.give_back(site.app)
