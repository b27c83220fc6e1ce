"""The FAPI 2.0 Security Profile (Final), which a client is put under by ``profile: fapi2``."""

from typing import Any

import pytest

from oidc.clients.metadata_parsing import InvalidMetadata
from tests.deployment import Browser, Deployment
from tests.fapi2 import RSA, bank, registered
from tests.key_holder import KeyHolder, new_key
from tests.relying_party import ISSUER, header_of


def code_of(client: KeyHolder, browser: Browser, **changes: str | None) -> tuple[str, Any]:
    _, started = client.push(**changes)
    return client.response(browser.get(started.url).location, started)["code"], started


def error(answer: Any, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.get_json()["error"])


def test_fapi2_5_3_whole_round(deployment: Deployment) -> None:
    client, browser = bank(deployment)

    pushed, started = client.push()
    redirected = browser.get(started.url)
    sent = client.response(redirected.location, started)
    tokens = client.redeem(sent["code"], started).get_json()
    claims = client.verified(tokens["id_token"], started.nonce, deployment.clock())

    assert pushed.status_code == 201
    assert redirected.status_code == 303
    assert sent["iss"] == ISSUER
    assert tokens["token_type"] == "DPoP"
    assert header_of(tokens["id_token"])["alg"] == "ES256"
    assert client.userinfo(tokens["access_token"]).get_json()["sub"] == claims["sub"]


def test_fapi2_5_3_2_2_only_pushed_requests_are_taken(deployment: Deployment) -> None:
    client, browser = bank(deployment)
    started = client.start()

    refused = client.response(browser.get(started.url).location, started)

    assert refused["error"] == "invalid_request"
    assert "code" not in refused


def test_fapi2_5_3_2_2_what_the_browser_adds_is_not_heard(deployment: Deployment) -> None:
    client, browser = bank(deployment)
    _, started = client.push(scope="openid")

    forged = started.url + "&scope=openid%20phone&redirect_uri=https://evil.example/&state=forged"
    sent = client.response(browser.get(forged).location, started)
    tokens = client.redeem(sent["code"], started).get_json()

    assert tokens["scope"] == "openid"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"redirect_uri": None},
    ],
    ids=str,
)
def test_fapi2_5_3_2_2_pkce_s256_and_a_redirect_uri_are_demanded(
    deployment: Deployment, changes: dict[str, str | None]
) -> None:
    client, _ = bank(deployment)

    refused, _ = client.push(**changes)

    assert error(refused) == "invalid_request"


@pytest.mark.parametrize(
    "aud",
    [ISSUER + "/token", ISSUER + "/par", ISSUER + "/", [ISSUER], [ISSUER, ISSUER + "/token"]],
    ids=str,
)
def test_fapi2_5_3_2_1_assertion_is_for_the_issuer_as_a_string_alone(
    deployment: Deployment, aud: Any
) -> None:
    client, _ = bank(deployment)

    refused, _ = client.push(client_assertion=client.assertion(aud=aud))

    assert error(refused, 401) == "invalid_client"


def test_fapi2_5_4_1_rs256_is_refused_though_the_key_is_registered(
    deployment: Deployment,
) -> None:
    client, _ = bank(deployment)
    client.signs_with, client.alg = RSA, "RS256"

    refused, _ = client.push()

    assert error(refused, 401) == "invalid_client"


def test_fapi2_5_4_1_ps256_is_believed_and_signs_by_default(deployment: Deployment) -> None:
    client, browser = bank(deployment, id_token_signed_response_alg=None)
    client.signs_with, client.alg = RSA, "PS256"

    tokens = client.redeem(*code_of(client, browser)).get_json()

    assert header_of(tokens["id_token"])["alg"] == "PS256"
    assert client.verified(tokens["id_token"])["sub"]


