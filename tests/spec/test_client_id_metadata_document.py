"""draft-ietf-oauth-client-id-metadata-document: the clause is in the name of each test.

The document lies on a real HTTPS server of the test's own.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app.database import db
from app.web.rate_limits import limiter
from oidc.database.pruning import PRUNABLE
from oidc.outbound.http_client import Outbound, system_tls
from tests.applications import CHEAP
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close, onward
from tests.key_holder import ASSERTION_TYPE, KeyHolder, new_key, public_keys
from tests.oidc.outbound.https_server import AUTHORITY, Server, answer, serve
from tests.relying_party import RelyingParty
from tests.sandbox_server import LiveSandbox
from tests.spec.suite import PASSWORD, Suite

CALLBACK = "https://app.example/callback"
JSON = "Content-Type: application/json"


class Site:
    """The application's own web server, and the document that it serves."""

    def __init__(self, deployment: Deployment, server: Server) -> None:
        self.deployment = deployment
        self.server = server
        self.client_id = server.url("/oauth/client.json", host="localhost")
        self.document: dict[str, Any] = {
            "client_id": self.client_id,
            "client_name": "Mail",
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "none",
        }
        self.redirect_uri = CALLBACK
        self.headers = [JSON]
        self.status = "200 OK"
        self.body: bytes | None = None

    def behave(self, connection: Any) -> None:
        body = json.dumps(self.document).encode() if self.body is None else self.body
        answer(body, self.status, *self.headers)(connection)

    @property
    def fetches(self) -> int:
        return len(self.server.requests)

    def application(self, client_id: str | None = None) -> RelyingParty:
        http = self.deployment.app.test_client(use_cookies=False)
        name = client_id or self.client_id
        return RelyingParty(http, name, None, self.redirect_uri, scope="openid")

    def suite(self) -> Suite:
        return Suite(self.deployment, self.application(), self.deployment.browser())

    def visit(self, client_id: str | None = None, **changes: str | None) -> Any:
        """What a browser gets that brings an authorization request."""
        started = self.application(client_id).start(**changes)
        return self.deployment.browser().get(started.url)


@contextmanager
def published(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, directory: Path, **settings: Any
) -> Iterator[Site]:
    """A deployment that believes the certificate of the application's server."""
    sites: list[Site] = []
    trust = pytest.MonkeyPatch()
    with serve(directory, lambda peer: sites[0].behave(peer), name="localhost") as server:
        trust.setenv("SSL_CERT_FILE", str(directory / AUTHORITY))
        outbound = Outbound(allow_loopback_http=True, tls=system_tls())
        trust.undo()
        deployment = build_deployment(
            sqlite, wechat, clock, outbound=outbound, local_login=True, **settings
        )
        with deployment.app.app_context():
            CHEAP.create(db.session(), clock, "ada", PASSWORD, {"name": "Ada"})
            db.session.commit()
        limiter.reset()
        sites.append(Site(deployment, server))
        try:
            yield sites[0]
        finally:
            close(deployment)
            sqlite.empty()


@pytest.fixture
def site(sqlite: Database, wechat: LiveSandbox, clock: TestClock, tmp_path: Path) -> Iterator[Site]:
    with published(sqlite, wechat, clock, tmp_path, client_id_documents=True) as site:
        yield site


def test_5_off_by_default_nothing_is_fetched(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, tmp_path: Path
) -> None:
    with published(sqlite, wechat, clock, tmp_path) as site:
        answer = site.visit()
        discovery = site.deployment.browser().get("/.well-known/openid-configuration").get_json()

        assert answer.status_code == 400
        assert site.fetches == 0
        assert "client_id_metadata_document_supported" not in discovery


def test_5_metadata_says_that_it_is_supported(site: Site) -> None:
    discovery = site.deployment.browser().get("/.well-known/openid-configuration").get_json()

    assert discovery["client_id_metadata_document_supported"] is True


