"""Providers that others wrote as sources of ours: what the tests of each have in common."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from app.database import db
from app.enablement import sources as enablement
from app.enablement.sources import Enablement
from federation import ConnectionFields, CredentialFields
from tests.app.site import Browser, Site
from tests.relying_party import ISSUER, RelyingParty, Started

AGENT = "Mozilla/5.0 (X11; Linux) Firefox/140"
CALLBACK = f"{ISSUER}/callback/upstream"
BYE = "https://shop.example/bye"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
ADDRESSES = {
    "redirect_uris": [CALLBACK],
    "post_logout_redirect_uris": [f"{CALLBACK}/signed-out"],
}
"""What the provider is told of us."""
MOST = 20
"""Pages until somebody is back."""
PATIENCE = 120
"""Seconds for a page of the provider's, which may be a Java program on a busy machine."""


class Form(HTMLParser):
    """The first form of a page that is posted."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None and told.get("method", "").lower() == "post":
            self.action, self._inside = told.get("action", ""), True
        elif tag in ("input", "button") and told.get("name") and self._belongs(told):
            self.fields.setdefault(told["name"], told.get("value", ""))

    def _belongs(self, told: dict[str, str]) -> bool:
        return self._inside or bool(told.get("form"))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


class Visitor:
    """Somebody in a browser at the provider, who fills in what its forms ask for."""

    def __init__(self, **answers: str) -> None:
        self.http = requests.Session()
        self.answers = answers
        self.forms: list[dict[str, str]] = []

    def browse(self, url: str) -> tuple[str, dict[str, str]]:
        """Until the way leads back to us: where, and with which form (empty for none)."""
        answer = self.http.get(url, allow_redirects=False, timeout=PATIENCE)
        for _ in range(MOST):
            if answer.is_redirect:
                onward = urljoin(answer.url, answer.headers["Location"])
                if onward.startswith(ISSUER):
                    return onward, {}
                answer = self.http.get(onward, allow_redirects=False, timeout=PATIENCE)
                continue
            form = Form(answer.text)
            assert form.action is not None, answer.text
            target = urljoin(answer.url, form.action)
            if target.startswith(ISSUER):
                return target, form.fields
            self.forms.append(form.fields)
            filled = {**form.fields, **self._fitting(form)}
            answer = self.http.post(target, data=filled, allow_redirects=False, timeout=PATIENCE)
        raise AssertionError(f"still at {answer.url} after {MOST} pages")

    def _fitting(self, form: Form) -> dict[str, str]:
        return {name: self.answers[name] for name in form.fields if name in self.answers}


class Downstream:
    """Our server with one connection through the provider, and an application whose people come
    by it."""

    def __init__(self, site: Site, source: str, values: dict[str, str], **options: str) -> None:
        session = db.session()
        self.site = site
        named = values["client_id"] if source not in ("oidc", "oauth2") else "other"
        kind = "app"
        site.federation.credentials.of(source).create(
            session, CredentialFields(named, kind, values)
        )
        fields = ConnectionFields(
            "upstream", f"{source}-web", {"en": "Other"}, named, options=options
        )
        site.federation.connections.create(session, fields)
        grants = ("authorization_code", EXCHANGE)
        client = site.client(first_party=True, post_logout_redirect_uris=(BYE,), grant_types=grants)
        wanted = Enablement(client.client_id, "upstream", enabled=True, source_tokens=True)
        enablement.save(session, site.clock, wanted, actor="test")
        secret = site.provider.clients.rotate_secret(session, client, overlap=0)
        session.commit()
        http = site.app.test_client(use_cookies=False)
        scope = f"openid profile email {source}"
        self.shop = RelyingParty(http, client.client_id, secret, scope=scope)

    def leave(self, browser: Browser, **asked: str) -> tuple[Started, str]:
        """Presses the button; what was begun, and the provider's page."""
        started = self.shop.start(**asked)
        login = browser.get(started.url).headers["Location"]
        left = browser.send(browser.get(login), login, {"connection": "upstream"})
        assert left.status_code == 303, left.text
        return started, left.headers["Location"]

    def come_back(self, browser: Browser, landed: tuple[str, dict[str, str]]) -> Any:
        """Goes on within our own server, to the first answer that leads elsewhere."""
        location, form = landed
        if form:
            http = self.site.app.test_client()
            location = http.post(urlsplit(location).path, data=form).headers["Location"]
        while location.startswith(("/", ISSUER)):
            parts = urlsplit(location)
            answer = browser.get(f"{parts.path}?{parts.query}")
            location = answer.headers.get("Location", "")
        return answer

    def sign_in(
        self, browser: Browser, visitor: Visitor, **asked: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Tokens of the application, and the claims of its ID token."""
        started, page = self.leave(browser, **asked)
        answer = self.come_back(browser, visitor.browse(page))
        assert "Location" in answer.headers, answer.text
        code = self.shop.response(answer.headers["Location"], started)["code"]
        tokens = self.shop.redeem(code, started).get_json()
        return tokens, self.shop.verified(tokens["id_token"], started.nonce)

    def token_there(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """The person's own token at the provider (RFC 8693)."""
        asked = {
            "grant_type": EXCHANGE,
            "subject_token": tokens["access_token"],
            "subject_token_type": ACCESS_TOKEN,
            "audience": "upstream",
        }
        told: dict[str, Any] = self.shop.token(asked).get_json()
        return told


def browser_of(site: Site) -> Browser:
    return Browser(site.app.test_client(), AGENT, "en")