def test_fapi2_5_3_2_1_tokens_are_bound_to_a_key(deployment: Deployment) -> None:
    client, browser = bank(deployment)
    code, started = code_of(client, browser)
    key, client.holds = client.holds, None

    careless = client.redeem(code, started)
    client.holds = key

    assert error(careless) == "invalid_dpop_proof"
    assert client.redeem(code, started).status_code == 200


def test_fapi2_5_3_2_1_code_lives_for_a_minute_whatever_is_configured(
    deployment: Deployment,
) -> None:
    client, browser = bank(deployment, code_lifetime=600)
    code, started = code_of(client, browser)
    deployment.clock.advance(60)

    assert error(client.redeem(code, started)) == "invalid_grant"


def test_fapi2_5_3_2_1_code_is_redeemed_once(deployment: Deployment) -> None:
    client, browser = bank(deployment)
    code, started = code_of(client, browser)
    token = client.redeem(code, started).get_json()["access_token"]

    again = client.redeem(code, started)

    assert error(again) == "invalid_grant"
    assert client.userinfo(token).status_code == 401


def test_fapi2_5_3_2_1_refresh_tokens_are_not_rotated(deployment: Deployment) -> None:
    client, browser = bank(deployment)
    tokens = client.redeem(*code_of(client, browser)).get_json()
    client.holds = new_key()

    first = client.refresh(tokens["refresh_token"]).get_json()
    second = client.refresh(tokens["refresh_token"]).get_json()

    assert "refresh_token" not in first
    assert first["token_type"] == second["token_type"] == "DPoP"
    assert client.userinfo(second["access_token"]).status_code == 200


def test_fapi2_5_3_2_1_refresh_token_ends_with_its_grant(deployment: Deployment) -> None:
    client, browser = bank(deployment)
    tokens = client.redeem(*code_of(client, browser)).get_json()
    client.post("/revoke", {"token": tokens["access_token"]})

    assert error(client.refresh(tokens["refresh_token"])) == "invalid_grant"


def test_fapi2_5_3_2_2_nonce_of_64_characters_comes_back(deployment: Deployment) -> None:
    client, browser = bank(deployment)

    tokens = client.redeem(*code_of(client, browser, nonce="n" * 64)).get_json()

    assert client.verified(tokens["id_token"], "n" * 64)


def test_fapi2_5_3_2_1_dpop_nonce_can_be_demanded(deployment: Deployment) -> None:
    client, browser = bank(deployment, dpop_nonce_required=True)
    first, _ = client.push()
    client.nonce = first.headers["DPoP-Nonce"]

    tokens = client.redeem(*code_of(client, browser))

    assert error(first) == "use_dpop_nonce"
    assert tokens.status_code == 200


def test_fapi2_5_3_2_1_sign_in_without_a_browser_is_refused(deployment: Deployment) -> None:
    client, _ = bank(deployment)

    refused = client.post("/challenge", {"response_type": "code", "scope": "openid"})

    assert error(refused) == "unauthorized_client"


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
        ({"id_token_signed_response_alg": "RS256"}, "id_token_signed_response_alg"),
        ({"token_endpoint_auth_signing_alg": "RS256"}, "token_endpoint_auth_signing_alg"),
        ({"userinfo_signed_response_alg": "RS256"}, "userinfo_signed_response_alg"),
        ({"request_object_signing_alg": "RS256"}, "request_object_signing_alg"),
    ],
    ids=str,
)
def test_fapi2_5_4_1_weaker_registration_is_refused(changes: dict[str, Any], member: str) -> None:
    with pytest.raises(InvalidMetadata) as refused:
        registered(**changes)

    assert member in {name for name, _ in refused.value.problems}


@pytest.mark.parametrize(
    "switch",
    ["require_pkce", "require_pushed_authorization_requests", "dpop_bound_access_tokens"],
)
def test_fapi2_5_3_no_switch_undoes_the_profile(switch: str) -> None:
    assert registered(**{switch: False})[switch] is True
