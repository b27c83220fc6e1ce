"""RFC 7591 and OpenID Connect Registration 1.0. The clause is in the name of each test."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import ECKey

from app.database import db
from oidc.apis.api import ApiFields, ApiScope
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Deployment, onward
from tests.sandbox_server import LiveSandbox
from tests.spec.receiver import receiving
from tests.spec.registrant import INITIAL_TOKEN, Registrant, registering
from tests.spec.test_apis import change, register


@pytest.fixture
def developer(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Registrant]:
    with registering(sqlite, wechat, clock) as registrant:
        yield registrant


def test_3_registration_is_off_unless_switched_on(deployment: Deployment) -> None:
    browser = deployment.browser()

    answer = Registrant(deployment).register()

    assert answer.status_code == 404
    assert answer.get_json()["error"] == "invalid_request"
    assert "registration_endpoint" not in browser.get("/.well-known/openid-configuration").json


def test_3_discovery_names_the_endpoint_where_it_is_on(developer: Registrant) -> None:
    document = developer.deployment.browser().get("/.well-known/openid-configuration").get_json()

    assert document["registration_endpoint"] == document["issuer"] + "/register"


@pytest.mark.parametrize("token", [None, "wrong", INITIAL_TOKEN + "x", "", "é"])
def test_3_initial_access_token_is_demanded(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, token: str | None
) -> None:
    settings = {"registration": "token", "registration_token": INITIAL_TOKEN}
    with registering(sqlite, wechat, clock, **settings) as developer:
        developer.token = token
        refused = developer.register()
        developer.token = INITIAL_TOKEN
        accepted = developer.register()

    assert (refused.status_code, accepted.status_code) == (401, 201)
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert refused.get_json()["error"] == "invalid_token"


def test_3_2_1_answer_has_all_that_the_client_needs(
    developer: Registrant, clock: TestClock
) -> None:
    answer = developer.register(grant_types=["authorization_code", "refresh_token"])

    registered = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert registered["client_id_issued_at"] == clock()
    assert registered["client_secret_expires_at"] == 0
    assert len(registered["client_secret"]) >= 43
    assert registered["registration_client_uri"].endswith("/register/" + registered["client_id"])
    assert registered["token_endpoint_auth_method"] == "client_secret_basic"
    assert registered["response_types"] == ["code"]
    assert registered["redirect_uris"] == [CALLBACK]


def test_3_2_1_public_client_gets_no_secret(developer: Registrant) -> None:
    registered = developer.register(token_endpoint_auth_method="none").get_json()

    assert "client_secret" not in registered
    assert "client_secret_expires_at" not in registered


def test_3_2_1_registered_client_signs_people_in(developer: Registrant) -> None:
    registered = developer.register(token_endpoint_auth_method="client_secret_post").get_json()
    app = developer.application(registered)

    started = app.start()
    answer = developer.deployment.browser().get(started.url)
    wrong = app.token(
        {
            "grant_type": "authorization_code",
            "code": "qac_nothing",
            "client_id": app.client_id,
            "client_secret": app.secret,
            "redirect_uri": CALLBACK,
            "code_verifier": started.verifier,
        }
    )

    assert answer.location.startswith("/sign-in/")
    assert wrong.status_code == 400


def test_3_1_secret_and_token_are_not_in_the_database(developer: Registrant) -> None:
    registered = developer.register().get_json()

    with developer.deployment.app.app_context():
        rows = db.session.connection().exec_driver_sql("SELECT * FROM client").all()
    stored = repr(rows)
    assert registered["client_id"] in stored
    assert registered["client_secret"] not in stored
    assert registered["registration_access_token"] not in stored


SWITCHES = {
    "first_party": True,
    "require_pkce": False,
    "require_nonce_or_pkce": False,
    "introspects_any": True,
    "access_token_lifetime": 10**6,
}


def test_2_our_own_switches_cannot_be_registered(developer: Registrant) -> None:
    registered = developer.register(**SWITCHES).get_json()

    with developer.deployment.app.app_context():
        client = developer.deployment.provider.clients.get(db.session, registered["client_id"])
    assert client is not None
    assert client.dynamic
    assert not client.is_first_party
    assert client.metadata.require_nonce_or_pkce
    assert client.metadata.access_token_lifetime is None
    assert not SWITCHES.keys() & registered.keys()


@pytest.mark.parametrize(
    ("rule", "without_either", "with_nonce"),
    [("always", False, False), ("unless-nonce", False, True), ("never", True, True)],
)
def test_rfc9700_2_1_1_confidential_client_sends_pkce_or_a_nonce(
    sqlite: Database,
    wechat: LiveSandbox,
    clock: TestClock,
    rule: str,
    without_either: bool,
    with_nonce: bool,
) -> None:
    no_pkce = {"code_challenge": None, "code_challenge_method": None}
    with registering(sqlite, wechat, clock, registration_requires_pkce=rule) as developer:
        app = developer.application(developer.register().get_json())
        public = developer.application(
            developer.register(token_endpoint_auth_method="none").get_json()
        )
        browser = developer.deployment.browser()
        answers = [
            onward(browser.get(started.url))
            for started in (
                app.start(**no_pkce, nonce=None),
                app.start(**no_pkce),
                app.start(nonce=None),
                public.start(**no_pkce),
            )
        ]

    accepted = [each.startswith("/sign-in/") for each in answers]
    assert accepted == [without_either, with_nonce, True, False]
    assert all("error=invalid_request" in each for each in answers if "error" in each)


def test_rfc9700_2_1_1_nonce_is_the_default_and_needs_an_id_token(developer: Registrant) -> None:
    app = developer.application(developer.register().get_json())
    no_pkce = {"code_challenge": None, "code_challenge_method": None}
    browser = developer.deployment.browser()

    accepted = onward(browser.get(app.start(**no_pkce).url))
    refused = onward(browser.get(app.start(**no_pkce, scope="profile").url))

    assert accepted.startswith("/sign-in/")
    assert "error=invalid_request" in refused


REDIRECTS = {
    "javascript": "javascript://shop.example/%0aalert(1)",
    "http": "http://shop.example/cb",
    "fragment": "https://shop.example/cb#here",
    "relative": "/cb",
    "user": "https://shop.example@evil.example/cb",
    "wildcard": "https://*.shop.example/cb",
}


@pytest.mark.parametrize("case", REDIRECTS)
def test_3_2_2_bad_redirect_uri_is_refused_by_its_own_code(
    developer: Registrant, case: str
) -> None:
    answer = developer.register(redirect_uris=[REDIRECTS[case]])

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_redirect_uri"
    assert REDIRECTS[case] not in answer.text


BAD = {
    "initiate-login-http": {"initiate_login_uri": "http://shop.example/start"},
    "implicit": {"response_types": ["id_token"], "grant_types": ["implicit"]},
    "grant-type": {"grant_types": ["password"]},
    "alg-none": {"id_token_signed_response_alg": "none"},
    "auth-method": {"token_endpoint_auth_method": "tls_client_auth"},
    "jwks-and-uri": {"jwks": {"keys": []}, "jwks_uri": "https://shop.example/jwks"},
    "jwks-private": {"jwks": {"keys": [ECKey.generate_key("P-256").as_dict(private=True)]}},
    "private-key-without-keys": {"token_endpoint_auth_method": "private_key_jwt"},
    "jwks-uri-http": {"jwks_uri": "http://shop.example/jwks"},
    "backchannel-http": {"backchannel_logout_uri": "http://shop.example/bye"},
    "frontchannel-elsewhere": {"frontchannel_logout_uri": "https://evil.example/bye"},
    "pairwise-without-salt": {"subject_type": "pairwise"},
    "name-with-controls": {"client_name": "Shop\u202egnp.exe"},
}


@pytest.mark.parametrize("case", BAD)
def test_3_2_2_bad_metadata_is_refused(developer: Registrant, case: str) -> None:
    answer = developer.register(**BAD[case])

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_client_metadata"
    assert answer.get_json()["error_description"].isascii()
    assert answer.headers["Cache-Control"] == "no-store"


def test_3_2_2_all_problems_are_told_at_once(developer: Registrant) -> None:
    answer = developer.register(
        logo_uri="ftp://x", default_max_age="soon", subject_type="pairwise", contacts="me"
    )

    told = answer.get_json()["error_description"]
    for name in ("logo_uri", "default_max_age", "subject_type", "contacts"):
        assert name in told


BODIES = {
    "list": b"[]",
    "broken": b"{",
    "repeated": b'{"client_name":"a","client_name":"b"}',
    "nan": b'{"default_max_age":NaN}',
    "half-character": b'{"client_name":"\\ud800"}',
    "deep": b"[" * 100_000,
    "not-utf8": b'{"client_name":"\xff"}',
}


@pytest.mark.parametrize("case", BODIES)
def test_3_1_body_that_is_no_json_object_is_refused(developer: Registrant, case: str) -> None:
    http = developer.deployment.app.test_client(use_cookies=False)

    answer = http.post("/register", data=BODIES[case], content_type="application/json")

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_client_metadata"


def test_3_1_form_is_refused(developer: Registrant) -> None:
    http = developer.deployment.app.test_client(use_cookies=False)

    answer = http.post("/register", data={"client_name": "Shop"})

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")


def test_2_unknown_members_are_ignored(developer: Registrant) -> None:
    registered = developer.register(software_statement="e30.e30.", colour="red").get_json()

    assert "colour" not in registered


def test_2_2_names_in_several_languages_come_back(developer: Registrant) -> None:
    registered = developer.register(**{"client_name#zh-CN": "商店"}).get_json()

    assert registered["client_name#zh-CN"] == "商店"


def test_oidc_5_sector_document_that_lists_the_redirects_is_accepted(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    uris = [CALLBACK, "https://forum.example/cb"]
    answers: dict[str, Any] = {}
    with (
        registering(sqlite, wechat, clock, pairwise_salt="s" * 32) as developer,
        receiving() as sector,
    ):
        asked = {"redirect_uris": uris, "sector_identifier_uri": sector.url + "/sector"}
        for name, document in {
            "all": uris,
            "some": uris[:1],
            "object": {"redirect_uris": uris},
        }.items():
            sector.document = json.dumps(document).encode()
            answers[name] = developer.register(subject_type="pairwise", **asked)
        sector.statuses = [302]
        answers["redirected"] = developer.register(subject_type="pairwise", **asked)

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "all": 201,
        "some": 400,
        "object": 400,
        "redirected": 400,
    }
    assert "sector_identifier_uri" in answers["some"].get_json()["error_description"]


def test_5_flood_of_registrations_is_slowed_down(developer: Registrant) -> None:
    answers = [developer.post({}) for _ in range(61)]

    assert {answer.status_code for answer in answers[:60]} == {400}
    assert answers[60].status_code == 429
    assert answers[60].get_json()["error"] == "slow_down"
    assert int(answers[60].headers["Retry-After"]) > 0


@pytest.mark.parametrize("scope", ["admin:read", "openid admin:write", "orders.read"])
def test_3_2_1_scope_that_is_for_administrators_to_give_is_left_out_of_the_answer(
    developer: Registrant, scope: str
) -> None:
    machine = {"grant_types": ["client_credentials"], "response_types": []}
    answer = developer.register(**machine, scope=scope)
    program = developer.application({**answer.get_json(), "redirect_uris": [CALLBACK]})
    token = program.token({"grant_type": "client_credentials", "scope": scope})

    assert answer.status_code == 201
    assert answer.get_json().get("scope") in (None, "openid")
    assert token.get_json()["error"] == "invalid_scope"


def test_3_2_1_scope_of_an_api_is_registered_where_it_is_open(developer: Registrant) -> None:
    scope = ApiScope("mcp:tools", {"en": "use its tools"})
    tools = ApiFields(resource="https://tools.example/mcp", scopes=(scope,))
    made = register(developer.deployment, tools, "tools")

    closed = developer.register(scope="openid mcp:tools").get_json()
    change(developer.deployment, made, open_to_self_registered=True)
    opened = developer.register(scope="openid mcp:tools mcp:unknown").get_json()

    assert closed["scope"] == "openid"
    assert opened["scope"] == "openid mcp:tools"


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://localhost:4000/cb", "http://127.0.0.1:4000/cb", "com.example.app:/cb"],
)
def test_2_application_with_the_address_of_an_app_is_native(
    developer: Registrant, redirect_uri: str
) -> None:
    answer = developer.register(redirect_uris=[redirect_uri])

    assert answer.get_json()["application_type"] == "native"


def test_oidc_core_8_1_stranger_cannot_join_a_sector_by_naming_its_host(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    with registering(sqlite, wechat, clock, pairwise_salt="s" * 32) as developer:
        developer.deployment.application(subject_type="pairwise")

        stranger = developer.register(subject_type="pairwise")
        elsewhere = developer.register(
            subject_type="pairwise", redirect_uris=["https://forum.example/cb"]
        )
        again = developer.manage(
            "PUT",
            elsewhere.get_json(),
            json={
                "client_id": elsewhere.get_json()["client_id"],
                "redirect_uris": [CALLBACK],
                "subject_type": "pairwise",
            },
        )

    assert stranger.get_json()["error"] == "invalid_client_metadata"
    assert "sector_identifier_uri" in stranger.get_json()["error_description"]
    assert elsewhere.status_code == 201
    assert again.status_code == 400
