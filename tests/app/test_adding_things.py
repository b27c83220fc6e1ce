"""A source, a grant type and a claim that the product does not know, handed to ``create_app``.

Nothing else of the product is touched: console, API, command line, pages and discovery take all
that they need from the declarations in `tests.app.adding`.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import select

from app.accounts.claims import CLAIMS, Claim
from app.audit import trail
from app.database import database_url, db
from app.enablement import sources as enablement
from app.settings import Settings
from app.tables.people import ACCOUNT
from federation.catalog import SOURCES
from federation.connection_rows import KNOWN_BEFORE
from federation.models import ConnectionRow, CredentialRow
from oidc.grants import GRANTS
from tests.app.adding.toy_grant import GRANT_TYPE, ToyGrant
from tests.app.adding.toy_provider import CLIENT_ID, ToyProvider
from tests.app.adding.toy_source import NOT_A_KEY, TOY
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Browser, Site, close, fill
from tests.applications import APPLICATIONS
from tests.conftest import TestClock
from tests.relying_party import RelyingParty
from tests.sandbox_server import LiveSandbox

TOY_CLAIM = Claim("letters_of_name", "profile", lambda told: len(told.person.name or ""))
NEW = "/admin/credentials/toy/new"
ONE = f"/admin/credentials/toy/{CLIENT_ID}"


@pytest.fixture
def toy() -> Iterator[ToyProvider]:
    with ToyProvider(person={"id": "p-1", "name": "Mei", "company": "c-9"}) as provider:
        yield provider


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    """The product with one more of each."""
    settings = Settings(
        issuer="http://127.0.0.1:8000",
        secret_keys=("a secret of a test with enough characters",),
        database_url=database_url("sqlite://"),
        wechat_api_base=wechat.url,
        wechat_open_base=wechat.url,
        wechat_sandbox=True,
    )
    app = APPLICATIONS.lend(
        settings,
        clock,
        shared=False,
        sources=(*SOURCES, TOY),
        grants=(*GRANTS, (ToyGrant, ())),
        claims=(*CLAIMS, TOY_CLAIM),
    )
    site = Site(app, app.extensions["oidc"], app.extensions["federation"], clock, wechat)
    with app.app_context():
        fill(site)
        yield site
        close(site)


@pytest.fixture
def console(site: Site) -> Console:
    make_admin(site)
    console = Console(site.app.test_client())
    assert console.sign_in().status_code == 303
    return console


@pytest.fixture
def shop(site: Site, console: Console, toy: ToyProvider) -> RelyingParty:
    """An application that people come to by the toy source, set up by an administrator."""
    store_credential(console, toy)
    make_connection(console, toy)
    console.post(
        "/admin/applications/new",
        {
            "type": "web",
            "client_name": "Shop",
            "redirect_uris": "https://shop.example/callback",
            "connections": "toy",
        },
    )
    [client] = site.provider.clients.page(db.session())
    secret = site.provider.clients.rotate_secret(db.session(), client, overlap=0)
    for one in ("wechat", "toy"):
        if site.federation.connections.get(db.session(), one):
            enablement.switch(db.session(), site.clock, client.client_id, one, True, actor="test")
    db.session.commit()
    scope = "openid profile toy"
    http = site.app.test_client(use_cookies=False)
    return RelyingParty(http, client.client_id, secret, scope=scope)


def store_credential(console: Console, toy: ToyProvider, **typed: str) -> Any:
    """Through the form that is made from the declaration."""
    page = console.get(NEW)
    values = {"client_id": CLIENT_ID, "private_key": toy.private_key, "address": toy.base}
    return console.fill(page, NEW, {**values, **typed})


def make_connection(console: Console, toy: ToyProvider, **typed: str) -> Any:
    """Through the form of its mode; what is to be entered at Toy is entered there."""
    new = "/admin/connections/new/toy-web"
    made = console.fill(
        console.get(new), new, {"id": "toy", "name_en": "Sign in with Toy", **typed}
    )
    assert made.status_code == 303, made.text
    shown = console.get("/admin/connections/toy").text
    callback = re.search(r'readonly value="([^"]+)"', shown)
    assert callback, shown
    toy.redirect_uri = callback[1]
    return made


def agree(browser: Browser, login: str) -> Any:
    """Presses the button, agrees on the toy's own page, and comes back; the last answer of ours."""
    left = browser.send(browser.get(login), login, {"connection": "toy"})
    assert left.status_code == 303, left.text
    page = requests.get(left.headers["Location"], allow_redirects=False, timeout=5)
    assert page.status_code == 302, page.text
    back = urlsplit(page.headers["Location"])
    landed = browser.get(f"{back.path}?{back.query}")
    return browser.get(landed.headers["Location"])


def sign_in(site: Site, shop: RelyingParty, **request: str) -> Any:
    """The token response of a whole sign-in."""
    started = shop.start(**request)
    browser = Browser(site.app.test_client(), "Mozilla/5.0 (X11; Linux) Firefox/140", "en")
    login = browser.get(started.url).headers["Location"]
    settled = agree(browser, login)
    onward = browser.get(settled.headers["Location"]).headers["Location"]
    if onward.startswith("/consent/"):
        allowed = browser.send(browser.get(onward), onward, {"decision": "allow"})
        onward = browser.get(allowed.headers["Location"]).headers["Location"]
    code = shop.response(onward, started)["code"]
    tokens = shop.redeem(code, started)
    assert tokens.status_code == 200, tokens.text
    return tokens.get_json() | {"nonce": started.nonce}


