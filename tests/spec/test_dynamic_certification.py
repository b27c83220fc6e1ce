"""The modules of OpenID's Config and Dynamic OP certification plans, in our own words.

Each test id is the name of the module that asks the same. The client registers itself,
authenticates with ``private_key_jwt`` and sends a nonce and no PKCE. One thing is not as the
Dynamic plan has it: there is no implicit flow to discover. (Sectors are in
test_rfc7591_registration, rotation under load in test_key_rotation.)
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import Key, RSAKey

from app.accounts.passwords import Passwords
from app.database import db
from tests.conftest import TestClock
from tests.databases import Database
from tests.key_holder import KeyHolder, public_keys
from tests.relying_party import ISSUER, b64, header_of, verify_jws
from tests.sandbox_server import LiveSandbox
from tests.spec.receiver import Receiver, receiving
from tests.spec.registrant import Registrant, registering
from tests.spec.suite import NO_PKCE, PASSWORD, PROFILE, Suite

CALLBACK = "https://suite.example/callback"
KEY = RSAKey.generate_key(2048, {"kid": "suite"})
ANOTHER = RSAKey.generate_key(2048, {"kid": "suite-2"})


@pytest.fixture
def developer(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Registrant]:
    settings = {"local_login": True, "assertion_audience": "any-endpoint"}
    with registering(sqlite, wechat, clock, **settings) as developer:
        with developer.deployment.app.app_context():
            Passwords.with_costs().create(db.session(), clock, "ada", PASSWORD, PROFILE)
            db.session.commit()
        yield developer


@pytest.fixture
def site() -> Iterator[Receiver]:
    with receiving() as site:
        yield site


def module(developer: Registrant, **metadata: Any) -> Suite:
    """One module's run with a client of its own."""
    answer = developer.register(
        **{
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": public_keys(KEY),
            **metadata,
        }
    )
    assert answer.status_code == 201, answer.text
    application = developer.application(answer.get_json())
    application.secret = None
    clock = developer.deployment.clock
    client = KeyHolder.of(application, clock, signs_with=KEY, alg="RS256")
    client.scope = "openid"
    return Suite(developer.deployment, client, developer.deployment.browser())


def request_object(suite: Suite, key: Key | None = KEY, **changes: Any) -> str:
    claims = {
        "iss": suite.client.client_id,
        "aud": ISSUER,
        "client_id": suite.client.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        **changes,
    }
    if key is None:
        return b64(b'{"alg":"none"}') + "." + b64(json.dumps(claims).encode()) + "."
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


_NAMES = """
issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint
scopes_supported response_types_supported response_modes_supported grant_types_supported
acr_values_supported subject_types_supported id_token_signing_alg_values_supported
id_token_encryption_alg_values_supported id_token_encryption_enc_values_supported
userinfo_signing_alg_values_supported userinfo_encryption_alg_values_supported
userinfo_encryption_enc_values_supported request_object_signing_alg_values_supported
request_object_encryption_alg_values_supported request_object_encryption_enc_values_supported
token_endpoint_auth_methods_supported token_endpoint_auth_signing_alg_values_supported
display_values_supported claim_types_supported claims_supported service_documentation
claims_locales_supported ui_locales_supported claims_parameter_supported
request_parameter_supported request_uri_parameter_supported require_request_uri_registration
op_policy_uri op_tos_uri check_session_iframe end_session_endpoint prompt_values_supported
frontchannel_logout_supported frontchannel_logout_session_supported backchannel_logout_supported
backchannel_logout_session_supported revocation_endpoint
revocation_endpoint_auth_methods_supported revocation_endpoint_auth_signing_alg_values_supported
introspection_endpoint introspection_endpoint_auth_methods_supported
introspection_endpoint_auth_signing_alg_values_supported introspection_signing_alg_values_supported
introspection_encryption_alg_values_supported introspection_encryption_enc_values_supported
authorization_signing_alg_values_supported authorization_encryption_alg_values_supported
authorization_encryption_enc_values_supported code_challenge_methods_supported
authorization_response_iss_parameter_supported pushed_authorization_request_endpoint
require_pushed_authorization_requests device_authorization_endpoint
dpop_signing_alg_values_supported authorization_challenge_endpoint
client_id_metadata_document_supported
"""
KNOWN = frozenset(_NAMES.split())
"""The members that IANA's registry, or the schema of the suite, knows; others are a warning."""


