"""Somebody signs in by a provider of OpenID Connect that an administrator entered by its issuer."""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from sqlalchemy import insert, select

from app.database import db
from app.enablement import sources as enablement
from app.tables.people import ACCOUNT, ACCOUNT_CONFLICT, BROWSER_SESSION
from federation import ConnectionFields, CredentialFields, Federation
from federation.errors import NotBelieved
from federation.upstreams import LogoutNotice, SessionUpstream
from tests.app.site import Browser, Site
from tests.provider_sandbox import CLIENT_ID, CLIENT_SECRET, PEOPLE, LiveProvider, PlayedWeb
from tests.relying_party import ISSUER, RelyingParty

BYE = "https://shop.example/bye"
NO_MORE: Mapping[str, Any] = {}
AGENT = "Mozilla/5.0 (X11; Linux) Firefox/140"


def entered(
    site: Site,
    provider: LiveProvider,
    association: str = "none",
    registered: Mapping[str, Any] = NO_MORE,
    **options: str,
) -> RelyingParty:
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
        ConnectionFields(
            *("ours", "oidc-web", {"en": "Our provider"}, "ours"),
            association=association,
            options=options,
        ),
    )
    client = site.client(first_party=True, post_logout_redirect_uris=(BYE,), **registered)
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


def test_source_is_asked_for_what_the_application_asks_for(
    site: Site, provider: LiveProvider
) -> None:
    shop = entered(site, provider, acr_values="urn:theirs:two", prompt="select_account")
    browser = Browser(site.app.test_client(), AGENT, "en")
    contexts = "urn:theirs:one urn:qiao:acr:password urn:theirs:two"
    asked = {"acr_values": contexts, "prompt": "login", "login_hint": "mei@example.org"}

    _, page = leave(browser, shop, **asked)
    _, plain = leave(Browser(site.app.test_client(), AGENT, "en"), shop)

    sent, other = (dict(parse_qsl(urlsplit(one).query)) for one in (page, plain))
    assert sent["acr_values"] == "urn:theirs:two urn:theirs:one"
    assert (sent["prompt"], sent["login_hint"]) == ("login", "mei@example.org")
    assert (other["acr_values"], other["prompt"]) == ("urn:theirs:two", "select_account")
    assert "login_hint" not in other


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
    assert "The answer of Our provider could not be verified" in answer.text
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
    shouted = ill.replace("invalid_scope", "Call+http://evil.example")
    told = follow(browser, f"{parts.path}?{shouted}")
    [made_up] = site.federation.credentials.of("oidc").faults(db.session())
    another = follow(browser, f"{parts.path}?{parts.query}-1")
    refused = follow(browser, f"{parts.path}?{ill}")

    assert declined.status_code == 200
    assert "Our provider" in declined.text
    assert (told.status_code, made_up.errcode) == (503, "unknown")
    assert another.status_code == 400
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


EVENTS = {"http://schemas.openid.net/event/backchannel-logout": {}}


def signed_in(site: Site, provider: LiveProvider, shop: RelyingParty) -> tuple[Browser, Any]:
    """A browser in which somebody is signed in, and the application's tokens."""
    browser = Browser(site.app.test_client(), AGENT, "en")
    started, page = leave(browser, shop, login_hint="han-meimei")
    back = requests.get(page, allow_redirects=False, timeout=5).headers["Location"]
    code = shop.response(follow(browser, back).headers["Location"], started)["code"]
    return browser, shop.redeem(code, started).get_json()


def is_signed_in(browser: Browser, shop: RelyingParty) -> bool:
    answer = browser.get(shop.start(prompt="none").url)
    return "code=" in answer.headers["Location"]


def logout_token(site: Site, provider: LiveProvider, **changes: Any) -> str:
    claims = {
        "iss": provider.url,
        "aud": CLIENT_ID,
        "iat": site.clock(),
        "exp": site.clock() + 120,
        "jti": secrets.token_hex(8),
        "events": EVENTS,
        "sid": "session-of-han-meimei",
    }
    changed = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return provider.sign(changed, "logout+jwt")


def tell(site: Site, token: str) -> int:
    http = site.app.test_client(use_cookies=False)
    path = "/callback/ours/backchannel-logout"
    return http.post(path, data={"logout_token": token}).status_code


def test_signed_out_at_the_provider_is_signed_out_here(
    site: Site, provider: LiveProvider, caplog: pytest.LogCaptureFixture
) -> None:
    shop = entered(site, provider)
    browser, _ = signed_in(site, provider, shop)
    sub = PEOPLE["han-meimei"]["sub"]
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"iss": "https://another.example"}, "iss is not"),
        ({"aud": "another"}, "aud is not"),
        ({"nonce": "x"}, "has a nonce"),
        ({"events": {}}, "events does not tell"),
        ({"sid": None}, "neither sub nor sid"),
        ({"jti": None}, "jti is missing"),
        ({"iat": site.clock() - 3600}, "iat is not of now"),
        ({"exp": site.clock() - 3600}, "has expired"),
    )
    for changes, reason in wrong:
        assert tell(site, logout_token(site, provider, **changes)) == 400
        assert reason in caplog.text
    provider.does(alg="none")
    assert tell(site, logout_token(site, provider)) == 400
    provider.does(signed_by="other")
    assert tell(site, logout_token(site, provider)) == 400
    provider.does()
    assert tell(site, logout_token(site, provider, sid="of-somebody-else", sub=sub)) == 200
    assert is_signed_in(browser, shop)

    token = logout_token(site, provider)

    assert [tell(site, token), tell(site, token)] == [200, 400]
    assert not is_signed_in(browser, shop)

    again, _ = signed_in(site, provider, shop)
    assert tell(site, logout_token(site, provider, sid=None, sub=sub)) == 200
    assert not is_signed_in(again, shop)