def test_4_unregistered_application_signs_a_person_in(site: Site, clock: TestClock) -> None:
    suite = site.suite()

    started, answer = suite.ask(code_challenge=None, code_challenge_method=None)
    refused = suite.client.response(onward(answer), started)
    started = suite.client.start()
    answer = suite.follow(suite.browser.get(started.url))
    code = suite.client.response(answer.location, started)["code"]
    tokens = suite.client.redeem(code, started).get_json()

    assert refused["error"] == "invalid_request"  # a public client cannot do without PKCE
    claims = suite.client.verified(tokens["id_token"], started.nonce, clock())
    assert claims["aud"] == site.client_id
    assert suite.client.userinfo(tokens["access_token"]).get_json()["sub"] == claims["sub"]
    assert site.fetches == 1


def test_6_consent_shows_the_host_of_the_client_id(site: Site) -> None:
    suite = site.suite()
    started = suite.client.start()
    page = suite.browser.get(started.url)
    page = suite.browser.submit(
        suite.browser.get(page.location), page.location + "/password", username="ada",
        password=PASSWORD,
    )  # fmt: skip
    page = suite.browser.get(suite.browser.get(page.location).location)

    assert f'<bdi dir="ltr">localhost:{site.server.port}</bdi>' in page.text
    assert "Goes back to app.example" in page.text
    assert "Mail" in page.text


def test_3_1_application_with_a_key_authenticates_by_it(site: Site, clock: TestClock) -> None:
    key = new_key("mail")
    site.document |= {"token_endpoint_auth_method": "private_key_jwt", "jwks": public_keys(key)}
    client = KeyHolder.of(site.application(), clock, signs_with=key)

    pushed, _ = client.push()
    stranger = KeyHolder.of(site.application(), clock, signs_with=new_key("mail"))
    refused, _ = stranger.push()

    assert pushed.status_code == 201, pushed.text
    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_client")


UNUSABLE: dict[str, dict[str, Any]] = {
    "client_id of another": {"client_id": "https://localhost/other"},
    "no client_id": {"client_id": None},
    "client_secret": {"client_secret": "s"},
    "client_secret_expires_at": {"client_secret_expires_at": 0},
    "client_secret_basic": {"token_endpoint_auth_method": "client_secret_basic"},
    "client_secret_post": {"token_endpoint_auth_method": "client_secret_post"},
    "client_secret_jwt": {"token_endpoint_auth_method": "client_secret_jwt"},
    "symmetric request objects": {"request_object_signing_alg": "HS256"},
    "private key": {
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [new_key().as_dict(private=True)]},
    },
    "no redirect_uris": {"redirect_uris": []},
    "javascript": {"redirect_uris": ["javascript:alert(1)"]},
    "plain http": {"redirect_uris": ["http://app.example/"], "application_type": "web"},
    "only other grants": {"grant_types": ["client_credentials"]},
}


def test_3_document_is_held_to_the_rules_of_registration(site: Site) -> None:
    genuine = site.document
    accepted = []

    for number, (trick, changes) in enumerate(UNUSABLE.items()):
        limiter.reset()
        address = f"{site.client_id}?{number}"
        site.document = {**genuine, "client_id": address, **changes}
        page = site.visit(address)
        if page.status_code != 400 or "The client metadata document: " not in page.text:
            accepted.append(trick)

    assert accepted == []
    assert site.fetches == len(UNUSABLE)


MISSERVED: dict[str, tuple[str, list[str], bytes | None]] = {
    "not found": ("404 Not Found", [JSON], b"{}"),
    "an error": ("500 Oops", [JSON], b"{}"),
    "a redirect": ("302 Found", [JSON, "Location: https://localhost/elsewhere"], b""),
    "HTML": ("200 OK", ["Content-Type: text/html"], None),
    "no JSON": ("200 OK", [JSON], b"<html>"),
    "no object": ("200 OK", [JSON], b"[1]"),
    "long": ("200 OK", [JSON], b'{"a": "' + b"x" * 20_000 + b'"}'),
    "endless": ("200 OK", [JSON], b"x" * 70_000),
}


