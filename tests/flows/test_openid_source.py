"""Somebody signs in by a provider of OpenID Connect that an administrator entered by its issuer."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from app.database import db
from app.enablement import sources as enablement
from federation import ConnectionFields, CredentialFields
from tests.app.site import Browser, Site, build_site, close, fill
from tests.conftest import TestClock
from tests.provider_sandbox import CLIENT_ID, CLIENT_SECRET, LiveProvider
from tests.relying_party import RelyingParty
from tests.sandbox_server import LiveSandbox

AGENT = "Mozilla/5.0 (X11; Linux) Firefox/140"


@pytest.fixture(scope="module")
def running() -> Iterator[LiveProvider]:
    provider = LiveProvider(TestClock())
    yield provider
    provider.close()


@pytest.fixture
def provider(running: LiveProvider) -> LiveProvider:
    running.reset()
    return running


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    site = build_site(wechat, clock)
    with site.app.app_context():
        fill(site)
        yield site
        close(site)


def entered(site: Site, provider: LiveProvider, **options: str) -> RelyingParty:
    """An application that people come to by the provider."""
    values = {
        "issuer": provider.url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    session = db.session()
    site.federation.credentials.of("oidc").create(session, CredentialFields("ours", "app", values))
    site.federation.connections.create(
        session,
        ConnectionFields("ours", "oidc-web", {"en": "Our provider"}, "ours", options=options),
    )
    client = site.client(first_party=True)
    enablement.switch(session, site.clock, client.client_id, "ours", True, actor="test")
    secret = site.provider.clients.rotate_secret(session, client, overlap=0)
    db.session.commit()
    http = site.app.test_client(use_cookies=False)
    return RelyingParty(
        http,
        client.client_id,
        secret,
        redirect_uri="https://shop.example/callback",
        scope="openid profile oidc",
    )


def leave(browser: Browser, shop: RelyingParty, **request: str) -> tuple[Any, str]:
    """Presses the button; the application's own start, and the provider's page."""
    started = shop.start(**request)
    login = browser.get(started.url).headers["Location"]
    left = browser.send(browser.get(login), login, {"connection": "ours"})
    assert left.status_code == 303, left.text
    return started, left.headers["Location"]


def follow(browser: Browser, location: str) -> Any:
    """Goes on within our own server, to the first answer that leads elsewhere or nowhere."""
    while True:
        parts = urlsplit(location)
        answer = browser.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        location = answer.headers.get("Location", "")
        if not location or location.startswith("https://shop.example/"):
            return answer


def test_person_signs_in_and_comes_back_as_the_same(site: Site, provider: LiveProvider) -> None:
    shop = entered(site, provider)
    subjects = set()
    for person in ("han-meimei", "han-meimei", "li-lei"):
        browser = Browser(site.app.test_client(), AGENT, "en")
        started, page = leave(browser, shop, login_hint=person, max_age="300")
        back = requests.get(page, allow_redirects=False, timeout=5).headers["Location"]

        answer = follow(browser, back)

        code = shop.response(answer.headers["Location"], started)["code"]
        tokens = shop.redeem(code, started).get_json()
        claims = shop.verified(tokens["id_token"], started.nonce)
        assert claims["idp"] == "ours"
        assert claims["amr"] == ["oidc", "pwd", "otp"]
        assert claims["acr"] == "urn:qiao:acr:oidc"
        subjects.add(claims["sub"])
    assert len(subjects) == 2


def test_form_comes_from_elsewhere_and_goes_on_here(site: Site, provider: LiveProvider) -> None:
    shop = entered(site, provider, response_mode="form_post")
    browser = Browser(site.app.test_client(), AGENT, "en")
    _, page = leave(browser, shop, login_hint="han-meimei")
    form = requests.get(page, timeout=5).text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    callback = re.search(r'action="([^"]+)"', form)
    assert callback

    taken = site.app.test_client().post(urlsplit(callback[1]).path, data=fields)
    answer = follow(browser, taken.headers["Location"])

    assert taken.status_code == 303
    assert fields["code"] not in taken.headers["Location"]
    assert "code=" in answer.headers["Location"]


def test_other_browser_signs_nobody_in(site: Site, provider: LiveProvider) -> None:
    shop = entered(site, provider)
    browser = Browser(site.app.test_client(), AGENT, "en")
    _, page = leave(browser, shop, login_hint="han-meimei")
    back = requests.get(page, allow_redirects=False, timeout=5).headers["Location"]

    other = follow(Browser(site.app.test_client(), AGENT, "en"), back)

    assert other.status_code in (400, 403, 404)


def test_what_cannot_be_believed_is_told_to_person_and_log(
    site: Site, provider: LiveProvider, caplog: pytest.LogCaptureFixture
) -> None:
    shop = entered(site, provider)
    browser = Browser(site.app.test_client(), AGENT, "en")
    provider.does(claims={"nonce": "another"})
    _, page = leave(browser, shop, login_hint="han-meimei")
    back = requests.get(page, allow_redirects=False, timeout=5).headers["Location"]

    answer = follow(browser, back)

    assert answer.status_code == 502
    assert "could not be verified" in answer.text
    assert "nonce is not the one that this browser left with" in caplog.text


def test_person_who_declines_chooses_again_and_a_refusal_is_noted(
    site: Site, provider: LiveProvider
) -> None:
    shop = entered(site, provider)
    browser = Browser(site.app.test_client(), AGENT, "en")
    _, page = leave(browser, shop)
    back = requests.get(f"{page}&as=nobody", allow_redirects=False, timeout=5).headers["Location"]

    declined = follow(browser, back)
    parts = urlsplit(back)
    ill = parts.query.replace("access_denied", "invalid_scope")
    refused = follow(browser, f"{parts.path}?{ill}")

    assert declined.status_code == 200
    assert "Our provider" in declined.text
    assert refused.status_code == 503
    [fault] = site.federation.credentials.of("oidc").faults(db.session())
    assert fault.errcode == "invalid_scope"


def test_answer_that_says_something_twice_is_refused(site: Site, provider: LiveProvider) -> None:
    shop = entered(site, provider)
    browser = Browser(site.app.test_client(), AGENT, "en")
    _, page = leave(browser, shop, login_hint="han-meimei")
    back = requests.get(page, allow_redirects=False, timeout=5).headers["Location"]

    answer = follow(browser, f"{back}&{urlencode({'code': 'another'})}")

    assert answer.status_code == 400
