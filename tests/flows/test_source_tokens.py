"""An application gets a person's token at a source, where an administrator allows it (RFC 8693)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import request
from sqlalchemy import select, update

from app.accounts.identification.source_tokens import PURPOSE
from app.accounts.records import erasure, linking
from app.audit import trail
from app.database import db
from app.enablement import sources as enablement
from app.enablement.sources import Enablement
from app.management.services import connections
from app.management.services.actor import Actor
from app.tables.people import EXTERNAL_KEY
from app.tables.source_tokens import SOURCE_TOKEN
from federation import ConnectionFields, CredentialFields
from tests.app.site import Browser, Site
from tests.deployment import Deployment
from tests.flows.test_openid_source import (
    AGENT,
    entered,
    follow,
    leave,
    signed_in,
)
from tests.provider_sandbox import CLIENT_ID, CLIENT_SECRET, LiveProvider
from tests.relying_party import RelyingParty

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
REGISTERED = {"grant_types": ("authorization_code", EXCHANGE)}


@pytest.fixture
def shop(site: Site, provider: LiveProvider) -> Iterator[RelyingParty]:
    """An application at a connection that keeps tokens; nobody has allowed it to have them."""
    provider.does(refresh_tokens=True)
    return entered(site, provider, registered=REGISTERED, keep_tokens="yes")


def allow(site: Site, shop: RelyingParty, *, tokens: bool = True, enabled: bool = True) -> None:
    before = enablement.get(db.session(), shop.client_id, "ours")
    wanted = replace(before, source_tokens=tokens, enabled=enabled)
    enablement.save(db.session(), site.clock, wanted, actor="test")
    db.session.commit()


def exchange(shop: RelyingParty, tokens: Mapping[str, Any], **changes: str | None) -> Any:
    asked = {
        "grant_type": EXCHANGE,
        "subject_token": tokens["access_token"],
        "subject_token_type": ACCESS_TOKEN,
        "audience": "ours",
    }
    return shop.token({**asked, **changes})


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def rows(site: Site) -> list[Any]:
    db.session.rollback()
    return list(db.session.execute(select(SOURCE_TOKEN)))


def test_application_gets_the_token_where_it_is_allowed_and_nowhere_else(
    site: Site, provider: LiveProvider, shop: RelyingParty
) -> None:
    _, tokens = signed_in(site, provider, shop)
    refused = exchange(shop, tokens)
    allow(site, shop)

    answer = exchange(shop, tokens, scope="openid email")

    told = answer.get_json()
    assert error(refused) == (400, "invalid_target")
    assert answer.status_code == 200, told
    assert answer.headers["Cache-Control"] == "no-store"
    assert told == {
        "access_token": "token-0-of-han-meimei",
        "issued_token_type": ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "openid profile email",
    }
    [row] = rows(site)
    assert "token-0" not in row.tokens_sealed
    assert "token-0" in site.provider.keyring.unseal(row.tokens_sealed, PURPOSE).decode()
    handed = trail.page(db.session(), trail.Filter(kind="source_token.issued"), limit=9)
    assert [(one.client_id, one.connection_id) for one in handed] == [(shop.client_id, "ours")]
    wrong: tuple[tuple[dict[str, str | None], str], ...] = (
        ({"audience": "another"}, "invalid_target"),
        ({"resource": "https://api.example"}, "invalid_target"),
        ({"subject_token": "nobody's"}, "invalid_request"),
        ({"scope": "openid more"}, "invalid_scope"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
        (
            {"actor_token": tokens["access_token"], "actor_token_type": ACCESS_TOKEN},
            "invalid_request",
        ),
    )
    for changes, code in wrong:
        assert error(exchange(shop, tokens, **changes)) == (400, code), changes
    allow(site, shop, enabled=False)
    assert error(exchange(shop, tokens))[1] in ("invalid_target", "invalid_request")


def test_other_applications_get_nothing_by_that_token(
    site: Site, provider: LiveProvider, shop: RelyingParty
) -> None:
    _, tokens = signed_in(site, provider, shop)
    other = site.client("Other", first_party=True, **REGISTERED)
    enablement.switch(db.session(), site.clock, other.client_id, "ours", True, actor="test")
    secret = site.provider.clients.rotate_secret(db.session(), other, overlap=0)
    public = site.client("Public", token_endpoint_auth_method="none", **REGISTERED)
    plain = site.client("Plain")
    plain_secret = site.provider.clients.rotate_secret(db.session(), plain, overlap=0)
    db.session.commit()
    allow(site, replace_id(shop, other.client_id, secret))

    by_other = exchange(replace_id(shop, other.client_id, secret), tokens)
    by_public = exchange(replace_id(shop, public.client_id, None), tokens)
    without_type = exchange(replace_id(shop, plain.client_id, plain_secret), tokens)

    assert error(by_other) == (400, "invalid_request")
    assert error(by_public) == (400, "unauthorized_client")
    assert error(without_type) == (400, "unauthorized_client")


def replace_id(shop: RelyingParty, client_id: str, secret: str | None) -> RelyingParty:
    return RelyingParty(shop.http, client_id, secret, redirect_uri=shop.redirect_uri)


def test_token_that_has_ended_is_refreshed_there_once(
    site: Site, provider: LiveProvider, shop: RelyingParty
) -> None:
    provider.does(refresh_tokens=True, tokens={"expires_in": 90})
    _, tokens = signed_in(site, provider, shop)
    allow(site, shop)
    site.clock.advance(60)
    busy_until(site.clock() + 60)
    # Another request is at it: what still lives is handed over, what has ended is worth waiting.
    alive = exchange(shop, tokens)
    site.clock.advance(31)
    busy = exchange(shop, tokens)
    site.clock.advance(60)
    provider.does(refresh_tokens=True, fault="500", fault_at="token")
    broken = exchange(shop, tokens)
    provider.does(refresh_tokens=True)
    provider.forget()

    answers = [exchange(shop, tokens) for _ in range(2)]

    assert alive.get_json()["expires_in"] == 30
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    assert error(broken) == (503, "temporarily_unavailable")
    assert [one.get_json()["access_token"] for one in answers] == ["token-1-of-han-meimei"] * 2
    assert answers[0].get_json()["expires_in"] == 3600
    assert [call["form"]["grant_type"] for call in provider.calls("token")] == ["refresh_token"]


def busy_until(then: int) -> None:
    db.session.execute(update(SOURCE_TOKEN).values(refreshing_until=then))
    db.session.commit()


def test_token_that_the_source_refreshes_no_more_is_forgotten(
    site: Site, provider: LiveProvider, shop: RelyingParty
) -> None:
    provider.does(refresh_tokens=True, tokens={"expires_in": 90})
    _, tokens = signed_in(site, provider, shop)
    allow(site, shop)
    provider.reset()
    site.clock.advance(91)

    answer = exchange(shop, tokens)

    assert error(answer) == (400, "invalid_target")
    assert "sign in by the connection again" in answer.get_json()["error_description"]
    assert rows(site) == []


def test_tokens_go_with_what_they_rest_on(
    site: Site, provider: LiveProvider, shop: RelyingParty
) -> None:
    session, federation = db.session(), site.federation
    actor = Actor(site.provider, federation, session, "test")

    def kept() -> str:
        """Signs in, so that there is one; whose it is."""
        signed_in(site, provider, shop)
        assert len(rows(site)) == 1
        return str(session.scalar(select(EXTERNAL_KEY.c.account_id)))

    account = kept()
    [source] = linking.sources_of(session, account)
    linking.remove_source(session, account, source)
    assert rows_now() == 0
    session.rollback()
    erasure.delete_account(session, site.clock, account, actor="test")
    assert rows_now() == 0
    session.rollback()
    connection = federation.connections.get(session, "ours")
    assert connection is not None
    wanted = replace(ConnectionFields.of(connection), options={"keep_tokens": ""})
    connections.change(actor, connection, wanted, connection.version)
    assert rows_now() == 0
    session.commit()
    signed_in(site, provider, shop)
    assert rows(site) == []
    wanted = replace(wanted, options={"keep_tokens": "yes"})
    connections.change(actor, connection, wanted, connection.version + 1)
    session.commit()
    kept()
    connections.delete(actor, "ours")
    assert rows_now() == 0
    session.rollback()
    federation.connections.invalidate()


def test_nothing_is_held_while_the_source_is_asked(deployment: Deployment) -> None:
    """On each database, from the way there to a token that is refreshed."""
    held: list[int] = []
    with deployment.app.app_context():
        pools: list[Any] = [engine.pool for engine in db.engines.values()]

    def watch() -> None:
        if not request.path.startswith("/control"):
            held.append(sum(pool.checkedout() for pool in pools))

    theirs = LiveProvider(deployment.clock, watch)
    try:
        theirs.does(refresh_tokens=True, tokens={"expires_in": 30})
        shop = connected(deployment, theirs)
        browser = Browser(deployment.app.test_client(), AGENT, "en")
        started, page = leave(browser, shop, login_hint="han-meimei")
        back = requests.get(page, allow_redirects=False, timeout=5).headers["Location"]
        code = shop.response(follow(browser, back).headers["Location"], started)["code"]
        tokens = shop.redeem(code, started).get_json()

        answers = [exchange(shop, tokens).get_json() for _ in range(2)]
        calls = [len(theirs.calls(name)) for name in ("metadata", "authorize", "token")]
    finally:
        theirs.close()

    assert [one["access_token"] for one in answers] == [
        "token-1-of-han-meimei",
        "token-2-of-han-meimei",
    ]
    assert calls == [1, 1, 3]
    assert len(held) >= 6
    assert set(held) == {0}


def connected(deployment: Deployment, theirs: LiveProvider) -> RelyingParty:
    values = {"issuer": theirs.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    federation = deployment.app.extensions["federation"]
    with deployment.app.app_context():
        credentials = federation.credentials.of("oidc")
        credentials.create(db.session(), CredentialFields("ours", "app", values))
        options = {"keep_tokens": "yes"}
        fields = ConnectionFields("ours", "oidc-web", {"en": "Ours"}, "ours", options=options)
        federation.connections.create(db.session(), fields)
        db.session.commit()
    shop = deployment.application(connections=("ours",), first_party=True, **REGISTERED)
    shop.scope = "openid profile"
    with deployment.app.app_context():
        wanted = Enablement(shop.client_id, "ours", enabled=True, source_tokens=True)
        enablement.save(db.session(), deployment.clock, wanted, actor="test")
        db.session.commit()
    return shop


def rows_now() -> int:
    """Within the transaction under way."""
    return len(list(db.session.execute(select(SOURCE_TOKEN))))
