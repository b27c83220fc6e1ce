"""Trying an application from the console: whatever it must do, the console does in its place."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.database import db
from app.management.services.clients import metadata_of
from app.sessions import browser
from oidc.clients.client import Client
from tests.app.management.console.console import Console
from tests.app.site import Site
from tests.fapi2 import BANK

ORDINARY: dict[str, Any] = {"redirect_uris": ["https://shop.example/callback"], "first_party": True}
KINDS = {
    "with a secret": ORDINARY,
    "public": {**ORDINARY, "token_endpoint_auth_method": "none"},
    "by PAR": {**ORDINARY, "require_pushed_authorization_requests": True},
    "by signed requests": {**BANK, "profile": "", "require_signed_request_object": True},
    "with DPoP": {**ORDINARY, "dpop_bound_access_tokens": True},
    "FAPI 2.0 with private_key_jwt": BANK,
}


def application(site: Site, document: dict[str, Any]) -> Client:
    client, _ = site.provider.clients.add(
        db.session(), metadata_of(site.provider, document), client_id="tried"
    )
    site.connection(client)
    return client


def path_of(address: str) -> str:
    """The address as the test's browser asks for it, whose host is another."""
    return urlsplit(address)._replace(scheme="", netloc="").geturl()


def person(site: Site, console: Console) -> str:
    """Somebody is signed in in the admin's browser; their sub."""
    account = site.passwords.create(db.session(), site.clock, "lin", "correct horse battery")
    begun = browser.begin(
        db.session(), site.clock, account, amr=("wechat",), connection_id="wechat"
    )
    db.session.commit()
    console.client.set_cookie("qiao_session", begun.token)
    return account


@pytest.mark.parametrize("document", KINDS.values(), ids=KINDS.keys())
def test_try_ends_with_the_tokens_that_the_application_would_get(
    site: Site, console: Console, document: dict[str, Any]
) -> None:
    application(site, document)
    sub = person(site, console)
    console.post("/admin/applications/tried/try/allow", {"allow": "1"})

    away = console.post("/admin/applications/tried/try")
    answered = console.get(path_of(away.location))
    if answered.location.startswith("/continue/"):
        # A public application, and the console listens on the loopback here: a person goes on.
        page = console.get(answered.location)
        gone_on = console.fill(page, answered.location, {})
        answered = console.get(path_of(gone_on.location))
    shown = console.get(path_of(answered.location))

    assert "It works" in shown.text, answered.location
    assert sub in shown.text
    userinfo = shown.text.partition("Userinfo</h2>")[2].partition("</pre>")[0]
    assert f"&#34;sub&#34;: &#34;{sub}&#34;" in userinfo
    assert re.search(r"&#34;id_token&#34;: &#34;ey", shown.text)


def test_try_asks_for_what_the_sources_of_the_application_tell_and_no_others(
    site: Site, console: Console
) -> None:
    application(site, ORDINARY)
    console.post("/admin/applications/tried/try/allow", {"allow": "1"})

    away = console.post("/admin/applications/tried/try")

    asked = parse_qs(urlsplit(away.location).query)
    assert asked["scope"] == ["openid profile phone wechat"]


def test_request_of_a_client_that_must_push_does_not_travel_by_the_browser(
    site: Site, console: Console
) -> None:
    application(site, BANK)
    console.post("/admin/applications/tried/try/allow", {"allow": "1"})

    away = console.post("/admin/applications/tried/try", {"anew": "1"})

    assert parse_qs(urlsplit(away.location).query).keys() == {"client_id", "request_uri"}