def test_4_whatever_else_is_answered_there_is_an_error(site: Site) -> None:
    answers = {}

    for trick, served in MISSERVED.items():
        site.status, site.headers, site.body = served
        answers[trick] = site.visit(f"{site.client_id}?{trick}".replace(" ", "-"))

    assert [trick for trick, answer in answers.items() if answer.status_code != 400] == []
    assert site.fetches == len(MISSERVED)


BENT = (
    "https://localhost",
    "https://localhost/a/../b",
    "https://localhost/a/%2e/b",
    "https://user@localhost/a",
    "https://localhost/a#b",
    "https://localhost/" + "a" * 120,
    "https://localhost\\@evil.example/",
    "https:///a",
    "http://localhost/a",
)


def test_2_client_identifier_url_that_breaks_the_rules_is_not_fetched(site: Site) -> None:
    answers = {address: site.visit(address) for address in BENT}

    assert [address for address, answer in answers.items() if answer.status_code != 400] == []
    assert site.fetches == 0


INNER = (
    *("10.0.0.1", "169.254.169.254", "192.168.0.1", "172.16.0.1", "100.64.0.1", "0.0.0.0"),
    *("[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]"),
)


def test_6_addresses_of_our_own_network_are_not_connected_to(site: Site) -> None:
    answers = {host: site.visit(f"https://{host}/client.json") for host in INNER}

    assert {host for host, answer in answers.items() if answer.status_code == 400} == set(INNER)
    assert all("lead to a public address." in answer.text for answer in answers.values())


def test_4_token_endpoint_refuses_what_the_authorization_endpoint_refuses(site: Site) -> None:
    site.status = "404 Not Found"
    client = site.application()

    answer = client.token({"grant_type": "authorization_code", "code": "x"})

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    assert "metadata document" in answer.get_json()["error_description"]


def test_4_1_document_is_kept_for_an_hour(site: Site, clock: TestClock) -> None:
    answers = [site.visit(), site.visit()]
    clock.advance(3599)
    answers.append(site.visit())
    before = site.fetches
    clock.advance(1)
    answers.append(site.visit())

    assert [each.status_code for each in answers] == [303] * 4
    assert (before, site.fetches) == (1, 2)


def test_4_1_cache_headers_are_heeded_within_bounds(site: Site, clock: TestClock) -> None:
    kept = {"max-age=600": 600, "max-age=0": 300, "no-store": 300, "max-age=9999999": 86400}
    fetched = []

    for control, seconds in kept.items():
        clock.advance(100_000)
        limiter.reset()
        site.headers = [JSON, f"Cache-Control: {control}"]
        before = site.fetches
        site.visit()
        clock.advance(seconds - 1)
        site.visit()
        within = site.fetches
        clock.advance(1)
        site.visit()
        fetched.append((within - before, site.fetches - within))

    assert fetched == [(1, 1)] * len(kept)


def test_4_1_nothing_is_kept_of_a_failure_but_the_address_gets_a_pause(
    site: Site, clock: TestClock
) -> None:
    site.status = "500 Oops"
    refused = [site.visit(), site.visit()]
    asked = site.fetches
    site.status = "200 OK"
    clock.advance(30)

    assert [each.status_code for each in refused] == [400, 400]
    assert asked == 1
    assert site.visit().status_code == 303


def test_4_1_application_outlives_a_day_without_its_document(site: Site, clock: TestClock) -> None:
    site.visit()
    site.status = "500 Oops"
    clock.advance(3600)
    soon = site.visit()
    clock.advance(86400)
    later = site.visit()

    assert (soon.status_code, later.status_code) == (303, 400)
    assert "<code>invalid_client</code>: The client metadata document" in later.text


def test_4_1_changed_document_is_heard(site: Site, clock: TestClock) -> None:
    first = site.visit()
    site.document["redirect_uris"] = ["https://app.example/new"]
    clock.advance(3600)
    old, new = site.visit(), site.visit(redirect_uri="https://app.example/new")

    assert [each.status_code for each in (first, old, new)] == [303, 400, 303]
    assert "<code>invalid_request</code>" in old.text
    assert "redirect_uri" in old.text