def test_oidcc_discovery_endpoint_verification(developer: Registrant) -> None:
    answer = developer.deployment.browser().get("/.well-known/openid-configuration")
    document = answer.get_json()

    assert answer.mimetype == "application/json"
    assert sorted(document.keys() - KNOWN) == []
    assert document["issuer"] == ISSUER
    for name in ("claims_parameter", "request_parameter", "request_uri_parameter"):
        assert document[f"{name}_supported"] is True
    for kind in ("id_token", "userinfo", "request_object"):
        assert "RS256" in document[f"{kind}_signing_alg_values_supported"]
    assert {"scopes_supported", "claims_supported", "userinfo_endpoint"} <= document.keys()
    assert "registration_endpoint" in document
    assert "private_key_jwt" in document["token_endpoint_auth_methods_supported"]
    assert document["ui_locales_supported"] == ["en", "zh-CN", "zh-TW"]
    # The one difference: the Dynamic profile wants the implicit flow too.
    assert document["response_types_supported"] == ["code"]
    assert "implicit" not in document["grant_types_supported"]


def test_oidcc_server_and_idtoken_rs256(developer: Registrant) -> None:
    suite = module(developer, id_token_signed_response_alg="RS256")

    tokens = suite.tokens()

    assert header_of(tokens["id_token"])["alg"] == "RS256"
    assert suite.claims(tokens)["aud"] == suite.client.client_id


def test_oidcc_userinfo_rs256(developer: Registrant) -> None:
    suite = module(developer, userinfo_signed_response_alg="RS256")
    tokens = suite.tokens()

    answer = suite.client.userinfo(tokens["access_token"])

    assert answer.mimetype == "application/jwt"
    told = verify_jws(answer.text, suite.client.http.get("/jwks").get_json())
    assert told["sub"] == suite.claims(tokens)["sub"]
    assert (told["iss"], told["aud"]) == (ISSUER, suite.client.client_id)


def test_oidcc_ensure_redirect_uri_in_authorization_request(developer: Registrant) -> None:
    suite = module(developer)

    answer = suite.browser.get(suite.start(redirect_uri=None, **NO_PKCE).url)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_oidcc_redirect_uri_query(developer: Registrant) -> None:
    """query-OK, query-mismatch and query-added."""
    suite = module(developer, redirect_uris=[CALLBACK + "?foo=bar"])
    tokens = suite.tokens()
    bent = [CALLBACK, CALLBACK + "?foo=baz", CALLBACK + "?foo=bar&foo=baz"]

    answers = [suite.browser.get(suite.start(redirect_uri=each, **NO_PKCE).url) for each in bent]

    assert suite.claims(tokens)
    assert [each.status_code for each in answers] == [400, 400, 400]
    assert not any("Location" in each.headers for each in answers)


def test_oidcc_redirect_uri_regfrag(developer: Registrant) -> None:
    answer = developer.register(redirect_uris=[CALLBACK + "#foobar"])

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_redirect_uri")


def test_oidcc_registration_policy_uri_and_tos_uri(developer: Registrant) -> None:
    links = {"policy_uri": "https://suite.example/p", "tos_uri": "https://suite.example/t"}
    suite = module(developer, **links)
    answer = suite.browser.get(suite.start(**NO_PKCE).url)
    fields = {"username": "ada", "password": PASSWORD}
    page = suite.browser.get(answer.location)
    answer = suite.browser.submit(page, answer.location + "/password", **fields)

    consent = suite.browser.get(suite.browser.get(answer.location).location)

    assert all(f'href="{link}"' in consent.text for link in links.values())


def test_oidcc_registration_jwks_uri_and_rp_key_rotation(
    developer: Registrant, site: Receiver
) -> None:
    """registration-jwks-uri and refresh-token-rp-key-rotation."""
    site.document = json.dumps(public_keys(KEY)).encode()
    suite = module(
        developer,
        jwks=None,
        jwks_uri=site.url + "/jwks",
        grant_types=["authorization_code", "refresh_token"],
    )
    tokens = suite.tokens(scope="openid offline_access", prompt="consent")
    site.document = json.dumps(public_keys(ANOTHER)).encode()
    client: Any = suite.client
    client.signs_with = ANOTHER

    refreshed = client.refresh(tokens["refresh_token"])

    assert refreshed.status_code == 200, refreshed.text
    assert len(site.visits) == 2


