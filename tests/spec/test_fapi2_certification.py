"""Modules of the FAPI 2.0 Security Profile plan that no other test asks, in our own words.

(What is refused of weaker clients is in test_fapi2_security_profile, PAR and DPoP by themselves in
their own files.) Each test id names the module.
"""

from typing import Any

import pytest

from tests.deployment import Browser, Deployment
from tests.fapi2 import bank, registered
from tests.key_holder import KeyHolder, new_key, public_keys, token_hash
from tests.relying_party import ISSUER

SECOND = new_key("second")


@pytest.fixture
def run(deployment: Deployment) -> tuple[KeyHolder, Browser]:
    return bank(deployment)


def code_of(client: KeyHolder, browser: Browser, **changes: str | None) -> tuple[str, Any]:
    _, started = client.push(**changes)
    if "state" in changes:
        started.state = changes["state"] or ""
    answer = browser.get(started.url)
    assert answer.status_code == 303, answer.text
    return client.response(answer.location, started)["code"], started


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def second(deployment: Deployment, **changes: Any) -> KeyHolder:
    """The second client of the plan."""
    fields = registered(jwks=public_keys(SECOND), **changes)
    shop = deployment.application("second", **fields)
    return KeyHolder.of(shop, deployment.clock, signs_with=SECOND, holds=new_key())


def test_fapi2_discovery_end_point_verification(deployment: Deployment) -> None:
    document = deployment.browser().get("/.well-known/openid-configuration").get_json()

    assert document["pushed_authorization_request_endpoint"] == ISSUER + "/par"
    assert document["authorization_response_iss_parameter_supported"] is True
    assert "S256" in document["code_challenge_methods_supported"]
    assert "private_key_jwt" in document["token_endpoint_auth_methods_supported"]
    for name in ("dpop_signing_alg", "token_endpoint_auth_signing_alg", "id_token_signing_alg"):
        assert {"PS256", "ES256", "EdDSA"} <= set(document[f"{name}_values_supported"]), name


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": None},
        {"scope": "profile openid"},
        {"state": "s" * 384},
        {"claims": '{"userinfo":{"name":{"essential":true}}}'},
        {"unknown_parameter": "x"},
        {"max_age": "900"},
    ],
    ids=["without-nonce", "other-scope-order", "long-state", "claims", "unknown", "max-age"],
)
def test_fapi2_request_succeeds(run: tuple[KeyHolder, Browser], changes: dict[str, Any]) -> None:
    client, browser = run

    code, started = code_of(client, browser, **changes)

    assert client.redeem(code, started).status_code == 200


def test_fapi2_ensure_authorization_request_without_state_success(
    run: tuple[KeyHolder, Browser],
) -> None:
    client, browser = run
    _, started = client.push(state=None)

    answer = browser.get(started.url)

    assert "code=" in answer.location
    assert "iss=" in answer.location
    assert "state" not in answer.location


def test_fapi2_user_rejects_authentication(deployment: Deployment) -> None:
    client, browser = bank(deployment, first_party=False)
    _, started = client.push()

    asked = browser.get(started.url)
    page = browser.get(asked.location)
    answer = browser.submit(page, asked.location, decision="deny")

    assert client.response(answer.location, started)["error"] == "access_denied"


def test_fapi2_par_request_uri_survives_a_reload_and_is_used_once(deployment: Deployment) -> None:
    client, browser = bank(deployment, first_party=False)
    _, started = client.push()
    first, again = browser.get(started.url), browser.get(started.url)

    done = browser.consent(again.location)
    reused = browser.get(started.url)

    assert first.location == again.location
    assert "code" in client.response(done.location, started)
    assert reused.status_code == 400
    assert "Location" not in reused.headers


def test_fapi2_two_clients_never_share_anything(
    deployment: Deployment, run: tuple[KeyHolder, Browser]
) -> None:
    """happy-flow's second client, code-bound-to-client, request_uri-for-different-client, and
    resource with the other's key."""
    client, browser = run
    other = second(deployment)
    _, pushed = client.push()
    code, started = code_of(client, browser)
    theirs, their_start = code_of(other, browser)
    tokens = other.redeem(theirs, their_start).get_json()

    stolen = browser.get(pushed.url.replace("client_id=bank", "client_id=second"))
    redeemed = other.redeem(code, started)
    resource = client.userinfo(tokens["access_token"])

    assert stolen.status_code == 400
    assert error(redeemed) == (400, "invalid_grant")
    assert error(resource) == (401, "invalid_dpop_proof")
    assert other.userinfo(tokens["access_token"]).status_code == 200


