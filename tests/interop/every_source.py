"""Signs in by every source in Debian's Chromium, with the sandbox in the place of each provider.

``python -m tests.interop.every_source`` prints a table: who was signed in, with which claims, what
pages said to somebody who declined, whose source cannot be believed or refuses our secret, in three
languages; and the faults that it found. ``--pictures FOLDER`` keeps the pages.
"""

import argparse
import logging
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import requests
from playwright.sync_api import Browser, Page
from sqlalchemy import make_url
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.database import db
from app.enablement import sources as enablement
from app.factory import create_app
from app.settings import Settings
from federation import ConnectionFields, CredentialFields
from federation.catalog import SOURCES
from federation.source import Source
from oidc.clients.metadata import ClientMetadata
from tests.chromium import PATIENCE, running_chromium
from tests.conftest import TestClock
from tests.contracts.kit import Subject
from tests.contracts.test_sources import SUBJECTS
from tests.databases import create_tables
from tests.interop.wechat.tunnel import tunnel
from tests.live import free_ports
from tests.provider_sandbox import CLIENT_ID, CLIENT_SECRET, LiveProvider, PlayedWeb
from tests.relying_party import RelyingParty

CALLBACK = "https://shop.example/callback"
LANGUAGES = {"en": "en", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant"}
PERSON = "韩梅梅"
_SENTENCE = re.compile(r"(?:[A-Za-z']{2,} ){3,}[A-Za-z']{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ONLY_SIMPLIFIED = re.compile("[们这个为时会说请该应录]")
"""Characters that Traditional Chinese writes otherwise."""


@dataclass
class Seen:
    """What came of one source."""

    claims: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


class Site:
    """A server of ours on a free port, which reaches the sandbox wherever it calls a source."""

    def __init__(self, provider: LiveProvider, folder: Path) -> None:
        self.provider = provider
        self.webs: dict[str, PlayedWeb] = {}
        self.port = free_ports().qiao
        self.issuer = f"http://127.0.0.1:{self.port}"
        settings = Settings(
            issuer=self.issuer,
            secret_keys=("a secret of a script with enough characters",),
            database_url=make_url(f"sqlite:///{folder / 'qiao.db'}"),
        )
        self.clock = TestClock()
        self.clock.now = int(time.time())
        self.app = create_app(settings, self.clock, sources=tuple(map(self._played, SOURCES)))
        with self.app.app_context():
            create_tables(db.engine)
            self.shop = self._enter()

    def _played(self, source: Source) -> Source:
        """The source, whose client has another way to the web."""
        subject = next((one for one in SUBJECTS if one.source.id == source.id), None)
        if subject is None:
            return source
        played = {self.provider.url: "", **subject.played}
        web = PlayedWeb(self.provider, played, subject.issuer, 10.0)
        self.webs[source.id] = web
        return replace(source, client=lambda around: source.client(replace(around, web=web)))

    def _enter(self) -> RelyingParty:
        """Credentials and connections of all, and an application that people come to by each."""
        session = db.session()
        federation, provider = self.app.extensions["federation"], self.app.extensions["oidc"]
        fields = ClientMetadata(redirect_uris=(CALLBACK,), client_name="Shop", first_party=True)
        client, _ = provider.clients.add(session, fields, client_id="shop")
        for subject in SUBJECTS:
            source = subject.source
            here = {name: v.format(here=self.provider.url) for name, v in subject.values.items()}
            values = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **here}
            own = source.credentials.id.name
            named = CLIENT_ID if own == "client_id" else source.id
            [mode] = source.modes
            federation.credentials.of(source.id).create(
                session, CredentialFields(named, mode.kind, values)
            )
            wanted = ConnectionFields(
                source.id, mode.id, {"en": source.name}, named, options=dict(subject.options)
            )
            federation.connections.create(session, wanted)
            enablement.switch(session, self.clock, "shop", source.id, True, actor="x")
        secret = provider.clients.rotate_secret(session, client, overlap=0)
        session.commit()
        http = self.app.test_client(use_cookies=False)
        scope = " ".join(["openid", "profile", "email", *(one.source.id for one in SUBJECTS)])
        return RelyingParty(http, "shop", secret, scope=scope, issuer=self.issuer)


class Relay:
    """What the tunnel leads to: hands on what a browser sends to a source's host."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.subject: Subject | None = None
        self.port = free_ports().qiao

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        return self.answer(request)(environ, start_response)

    def answer(self, request: Request) -> Response:
        subject, url = self.subject, request.url.replace("http://", "https://", 1)
        if url.startswith(CALLBACK) or subject is None:
            return Response("back")
        if request.path == "/favicon.ico":
            return Response("", 404)
        web = self.site.webs[subject.source.id]
        try:
            here = web.here(url)
        except OSError:
            here = f"{self.site.provider.url}{request.full_path}"
        issuer = {"X-Sandbox-Issuer": subject.issuer} if subject.issuer else {}
        told = requests.get(here, headers=issuer, allow_redirects=False, timeout=20)
        kept = {n: told.headers[n] for n in ("Content-Type", "Location") if n in told.headers}
        return Response(told.content, told.status_code, kept)

    @property
    def hosts(self) -> set[str]:
        played = {url for one in SUBJECTS for url in one.played if url}
        return {"shop.example", *(urlsplit(url).hostname or "" for url in played)}


@contextmanager
def serving(port: int, application: Any) -> Iterator[None]:
    server = make_server("127.0.0.1", port, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


class Visit:
    """One browser, in which everything beyond our server is the source's."""

    def __init__(self, site: Site, browser: Browser, proxy: str, subject: Subject, locale: str):
        self.site, self.subject = site, subject
        self.context = browser.new_context(
            locale=locale,
            viewport={"width": 1100, "height": 900},
            proxy={"server": proxy, "bypass": "127.0.0.1"},
            ignore_https_errors=True,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", self._note)

    def _note(self, said: Any) -> None:
        if said.type == "error" and "status of" not in said.text:
            self.complaints.append(f"console: {said.text}")

    def leave(self, **asked: str) -> Any:
        """To the source's page, by its button."""
        started = self.site.shop.start(**asked)
        self.page.goto(f"{self.site.issuer}{started.url}")
        field = f'input[name="connection"][value="{self.subject.source.id}"]'
        button = self.page.locator(f"form:has({field}) button")
        if not button.locator("svg").count():
            self.complaints.append("its button has no logo")
        button.click()
        self.page.wait_for_selector(f"text={PERSON}")
        return started

    def press(self, name: str) -> None:
        self.page.get_by_role("link", name=name).click()
        if (go_on := self.page.get_by_role("button", name="Go on")).count():
            go_on.click()
        self.page.wait_for_load_state("load")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.interop.every_source")
    parser.add_argument("--only", default="", help="sources, with commas between them")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--all", action="store_true", help="each in every language, not in turn")
    chosen = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    wanted = [one for one in chosen.only.split(",") if one]
    subjects = [one for one in SUBJECTS if not wanted or one.source.id in wanted]
    if chosen.pictures:
        chosen.pictures.mkdir(parents=True, exist_ok=True)
    clock = TestClock()
    clock.now = int(time.time())
    provider, failed = LiveProvider(clock), 0
    with TemporaryDirectory() as folder, running_chromium() as browser:
        site = Site(provider, Path(folder))
        relay = Relay(site)
        with (
            serving(site.port, site.app),
            serving(relay.port, relay),
            tunnel(f"http://127.0.0.1:{relay.port}", Path(folder), relay.hosts) as through,
        ):
            for number, relay.subject in enumerate(subjects):
                turn = [list(LANGUAGES)[number % len(LANGUAGES)]]
                locales = list(LANGUAGES) if chosen.all else turn
                seen = look_at(site, browser, through.url, relay.subject, locales, chosen.pictures)
                failed += bool(seen.faults)
                show(relay.subject, seen)
    provider.close()
    print(f"{len(subjects) - failed} of {len(subjects)} sources as they should be.")
    return int(failed > 0)


def look_at(
    site: Site,
    browser: Browser,
    proxy: str,
    subject: Subject,
    locales: Sequence[str],
    pictures: Path | None,
) -> Seen:
    seen = Seen()
    for story in (signs_in, declines, cannot_be_believed, refuses_the_secret):
        for locale in locales if story is not signs_in else ("en",):
            site.provider.reset()
            site.provider.does(**subject.dialect)
            visit = Visit(site, browser, proxy, subject, locale)
            try:
                story(visit, seen)
            except Exception as error:  # told in the table, and the next is tried
                first = str(error).splitlines()[0]
                seen.faults.append(f"{story.__name__} {locale}: {type(error).__name__}: {first}")
            if pictures:
                name = f"{subject.source.id}-{story.__name__}-{LANGUAGES[locale]}.png"
                visit.page.screenshot(path=pictures / name)
            if story is not signs_in:
                judge(visit, seen, story.__name__, locale)
            seen.faults += [f"{story.__name__} {locale}: {one}" for one in visit.complaints]
            visit.context.close()
    return seen


def signs_in(visit: Visit, seen: Seen) -> None:
    started = visit.leave()
    visit.press(PERSON)
    shop = visit.site.shop
    code = shop.response(visit.page.url, started)["code"]
    with visit.site.app.app_context():
        tokens = shop.redeem(code, started).get_json()
        seen.claims = shop.verified(tokens["id_token"], started.nonce)
        seen.claims |= shop.userinfo(tokens["access_token"]).get_json()
    own = [name for name in seen.claims if name.startswith(f"{visit.subject.source.id}_")]
    if not own:
        seen.faults.append("its own claim is missing")


def declines(visit: Visit, seen: Seen) -> None:
    visit.leave()
    visit.press("Decline")
    del seen


def cannot_be_believed(visit: Visit, seen: Seen) -> None:
    """Its server answers with nothing that anybody can read."""
    visit.leave()
    visit.site.provider.does(**{**visit.subject.dialect, "fault": "garbage", "fault_at": "token"})
    visit.press(PERSON)
    del seen


def refuses_the_secret(visit: Visit, seen: Seen) -> None:
    """It says so of a code that it does not know."""
    visit.leave()
    dialect = visit.subject.dialect
    errors = dialect.get("errors", {})
    called = {**errors, "invalid_grant": errors.get("invalid_client", "invalid_client")}
    stale = {dialect.get("code_parameter", "code"): "stale"}
    visit.site.provider.does(**{**dialect, "errors": called, "answer": stale})
    visit.press(PERSON)
    del seen


def judge(visit: Visit, seen: Seen, story: str, locale: str) -> None:
    """The words of a page, in its language."""
    text = visit.page.inner_text("body")
    seen.said[f"{story} {LANGUAGES[locale]}"] = " / ".join(text.split("\n"))[:160]
    where = f"{story} {locale}"
    if not visit.page.url.startswith(visit.site.issuer):
        seen.faults.append(f"{where}: ends at {visit.page.url[:80]}")
    for ours in ("简体中文", "繁體中文", "桥", PERSON):
        text = text.replace(ours, "")
    if locale == "en" and (found := _CHINESE.search(text)):
        seen.faults.append(f"{where}: {found[0]} on an English page")
    if locale != "en" and (found := _SENTENCE.search(text)):
        seen.faults.append(f"{where}: English on a Chinese page: {found[0]}")
    if locale == "zh-TW" and (found := _ONLY_SIMPLIFIED.search(text)):
        seen.faults.append(f"{where}: {found[0]} is simplified")


def show(subject: Subject, seen: Seen) -> None:
    own = {n: v for n, v in seen.claims.items() if n.startswith(f"{subject.source.id}_")}
    kept = {n: seen.claims.get(n) for n in ("idp", "amr", "acr", "name", "email", "email_verified")}
    print(f"{subject.source.id}: {'signed in' if seen.claims else 'NOT IN'} {kept | own}")
    for story, said in seen.said.items():
        print(f"    {story}: {said}")
    for fault in seen.faults:
        print(f"  ! {fault}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
