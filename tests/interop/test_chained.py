"""Another Qiao as a source: people of the one sign in at the other, and out again."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from app.database import db
from app.enablement import sources as enablement
from federation import ConnectionFields, CredentialFields
from tests.app.site import Browser, Site, build_site, close, fill
from tests.conftest import TestClock
from tests.interop.person import Person
from tests.interop.qiao import PROFILE, Qiao
from tests.relying_party import ISSUER, RelyingParty
from tests.sandbox_server import LiveSandbox

CALLBACK = f"{ISSUER}/callback/upstream"
AGENT = "Mozilla/5.0 (X11; Linux) Firefox/140"


@pytest.fixture
def registered(qiao: Qiao) -> str:
    """The secret that we have at the other."""
    addresses = {
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [f"{CALLBACK}/signed-out"],
    }
    return str(qiao.register("downstream", client_name="Ours", **addresses)["client_secret"])


@pytest.fixture
def site(registered: str, wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    clock.now = int(time.time())
    site = build_site(wechat, clock)
    with site.app.app_context():
        fill(site)
        yield site
        close(site)


@pytest.fixture
def shop(registered: str, site: Site, qiao: Qiao) -> RelyingParty:
    """An application of ours whose people come from the other."""
    values = {
        "issuer": qiao.issuer,
        "client_id": "downstream",
        "client_secret": registered,
    }
    session = db.session()
    site.federation.credentials.of("oidc").create(session, CredentialFields("other", "app", values))
    options = {"logout": "yes", "userinfo": "always"}
    site.federation.connections.create(
        session,
        ConnectionFields("upstream", "oidc-web", {"en": "Other"}, "other", options=options),
    )
    client = site.client(first_party=True, post_logout_redirect_uris=("https://shop.example/bye",))
    enablement.switch(session, site.clock, client.client_id, "upstream", True, actor="test")
    secret = site.provider.clients.rotate_secret(session, client, overlap=0)
    session.commit()
    http = site.app.test_client(use_cookies=False)
    return RelyingParty(http, client.client_id, secret, scope="openid profile email oidc")


def follow(browser: Browser, location: str) -> Any:
    """Goes on within our own server, to the first answer that leads elsewhere."""
    while location.startswith(("/", ISSUER)):
        parts = urlsplit(location)
        answer = browser.get(f"{parts.path}?{parts.query}")
        location = answer.headers.get("Location", "")
    return answer


def test_people_of_another_qiao_sign_in_and_out(
    site: Site, shop: RelyingParty, qiao: Qiao, person: Person
) -> None:
    browser, started = Browser(site.app.test_client(), AGENT, "en"), shop.start()
    login = browser.get(started.url).headers["Location"]
    there = browser.send(browser.get(login), login, {"connection": "upstream"}).headers["Location"]
    back = person.browse(there)
    assert back is not None

    answer = follow(browser, back)

    code = shop.response(answer.headers["Location"], started)["code"]
    tokens = shop.redeem(code, started).get_json()
    claims = shop.verified(tokens["id_token"], started.nonce)
    told = shop.userinfo(tokens["access_token"]).get_json()
    assert claims["idp"] == "upstream"
    assert claims["amr"] == ["oidc", "pwd"]
    assert (told["name"], told["email"]) == (PROFILE["name"], PROFILE["email"])
    assert told["email_verified"] is True
    assert told["oidc_sub"] != claims["sub"]

    bye = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": "https://shop.example/bye",
    }
    out = browser.get(f"/logout?{urlencode(bye)}").headers["Location"]
    assert out.startswith(f"{qiao.issuer}/logout?")
    returned = person.browse(out)
    assert returned is not None
    assert follow(browser, returned).headers["Location"] == "https://shop.example/bye"
    assert "error=login_required" in person.open(f"{there}&prompt=none").headers["Location"]
