"""The whole product on one of the three databases, with the sandbox as its WeChat."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select

from app.database import database_url, db
from app.enablement import sources
from app.factory import create_app
from app.management.services.clients import metadata_of
from app.settings import Settings
from federation import ConnectionFields
from oidc.clients.metadata import ClientMetadata
from oidc.database.models import SigningKeyRow
from oidc.outbound.http_client import Outbound
from oidc.provider import Provider
from tests.applications import APPLICATIONS
from tests.conftest import TestClock
from tests.databases import Database
from tests.relying_party import ISSUER, RelyingParty
from tests.sandbox_server import MINI_PROGRAM, MOBILE, OPEN_PLATFORM, LiveSandbox
from tests.wechat_apps import wechat_app

DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"
CALLBACK = "https://shop.example/callback"
RESOURCES = (
    "https://api.example/orders",
    "https://api.example/stock",
    "https://orders.example",
    "https://orders.example/",
    "https://stock.example",
)
"""The APIs that it knows, unless a test says otherwise."""
SECRET = "a secret of the tests with enough characters"
_KEY = SigningKeyRow.__table__
_KEYS = "signing keys of the tests"


@dataclass
class Deployment:
    """Qiao as it is deployed, reached through HTTP; administration goes through its services."""

    app: Flask
    clock: TestClock
    wechat: LiveSandbox
    nodes: list[Flask] = field(default_factory=list)

    def another_node(self) -> Flask:
        """One more process of the same deployment, as far as one process can be two."""
        self.nodes.append(create_app(self.app.extensions["settings"], self.clock))
        return self.nodes[-1]

    @property
    def provider(self) -> Provider:
        provider: Provider = self.app.extensions["oidc"]
        return provider

    def application(self, client_id: str = "shop", **metadata: Any) -> RelyingParty:
        """Registers an application; ``connections`` names the sources enabled for it."""
        connections = metadata.pop("connections", ("wechat",))
        fields = {
            "redirect_uris": (CALLBACK,),
            "grant_types": ("authorization_code", "refresh_token"),
            "client_name": client_id.title(),
            **metadata,
        }
        with self.app.app_context():
            _, secret = self.provider.clients.add(
                db.session, ClientMetadata(**fields), client_id=client_id
            )
            for name in connections:
                sources.switch(
                    db.session(), self.clock, client_id, name, enabled=True, actor="test"
                )
            db.session.commit()
        address = fields["redirect_uris"][0] if fields["redirect_uris"] else ""
        http = self.app.test_client(use_cookies=False)
        issuer = self.app.extensions["settings"].issuer
        return RelyingParty(http, client_id, secret, address, issuer=issuer)

    def registered(self, client_id: str = "shop", **document: Any) -> RelyingParty:
        """An application as an administrator registers it, with what new ones get."""
        fields = {
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code", "refresh_token"],
            "client_name": client_id.title(),
            **document,
        }
        with self.app.app_context():
            metadata = metadata_of(self.provider, fields)
            _, secret = self.provider.clients.add(db.session, metadata, client_id=client_id)
            sources.switch(
                db.session(), self.clock, client_id, "wechat", enabled=True, actor="test"
            )
            db.session.commit()
        http = self.app.test_client(use_cookies=False)
        return RelyingParty(http, client_id, secret, fields["redirect_uris"][0])

    def switch_on(self, client_id: str, connection: str = "wechat") -> None:
        """Enables a connection for an application that is there already."""
        with self.app.app_context():
            sources.switch(
                db.session(), self.clock, client_id, connection, enabled=True, actor="test"
            )
            db.session.commit()

    def connection(self, name: str = "wechat", **changes: Any) -> None:
        """A way to sign in; through the sandbox's mini program unless told otherwise."""
        fields = {
            "mode": "wechat-miniprogram",
            "display_name": {"en": "WeChat", "zh": "微信"},
            "app_id": MINI_PROGRAM.appid,
            **changes,
        }
        with self.app.app_context():
            self.app.extensions["federation"].connections.create(
                db.session(), ConnectionFields(name, **fields)
            )
            db.session.commit()

    def credential(self, known: Any, kind: str, **changes: Any) -> None:
        """One more of the sandbox's WeChat apps becomes known."""
        original_id = known.original_id or ""
        fields = wechat_app(known.appid, kind, known.secret, original_id=original_id, **changes)
        with self.app.app_context():
            self.app.extensions["federation"].credentials.of("wechat").create(db.session(), fields)
            db.session.commit()

    def default_mini_program(self) -> None:
        """The sandbox's mini program becomes the one for connections without a credential."""
        known = MINI_PROGRAM
        with self.app.app_context():
            apps = self.app.extensions["federation"].credentials.of("wechat")
            fields = wechat_app(
                known.appid,
                "miniprogram",
                original_id=known.original_id or "",
                open_platform=OPEN_PLATFORM,
                is_default=True,
            )
            apps.update(
                db.session(), known.appid, fields, apps.get(db.session(), known.appid).version
            )
            db.session.commit()

    def browser(self) -> "Browser":
        return Browser(self, self.app.test_client())

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Every SQL statement and COMMIT that the database sees meanwhile."""
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        def note_commit(_connection: object) -> None:
            seen.append("COMMIT")

        with self.app.app_context():
            engines = list(db.engines.values())
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
            event.listen(engine, "commit", note_commit)
        yield seen
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
            event.remove(engine, "commit", note_commit)


def is_begun(page: Any, action: str) -> bool:
    """Whether a page to choose on has gone on by itself, since there was one way alone."""
    chosen = action.startswith("/sign-in/") and action.count("/") == 2
    return chosen and page.status_code == 303 and not page.location.startswith("/authorize/")


def onward(answer: Any) -> str:
    """Where an answer leads: by a redirect, or by the one button of a page that asks first."""
    if answer.status_code == 303:
        return str(answer.location)
    [address] = re.findall(r'<a class="button[^"]*" href="([^"]*)"', answer.text)
    return unescape(address)


@dataclass
class Browser:
    """A desktop browser without JavaScript, and the phone of whoever sits before it."""

    deployment: Deployment
    http: FlaskClient
    agent: str = DESKTOP

    def get(self, url: str) -> Any:
        return self.http.get(url, headers={"User-Agent": self.agent})

    def submit(self, page: Any, action: str, **fields: str) -> Any:
        """Sends the page's form for ``action`` with its hidden fields.

        The one way to sign in that there is has been begun already: then that is the answer.
        """
        if is_begun(page, action):
            return page
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
        assert form, f"no form for {action} on the page:\n{page.text}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
        body = {**dict(hidden), **fields}
        return self.http.post(action, data=body, headers={"User-Agent": self.agent})

    def choice(self, url: str) -> Any:
        """The page with the ways to sign in that this address leads to, also where there is one."""
        login = self.get(url)
        assert login.status_code == 303, login.text
        return self.get(f"{login.location}?ways=all")

    def sign_in(self, url: str, person: str, connection: str = "wechat", **visit: Any) -> Any:
        """Follows an authorization request through the scan; where the last redirect goes."""
        return self.get(self.prove_by_scan(url, person, connection, **visit).location)

    def prove_by_scan(self, url: str, person: str, connection: str = "wechat", **visit: Any) -> Any:
        """Follows an authorization request through the scan; what finishing it is answered with."""
        login = self.get(url)
        assert login.status_code == 303, login.text
        page = self.get(login.location)
        scan = self.submit(page, login.location, connection=connection)
        self.scan(scan.location, person, **visit)
        return self.submit(self.get(scan.location), scan.location + "/finish")

    def ticket(self, address: str) -> Any:
        """What the phone is told that scans the code of this page."""
        assert self.get(address + "/code").status_code == 200
        scene = self.deployment.wechat.mini_program_codes()[0]["scene"]
        phone = self.deployment.app.test_client(use_cookies=False)
        return phone.get(f"/federation/v1/tickets/{scene}").get_json()

    def scan(self, address: str, person: str, **visit: Any) -> None:
        """The person scans the code of this page and picks the number that it shows."""
        page = self.get(address)
        image = self.get(address + "/code")
        assert image.status_code == 200, image.text
        number = re.search(r"(\d\d)</strong>", page.text)
        assert number, page.text
        scene = self.deployment.wechat.mini_program_codes()[0]["scene"]
        ticket = f"/federation/v1/tickets/{scene}"
        phone = self.deployment.app.test_client(use_cookies=False)
        assert phone.get(ticket, query_string={"scene": 1047}).status_code == 200
        body = {
            "js_code": self.deployment.wechat.js_code(person),
            "number": int(number[1]),
            "scene": 1047,
            **visit,
        }
        answer = phone.post(f"{ticket}/confirm", json=body)
        assert answer.status_code == 200, answer.text

    def consent(self, location: str) -> Any:
        """Allows what the consent page asks for; where the browser goes then."""
        page = self.get(location)
        allowed = self.submit(page, location, decision="allow")
        return self.get(allowed.location)


def build_deployment(
    database: Database,
    wechat: LiveSandbox,
    clock: TestClock,
    *,
    shared: bool = True,
    outbound: Outbound | None = None,
    **settings: Any,
) -> Deployment:
    """The product on an empty database, with the sandbox's credentials known to it.

    :param shared: and ``outbound``: as for `Applications.lend`.
    """
    wechat.advance(clock() - int(time.time()))
    known_settings = Settings(
        secret_keys=(SECRET,),
        database_url=database_url(database.url),
        wechat_api_base=wechat.url,
        wechat_open_base=wechat.url,
        wechat_sandbox=True,
        log_level="WARNING",
        **{"issuer": ISSUER, "resources": RESOURCES, **settings},
    )
    app = APPLICATIONS.lend(known_settings, clock, shared=shared, outbound=outbound)
    deployment = Deployment(app, clock, wechat)
    with app.app_context():
        give_signing_keys(deployment)
        apps = app.extensions["federation"].credentials.of("wechat")
        for known, kind in ((MINI_PROGRAM, "miniprogram"), (MOBILE, "mobile")):
            fields = wechat_app(
                known.appid,
                kind,
                known.secret,
                original_id=(known.original_id or "") if kind == "miniprogram" else "",
                open_platform=OPEN_PLATFORM,
            )
            apps.create(db.session(), fields)
        db.session.commit()
    return deployment


def give_signing_keys(deployment: Deployment) -> None:
    """Those that the application had in its first test: making and opening them is slow."""
    known = deployment.app.extensions.get(_KEYS)
    if known is not None:
        db.session.execute(insert(_KEY), known)
        return
    deployment.provider.keys.jwks(db.session)
    made = [row._asdict() for row in db.session.execute(select(_KEY))]
    deployment.app.extensions[_KEYS] = made


def close(deployment: Deployment) -> None:
    for app in (deployment.app, *deployment.nodes):
        APPLICATIONS.give_back(app)