def test_fapi2_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(
    run: tuple[KeyHolder, Browser],
) -> None:
    client, browser = run
    code, started = code_of(client, browser)
    client.holds = new_key()

    assert error(client.redeem(code, started)) == (400, "invalid_grant")


def test_fapi2_access_token_type_header_case_sensitivity(run: tuple[KeyHolder, Browser]) -> None:
    client, browser = run
    token = client.redeem(*code_of(client, browser)).get_json()["access_token"]

    answers = []
    for scheme in ("DPoP", "dpop", "DPOP"):
        proof = client.proof("GET", "/userinfo", ath=token_hash(token))
        headers = {"Authorization": f"{scheme} {token}", "DPoP": proof}
        answers.append(client.http.get("/userinfo", headers=headers).status_code)

    assert answers == [200, 200, 200]


def test_fapi2_dpop_iat_of_ten_seconds_either_way_is_accepted(
    run: tuple[KeyHolder, Browser],
) -> None:
    client, browser = run
    token = client.redeem(*code_of(client, browser)).get_json()["access_token"]
    now = client.clock()

    for iat in (now - 10, now + 10):
        assert client.userinfo(token, iat=iat).status_code == 200


def test_fapi2_refresh_token_with_another_key_of_a_confidential_client(
    run: tuple[KeyHolder, Browser],
) -> None:
    client, browser = run
    tokens = client.redeem(*code_of(client, browser)).get_json()
    client.holds = new_key()

    refreshed = client.refresh(tokens["refresh_token"])

    assert refreshed.status_code == 200, refreshed.text
    assert client.userinfo(refreshed.get_json()["access_token"]).status_code == 200
    assert error(client.userinfo(tokens["access_token"])) == (401, "invalid_dpop_proof")


REFUSED: dict[str, dict[str, str | None]] = {
    "response-type-token": {"response_type": "token"},
    "response-type-code-id-token": {"response_type": "code id_token"},
    "plain-pkce": {"code_challenge_method": "plain"},
    "without-pkce": {"code_challenge": None, "code_challenge_method": None},
    "without-redirect-uri": {"redirect_uri": None},
    "unregistered-redirect-uri": {"redirect_uri": "https://shop.example/other"},
    "request-uri-in-par": {"request_uri": "urn:ietf:params:oauth:request_uri:x"},
    "unsigned-request-object": {"request": "eyJhbGciOiJub25lIn0.e30."},
}


def test_fapi2_par_refuses(run: tuple[KeyHolder, Browser]) -> None:
    client, _ = run

    answers = {name: client.push(**changes)[0] for name, changes in REFUSED.items()}

    assert {name for name, answer in answers.items() if answer.status_code != 400} == set()
    assert all(answer.get_json()["error_description"] for answer in answers.values())


ASSERTIONS: dict[str, dict[str, Any]] = {
    "expired": {"exp": -61},
    "too-long": {"exp": 3600},
    "not-yet-valid": {"nbf": 3600},
    "without-exp": {"exp": None},
    "aud-token-endpoint": {"aud": ISSUER + "/token"},
    "aud-par-endpoint": {"aud": ISSUER + "/par"},
    "aud-array": {"aud": [ISSUER]},
    "iss-of-another": {"iss": "second"},
    "sub-of-another": {"sub": "second"},
    "without-jti": {"jti": None},
}


def test_fapi2_client_assertion_is_refused(run: tuple[KeyHolder, Browser]) -> None:
    client, _ = run
    accepted = []

    for name, changes in ASSERTIONS.items():
        times = {
            claim: client.clock() + value if isinstance(value, int) else value
            for claim, value in changes.items()
        }
        answer, _started = client.push(client_assertion=client.assertion(**times))
        if error(answer) != (401, "invalid_client"):
            accepted.append(name)

    assert accepted == []