def test_oidcc_server_rotate_keys(developer: Registrant) -> None:
    suite = module(developer)
    before = suite.tokens()
    keys = {key["kid"] for key in suite.client.http.get("/jwks").get_json()["keys"]}

    done = developer.deployment.app.test_cli_runner().invoke(args=["keys", "rotate", "--now"])
    developer.deployment.clock.advance(5)
    after = suite.tokens()

    assert done.exit_code == 0, done.output
    fresh = suite.client.http.get("/jwks").get_json()
    assert keys < {key["kid"] for key in fresh["keys"]}
    assert header_of(after["id_token"])["kid"] not in keys
    verify_jws(before["id_token"], fresh)


@pytest.mark.parametrize("key", [None, KEY], ids=["unsigned", "signed-rs256"])
def test_oidcc_request_uri(developer: Registrant, site: Receiver, key: Key | None) -> None:
    suite = module(
        developer,
        request_object_signing_alg="none" if key is None else "RS256",
        request_uris=[site.url + "/request.jwt"],
    )
    started = suite.start(request_uri=site.url + "/request.jwt", **NO_PKCE)
    inside = {"state": started.state, "nonce": started.nonce}
    site.document = request_object(suite, key, **inside).encode()

    answer = suite.follow(suite.browser.get(started.url))
    code = suite.response(answer, started)["code"]
    tokens = suite.client.redeem(code, started, code_verifier=None).get_json()

    assert suite.claims(tokens)["nonce"] == started.nonce
    assert site.visits == ["/request.jwt"]


def test_oidcc_ensure_request_object_with_redirect_uri(developer: Registrant) -> None:
    """The redirect URI inside counts: a wrong one is refused though that outside is right."""
    suite = module(developer, request_object_signing_alg="RS256")
    wrong = request_object(suite, redirect_uri="https://suite.example/other")
    right = suite.start(redirect_uri="https://suite.example/other", **NO_PKCE)
    right.url += f"&request={request_object(suite, state=right.state, nonce=right.nonce)}"

    refused = suite.browser.get(suite.start(request=wrong, **NO_PKCE).url)
    answer = suite.follow(suite.browser.get(right.url))

    assert refused.status_code == 400
    assert "Location" not in refused.headers
    assert "code" in suite.response(answer, right)


def test_oidcc_refresh_token(developer: Registrant) -> None:
    grants = ["authorization_code", "refresh_token"]
    suite, other = module(developer, grant_types=grants), module(developer, grant_types=grants)
    tokens = suite.tokens(scope="openid offline_access", prompt="consent")

    stolen = other.client.refresh(tokens["refresh_token"])
    refreshed = suite.client.refresh(tokens["refresh_token"])

    assert (stolen.status_code, stolen.get_json()["error"]) == (400, "invalid_grant")
    assert suite.claims(refreshed.get_json())["sub"] == suite.claims(tokens)["sub"]


def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(developer: Registrant) -> None:
    suite = module(developer)
    client: Any = suite.client
    body = {
        "grant_type": "authorization_code",
        "code": "x",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }

    for audience in (ISSUER, ISSUER + "/token", [ISSUER]):
        sent = {**body, "client_assertion": client.assertion(aud=audience)}
        answer = client.http.post("/token", data=sent)
        assert answer.get_json()["error"] == "invalid_grant", audience


def test_oidcc_modules_of_the_basic_plan_run_with_registered_clients(
    developer: Registrant,
) -> None:
    """client_secret_basic and client_secret_post, as the Basic plan's dynamic variant has them."""
    for method in ("client_secret_basic", "client_secret_post"):
        registered = developer.register(token_endpoint_auth_method=method).get_json()
        client = developer.application(registered)
        suite = Suite(developer.deployment, client, developer.deployment.browser())
        started, answer = suite.ask()
        body = {
            "grant_type": "authorization_code",
            "code": suite.response(answer, started)["code"],
            "redirect_uri": client.redirect_uri,
        }
        posted = {"client_id": client.client_id, "client_secret": client.secret}
        basic = method == "client_secret_basic"
        redeemed = (
            client.post("/token", body)
            if basic
            else client.http.post("/token", data={**body, **posted})
        )
        assert redeemed.status_code == 200, redeemed.text