def test_person_signs_in_by_the_source_and_the_application_is_told_its_claims(
    site: Site, shop: RelyingParty, toy: ToyProvider
) -> None:
    tokens = sign_in(site, shop)

    claims = shop.verified(tokens["id_token"], tokens["nonce"], site.clock())
    told = shop.userinfo(tokens["access_token"]).get_json()
    assert (claims["amr"], claims["acr"], claims["idp"]) == (["toy"], TOY.acr, "toy")
    assert (claims["toy_id"], claims["toy_company"]) == ("p-1", "c-9")
    assert (told["name"], told["letters_of_name"], told["toy_id"]) == ("Mei", 3, "p-1")
    assert toy.asked[-1]["redirect_uri"] == "http://127.0.0.1:8000/callback/toy"


def test_same_person_by_the_same_source_is_the_same_account(site: Site, shop: RelyingParty) -> None:
    first, again = sign_in(site, shop), sign_in(site, shop)

    subjects = {shop.verified(one["id_token"])["sub"] for one in (first, again)}
    assert len(subjects) == 1
    assert db.session.scalar(select(ACCOUNT.c.profile_provenance)) == "toy"
    succeeded = trail.page(db.session(), trail.Filter(kind="sign_in.succeeded"))
    assert [one.rule for one in succeeded] == ["known_openid", "new_account"]
    assert {one.detail["way"] for one in succeeded} == {"redirect"}


def test_page_shows_the_button_with_the_sources_mark_and_colour(
    site: Site, shop: RelyingParty
) -> None:
    browser = Browser(site.app.test_client(), "Mozilla/5.0 (X11; Linux) Firefox/140", "en")
    login = browser.get(shop.start().url).headers["Location"]

    page = browser.get(f"{login}?ways=all").text

    styles = re.search(r'href="(/sources\.css[^"]*)"', page)
    assert styles
    assert 'class="button of-toy"' in page
    assert TOY.look.mark in page
    assert "Sign in with Toy" in page
    assert ".button.of-toy { background: #7a1f5c" in browser.get(styles[1]).text


def test_consent_page_says_what_the_sources_scope_lets_see(site: Site, shop: RelyingParty) -> None:
    started = shop.start()
    browser = Browser(site.app.test_client(), "Mozilla/5.0 (X11; Linux) Firefox/140", "en")
    settled = agree(browser, browser.get(started.url).headers["Location"])

    consent = browser.get(settled.headers["Location"]).headers["Location"]

    assert TOY.scopes["toy"] in browser.get(consent).text


@pytest.mark.usefixtures("shop")
def test_discovery_names_scope_claims_context_and_grant(site: Site) -> None:
    site.federation.connections.all(db.session())  # as every sign-in page does
    document = site.app.test_client().get("/.well-known/openid-configuration").get_json()

    assert "toy" in document["scopes_supported"]
    assert {"toy_id", "toy_company", "letters_of_name"} <= set(document["claims_supported"])
    assert TOY.acr in document["acr_values_supported"]
    assert GRANT_TYPE in document["grant_types_supported"]


def test_grant_is_answered_at_the_token_endpoint(site: Site, console: Console) -> None:
    offered = console.post("/admin/applications/new", {"type": "service", "client_name": "Robot"})
    [secret] = re.findall(r'value="(qcs_[^"]+)"', offered.text)
    [client] = site.provider.clients.page(db.session())
    path = f"/admin/applications/{client.client_id}"
    form = console.get(path)
    saved = console.fill(form, path, {"grant_types": [GRANT_TYPE], "scope": "robots"})
    robot = RelyingParty(site.app.test_client(use_cookies=False), client.client_id, secret)

    answer = robot.token({"grant_type": GRANT_TYPE, "toy": "duck"})

    assert saved.status_code == 303, saved.text
    assert answer.status_code == 200, answer.text
    assert (answer.get_json()["toy"], answer.get_json()["scope"]) == ("duck", "robots")


def test_key_of_a_credential_is_sealed_as_one_document(
    site: Site, console: Console, toy: ToyProvider
) -> None:
    store_credential(console, toy)

    [row] = db.session.execute(select(CredentialRow.__table__)).all()
    known = site.federation.credentials.of("toy").get(db.session(), CLIENT_ID)

    assert "PRIVATE KEY" not in str(row)
    assert toy.base not in str(row)
    assert known is not None
    assert known["private_key"] == toy.private_key
    assert len(toy.private_key) > 1600
    assert "PRIVATE KEY" not in console.get(ONE).text


def test_form_tells_what_the_declared_checks_refuse(
    site: Site, console: Console, toy: ToyProvider
) -> None:
    answer = store_credential(console, toy, private_key="not a key", address="toy")

    assert answer.status_code == 422
    assert NOT_A_KEY in answer.text
    assert "Write an address without a path." in answer.text
    assert site.federation.credentials.of("toy").all(db.session()) == []