def test_every_node_knows_what_the_provider_signs_id_tokens_with(
    site: Site, provider: LiveProvider
) -> None:
    """Of a connection of which it has seen no ID token itself too."""
    shop = entered(site, provider)

    def another_node(alg: str) -> LogoutNotice:
        provider.does(alg=alg)
        web = PlayedWeb(provider, {provider.url: ""}, "", 5)
        node = Federation(site.provider.keyring, site.clock, web=web)
        connection = node.connections.get(db.session(), "ours")
        assert connection is not None
        upstream = node.upstream(connection)
        assert isinstance(upstream, SessionUpstream)
        return upstream.notice(connection, logout_token(site, provider))

    assert another_node("RS256").sid == "session-of-han-meimei"
    with pytest.raises(NotBelieved, match="not signed with ES256"):
        another_node("ES256")
    for alg, other in (("ES256", "RS256"), ("PS256", "ES256")):
        provider.does(alg=alg)
        signed_in(site, provider, shop)
        assert another_node(alg).sid == "session-of-han-meimei"
        with pytest.raises(NotBelieved, match=f"not signed with {other}"):
            another_node(other)


def test_frame_of_the_provider_signs_out_by_its_sessions_name(
    site: Site, provider: LiveProvider
) -> None:
    shop = entered(site, provider)
    browser, _ = signed_in(site, provider, shop)
    http, path = site.app.test_client(), "/callback/ours/frontchannel-logout"
    named = {"iss": provider.url, "sid": "session-of-han-meimei"}

    for wrong in ({}, {**named, "iss": "https://another.example"}, {**named, "sid": ""}):
        assert http.get(path, query_string=wrong).status_code == 400
    assert is_signed_in(browser, shop)
    assert http.get(path, query_string=named).status_code == 200

    assert not is_signed_in(browser, shop)


def test_signing_out_here_signs_out_at_the_provider_and_comes_back(
    site: Site, provider: LiveProvider
) -> None:
    shop = entered(site, provider, logout="yes")
    browser, tokens = signed_in(site, provider, shop)
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "state": "s"}

    there = browser.get(f"/logout?{urlencode(asked)}").headers["Location"]
    returned = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    onward = browser.get(returned.removeprefix(ISSUER)).headers["Location"]

    sent = dict(parse_qsl(urlsplit(there).query))
    assert there.startswith(f"{provider.url}/logout?")
    assert sent["client_id"] == CLIENT_ID
    assert sent["id_token_hint"].count(".") == 2
    assert onward == f"{BYE}?state=s"
    assert not is_signed_in(browser, shop)


def account_with(site: Site, name: str, **columns: Any) -> str:
    """An account that was there before."""
    now = site.clock()
    times = {"created_at": now, "updated_at": now}
    row = {"id": name, "name": name, **times, "email_verified": True, **columns}
    db.session.execute(insert(ACCOUNT), row)
    db.session.commit()
    return name


def account_of(site: Site, provider: LiveProvider, shop: RelyingParty, person: str) -> str:
    """Whose account somebody is signed in to who comes by the provider."""
    browser = Browser(site.app.test_client(), AGENT, "en")
    _, page = leave(browser, shop, login_hint=person)
    back = requests.get(page, allow_redirects=False, timeout=5).headers["Location"]
    follow(browser, back)
    latest = select(BROWSER_SESSION.c.account_id).order_by(BROWSER_SESSION.c.auth_time.desc())
    db.session.rollback()
    site.clock.advance(1)
    return str(db.session.scalars(latest.limit(1)).one())


def test_verified_address_links_where_an_administrator_says_so(
    site: Site, provider: LiveProvider
) -> None:
    shop = entered(site, provider, association="email")
    han, li = PEOPLE["han-meimei"]["email"], PEOPLE["li-lei"]["email"]
    hers = account_with(site, "hers", email=han)
    account_with(site, "his", email=li)
    provider.person("waiting", email="waiting@example.org", email_verified=True)
    account_with(site, "trap", email="waiting@example.org", email_provenance="oauth2")
    provider.person("two", email="two@example.org", email_verified=True)
    for name in ("one", "other"):
        account_with(site, name, email="two@example.org")

    assert account_of(site, provider, shop, "han-meimei") == hers
    assert account_of(site, provider, shop, "han-meimei") == hers
    # He has not proven his, another source said whose that was, and of two none is chosen.
    assert account_of(site, provider, shop, "li-lei") != "his"
    assert account_of(site, provider, shop, "waiting") != "trap"
    assert account_of(site, provider, shop, "two") not in ("one", "other")
    columns = (ACCOUNT_CONFLICT.c.kind, ACCOUNT_CONFLICT.c.other_account_id)
    told = {tuple(row) for row in db.session.execute(select(*columns))}
    assert told == {("email_shared", "trap"), ("email_shared", "one")}


def test_address_links_nobody_by_itself(site: Site, provider: LiveProvider) -> None:
    shop = entered(site, provider)
    account_with(site, "hers", email=PEOPLE["han-meimei"]["email"])

    account = account_of(site, provider, shop, "han-meimei")

    assert account != "hers"
    told = db.session.execute(select(ACCOUNT).where(ACCOUNT.c.id == account)).one()
    assert (told.email, told.email_verified) == (PEOPLE["han-meimei"]["email"], True)
    assert told.email_provenance == "oidc"