def test_3_what_speaks_to_other_servers_is_passed_over(site: Site) -> None:
    site.document |= {
        "grant_types": ["authorization_code", "refresh_token", "urn:example:other"],
        "response_types": ["code", "token"],
        "scope": "openid mcp:tools",
        "first_party": True,
        "require_pkce": False,
        "redirect_uris": ["http://127.0.0.1/callback"],
    }
    site.visit(redirect_uri="http://127.0.0.1/callback")

    with site.deployment.app.app_context():
        client = site.deployment.provider.clients.stored(db.session, site.client_id)
    assert client is not None
    assert client.metadata.grant_types == ("authorization_code", "refresh_token")
    assert client.metadata.scope == "openid"
    assert client.metadata.application_type == "native"
    assert (client.metadata.first_party, client.metadata.require_pkce) == (False, True)


def test_7_administrator_who_stops_an_application_has_the_last_word(
    site: Site, clock: TestClock
) -> None:
    site.visit()
    with site.deployment.app.app_context():
        clients = site.deployment.provider.clients
        client = clients.stored(db.session, site.client_id)
        assert client is not None
        assert clients.change(db.session, client, disabled=True)
        db.session.commit()

    answers = [site.visit()]
    clock.advance(100_000)
    answers.append(site.visit())

    assert [each.status_code for each in answers] == [400, 400]
    assert site.fetches == 1


def test_7_an_address_that_was_registered_is_an_ordinary_client(site: Site) -> None:
    site.deployment.application(site.client_id)

    assert site.visit(redirect_uri="https://shop.example/callback").status_code == 303
    assert site.fetches == 0


def test_6_one_stranger_can_have_few_addresses_fetched(site: Site) -> None:
    answers = [site.visit(f"{site.client_id}?{number}") for number in range(12)]

    refused = answers[10]
    assert site.fetches == 10
    assert [each.status_code for each in answers] == [400] * 10 + [503] * 2
    assert refused.headers["Retry-After"] == "60"
    assert "<code>temporarily_unavailable</code>" in refused.text
    assert "We cannot look this application up at the moment" in refused.text
    assert "WeChat is not answering" not in refused.text


def test_6_program_that_has_too_many_addresses_fetched_is_told_when_to_come_back(
    site: Site,
) -> None:
    started = site.application().start()
    for number in range(10):
        site.visit(f"{site.client_id}?{number}")

    refused = site.application().redeem("qac_nothing", started)

    assert (refused.status_code, refused.get_json()["error"]) == (503, "temporarily_unavailable")
    assert refused.headers["Retry-After"] == "60"


def test_4_first_requests_at_once_make_one_client(site: Site) -> None:
    found: list[int] = []
    browsers = [
        threading.Thread(target=lambda: found.append(site.visit().status_code)) for _ in range(6)
    ]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join()

    assert found == [303] * 6
    assert site.fetches == 1


def test_ordinary_clients_cost_nothing_more(site: Site) -> None:
    site.deployment.application("shop", connections=())
    url = "/authorize?" + urlencode({"client_id": "shop", "response_type": "code"})
    site.deployment.browser().get(url)

    with site.deployment.statements() as seen:
        site.deployment.browser().get(url)

    # Why it was refused is counted.
    assert [each for each in seen if "client" in each and "client_refusal" not in each] == []


def test_applications_that_nobody_used_for_long_are_forgotten(site: Site, clock: TestClock) -> None:
    site.visit()
    clock.advance(91 * 86400)

    with site.deployment.app.app_context():
        gone = {each.name: each.step(db.session(), clock(), 100).gone for each in PRUNABLE}
        db.session.commit()

    assert gone["applications that described themselves"] == 1
    assert site.visit().status_code == 303


def test_3_1_assertion_of_a_client_that_describes_itself_is_used_once(
    site: Site, clock: TestClock
) -> None:
    key = new_key("mail")
    site.document |= {"token_endpoint_auth_method": "private_key_jwt", "jwks": public_keys(key)}
    client = KeyHolder.of(site.application(), clock, signs_with=key)
    body = {
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": client.assertion(),
        "token": "x",
    }

    answers = [client.http.post("/revoke", data=body) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 401]
    assert "used before" in answers[1].get_json()["error_description"]
