"""Access tokens: JWT form (RFC 9068), resource indicators (RFC 8707), introspection as a JWT."""

from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import ISSUER, header_of, verify_jws

API = "https://api.example/orders"


def with_resource(story: SignedIn, *resources: str) -> SignedIn:
    started = story.shop.start()
    started.url += "".join(f"&resource={each}" for each in resources)
    answer = story.browser.get(started.url)
    code = story.shop.response(answer.location, started)["code"]
    return SignedIn(story.shop, story.browser, started, code)


def test_rfc9068_2_1_token_is_a_signed_jwt_of_its_own_type(deployment: Deployment) -> None:
    story = signed_in(deployment, access_token_format="jwt")

    token = story.tokens()["access_token"]

    claims = verify_jws(token, story.shop.http.get("/jwks").get_json())
    assert header_of(token)["typ"] == "at+jwt"
    assert claims["iss"] == ISSUER
    assert claims["aud"] == ISSUER
    assert claims["client_id"] == "shop"
    assert claims["exp"] > claims["iat"]
    assert {"sub", "jti", "scope", "auth_time"} <= claims.keys()


def test_rfc9068_4_jwt_token_dies_with_its_grant_at_our_own_endpoints(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment, access_token_format="jwt")
    token = story.tokens()["access_token"]
    before = story.shop.userinfo(token)

    story.shop.post("/revoke", {"token": token})

    assert before.status_code == 200
    assert story.shop.userinfo(token).status_code == 401
    assert story.shop.post("/introspect", {"token": token}).get_json() == {"active": False}


def test_rfc9068_5_id_token_is_not_an_access_token(deployment: Deployment) -> None:
    story = signed_in(deployment, access_token_format="jwt")

    refused = story.shop.userinfo(story.tokens()["id_token"])

    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")


def test_rfc8707_2_2_token_is_for_the_resource_alone(deployment: Deployment) -> None:
    story = with_resource(signed_in(deployment), API)

    token = story.tokens()["access_token"]

    introspected = story.shop.post("/introspect", {"token": token}).get_json()
    assert introspected["aud"] == [API]
    assert story.shop.userinfo(token).status_code == 401


def test_rfc8707_2_2_token_request_may_narrow_and_never_widen(deployment: Deployment) -> None:
    other = "https://api.example/stock"
    story = with_resource(signed_in(deployment), API, other)
    tokens = story.tokens()

    downscoped = story.shop.refresh(tokens["refresh_token"], resource=other).get_json()
    widened = story.shop.refresh(downscoped["refresh_token"], resource="https://evil.example/")

    token = downscoped["access_token"]
    assert story.shop.post("/introspect", {"token": token}).get_json()["aud"] == [other]
    assert (widened.status_code, widened.get_json()["error"]) == (400, "invalid_target")


def test_rfc8707_2_resource_with_a_fragment_is_refused(deployment: Deployment) -> None:
    story = signed_in(deployment)
    started = story.shop.start(resource="https://api.example/#part")

    answer = story.browser.get(started.url)

    assert story.shop.response(answer.location, started)["error"] == "invalid_target"


def test_rfc9701_5_introspection_is_signed_for_who_asks_for_a_jwt(deployment: Deployment) -> None:
    story = signed_in(deployment)
    token = story.tokens()["access_token"]

    answer = story.shop.http.post(
        "/introspect",
        data={"token": token},
        auth=("shop", story.shop.secret or ""),
        headers={"Accept": "application/token-introspection+jwt"},
    )

    claims = verify_jws(answer.text, story.shop.http.get("/jwks").get_json())
    assert answer.mimetype == "application/token-introspection+jwt"
    assert header_of(answer.text)["typ"] == "token-introspection+jwt"
    assert claims["aud"] == "shop"
    assert claims["token_introspection"]["active"] is True