def test_key_is_replaced_and_everything_else_stays(
    site: Site, console: Console, toy: ToyProvider
) -> None:
    store_credential(console, toy, name="Shop at Toy")
    with ToyProvider() as other:
        answer = console.fill(console.get(ONE), f"{ONE}/secret", {"private_key": other.private_key})

        known = site.federation.credentials.of("toy").get(db.session(), CLIENT_ID)

    assert answer.status_code == 303, answer.text
    assert known is not None
    assert known["private_key"] == other.private_key
    assert (known.name, known["address"], known.version) == ("Shop at Toy", toy.base, 2)


def test_error_of_the_source_is_explained_to_the_administrator_alone(
    site: Site, shop: RelyingParty, console: Console, toy: ToyProvider
) -> None:
    toy.refuses = "invalid-signature"
    browser = Browser(site.app.test_client(), "Mozilla/5.0 (X11; Linux) Firefox/140", "en")
    refused = agree(browser, browser.get(shop.start().url).headers["Location"])

    told = TOY.refusals["invalid-signature"]
    listed, log = console.get("/admin/credentials").text, console.get("/admin/log").text
    command = site.app.test_cli_runner().invoke(args=["credentials", "list"]).output

    assert refused.status_code == 503
    assert told not in refused.text
    assert told in listed
    assert told in log
    assert told.rstrip(".") in command


def test_source_that_is_away_is_named_to_the_person(
    site: Site, shop: RelyingParty, toy: ToyProvider
) -> None:
    browser = Browser(site.app.test_client(), "Mozilla/5.0 (X11; Linux) Firefox/140", "en")
    login = browser.get(shop.start().url).headers["Location"]
    left = browser.send(browser.get(login), login, {"connection": "toy"})
    page = requests.get(left.headers["Location"], allow_redirects=False, timeout=5)
    toy.__exit__(None, None, None)
    back = urlsplit(page.headers["Location"])
    landed = browser.get(f"{back.path}?{back.query}").headers["Location"]

    away = browser.get(landed)

    assert away.status_code == 503
    assert "Toy is not answering at the moment" in away.text


def test_credential_is_checked_at_the_source(console: Console, toy: ToyProvider) -> None:
    store_credential(console, toy)

    console.fill(console.get(ONE), f"{ONE}/check-secret", {})
    accepted = console.get(ONE).text
    toy.refuses = "invalid-signature"
    console.fill(console.get(ONE), f"{ONE}/check-secret", {})
    refused = console.get(ONE).text

    assert "Toy takes the credential" in accepted
    assert TOY.refusals["invalid-signature"] in refused


def test_option_of_the_mode_is_chosen_in_the_form_and_reaches_the_upstream(
    site: Site, console: Console, toy: ToyProvider
) -> None:
    store_credential(console, toy)
    make_connection(console, toy, colour="dark")
    client = site.client()
    enablement.switch(db.session(), site.clock, client.client_id, "toy", True, actor="test")
    db.session.commit()
    interaction = site.park(client)
    browser, path = site.browser(), f"/sign-in/{interaction}"

    left = browser.send(browser.get(path), path, {"connection": "toy"})

    query = parse_qs(urlsplit(left.headers["Location"]).query)
    assert query["colour"] == ["dark"]


def test_api_and_command_line_take_the_same_form(
    site: Site, console: Console, toy: ToyProvider, tmp_path: Any
) -> None:
    key = tmp_path / "key.pem"
    key.write_text(toy.private_key)
    run = site.app.test_cli_runner().invoke
    wrong = run(args=["credentials", "add", "toy", CLIENT_ID, "--set", "shape=round"])
    added = run(
        args=[
            *("credentials", "add", "toy", CLIENT_ID),
            *("--set", f"address={toy.base}", "--file", f"private_key={key}"),
        ]
    )
    checked = run(args=["credentials", "check", "toy"])
    made = run(
        args=[
            *("connections", "add", "toy", "--mode", "toy-web", "--name", "Toy"),
            *("--app", CLIENT_ID),
        ]
    )

    assert "there are: private_key (Private key), address" in wrong.output
    assert added.exit_code == checked.exit_code == made.exit_code == 0, made.output
    assert "Toy takes the Number of the application" in checked.output
    schemas = site.app.test_client().get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    assert "toy-web" in schemas["ConnectionNew"]["properties"]["mode"]["enum"]
    assert "toy_id" in schemas["EnablementNew"]["properties"]["claims"]["properties"]
    assert "colour" in schemas["ConnectionNew"]["properties"]


def test_node_of_0_1_0_reads_the_connection_as_one_that_it_cannot_use(
    site: Site, console: Console, toy: ToyProvider
) -> None:
    store_credential(console, toy)
    make_connection(console, toy)

    [row] = db.session.execute(select(ConnectionRow.__table__)).all()

    assert row.mode in KNOWN_BEFORE
    assert (row.app_id, row.source_mode, row.credential_id) == (None, "toy-web", CLIENT_ID)
