"""OpenID Connect Core: the claims parameter, userinfo, signed and encrypted answers."""

import json
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import RSAKey

from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import header_of, verify_jws


def code_for(story: SignedIn, **changes: str | None) -> SignedIn:
    started = story.shop.start(**changes)
    answer = story.browser.get(started.url)
    code = story.shop.response(answer.location, started)["code"]
    return SignedIn(story.shop, story.browser, started, code)


def test_core_5_5_claim_asked_for_in_userinfo_is_only_there(deployment: Deployment) -> None:
    story = signed_in(deployment)
    claims = json.dumps({"userinfo": {"wechat_openid": {"essential": True}}})

    asked = code_for(story, scope="openid", claims=claims)
    tokens = asked.tokens()

    userinfo = story.shop.userinfo(tokens["access_token"]).get_json()
    assert userinfo["wechat_openid"] == deployment.wechat.openid("li-lei")
    assert "wechat_openid" not in story.shop.verified(tokens["id_token"])


def test_core_5_5_claim_asked_for_in_the_id_token_is_there(deployment: Deployment) -> None:
    story = signed_in(deployment)
    claims = json.dumps({"id_token": {"wechat_unionid": None, "auth_time": {"essential": True}}})

    tokens = code_for(story, scope="openid", claims=claims).tokens()

    told = story.shop.verified(tokens["id_token"])
    assert told["wechat_unionid"] == deployment.wechat.unionid("li-lei")
    assert told["auth_time"] == deployment.clock()


def test_core_3_1_2_2_sub_of_another_person_asks_for_a_login(deployment: Deployment) -> None:
    story = signed_in(deployment)
    claims = json.dumps({"id_token": {"sub": {"value": "somebody-else"}}})
    started = story.shop.start(claims=claims)
    silent = story.shop.start(claims=claims, prompt="none")

    page = story.browser.get(started.url)
    refused = story.browser.get(silent.url)

    assert page.location.startswith("/sign-in/")
    assert story.shop.response(refused.location, silent)["error"] == "login_required"


def test_core_5_5_1_1_essential_acr_that_cannot_be_reached_is_refused(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    acr = {"acr": {"essential": True, "values": ["urn:example:gold"]}}
    started = story.shop.start(claims=json.dumps({"id_token": acr}))

    answer = story.browser.get(started.url)

    error = story.shop.response(answer.location, started)["error"]
    assert error == "unmet_authentication_requirements"


@pytest.mark.parametrize("claims", ["{", "[]", "7", '{"id_token":7}', '{"userinfo":{"x":7}}'])
def test_core_5_5_malformed_claims_parameter_is_refused(
    deployment: Deployment, claims: str
) -> None:
    story = signed_in(deployment)
    started = story.shop.start(claims=claims)

    answer = story.browser.get(started.url)

    assert story.shop.response(answer.location, started)["error"] == "invalid_request"


def test_core_3_1_2_1_id_token_hint_of_the_person_signs_in_silently(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    hint = story.tokens()["id_token"]
    deployment.clock.advance(2 * 3600)  # the hint has expired, and is taken all the same
    started = story.shop.start(prompt="none", id_token_hint=hint)

    answer = story.browser.get(started.url)

    assert "code" in story.shop.response(answer.location, started)


def test_core_5_3_1_userinfo_by_post_header_and_body(deployment: Deployment) -> None:
    story = signed_in(deployment)
    token = story.tokens()["access_token"]
    http = story.shop.http

    header = http.post("/userinfo", headers={"Authorization": f"Bearer {token}"})
    body = http.post("/userinfo", data={"access_token": token})
    query = http.get(f"/userinfo?access_token={token}")

    assert header.get_json() == body.get_json()
    assert query.status_code == 401


def test_core_5_3_2_signed_userinfo_names_issuer_and_audience(deployment: Deployment) -> None:
    story = signed_in(deployment, userinfo_signed_response_alg="RS256")

    answer = story.shop.userinfo(story.tokens()["access_token"])

    claims = verify_jws(answer.text, story.shop.http.get("/jwks").get_json())
    assert answer.mimetype == "application/jwt"
    assert claims["aud"] == "shop"
    assert claims["wechat_openid"] == deployment.wechat.openid("li-lei")


def encrypting(**members: str) -> tuple[RSAKey, dict[str, Any]]:
    """A client's key and the metadata that asks for answers encrypted to it."""
    key = RSAKey.generate_key(2048, {"kid": "enc-1", "use": "enc", "alg": "RSA-OAEP-256"})
    return key, {"jwks": {"keys": [key.as_dict(private=False)]}, **members}


def test_core_10_2_id_token_is_signed_then_encrypted(deployment: Deployment) -> None:
    key, metadata = encrypting(
        id_token_encrypted_response_alg="RSA-OAEP-256", id_token_encrypted_response_enc="A256GCM"
    )
    story = signed_in(deployment, **metadata)

    id_token = story.tokens()["id_token"]

    opened = jwe.decrypt_compact(id_token, key, algorithms=["RSA-OAEP-256", "A256GCM"])
    assert opened.plaintext is not None
    claims = verify_jws(opened.plaintext.decode(), story.shop.http.get("/jwks").get_json())
    assert header_of(id_token) == {
        "alg": "RSA-OAEP-256",
        "enc": "A256GCM",
        "cty": "JWT",
        "kid": "enc-1",
    }
    assert claims["nonce"] == story.started.nonce


def test_core_10_2_encrypted_userinfo_never_leaves_in_the_clear(deployment: Deployment) -> None:
    key, metadata = encrypting(userinfo_encrypted_response_alg="RSA-OAEP-256")
    story = signed_in(deployment, **metadata)

    answer = story.shop.userinfo(story.tokens()["access_token"])

    algorithms = ["RSA-OAEP-256", "A128CBC-HS256"]
    opened = jwe.decrypt_compact(answer.text, key, algorithms=algorithms)
    assert opened.plaintext is not None
    assert verify_jws(opened.plaintext.decode(), story.shop.http.get("/jwks").get_json())["sub"]
