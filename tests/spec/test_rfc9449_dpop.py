"""Tokens that only the holder of a key can use (RFC 9449)."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.key_holder import KeyHolder, new_key, proof, token_hash
from tests.relying_party import RelyingParty, s256, verify_jws
from tests.sandbox_server import LiveSandbox
from tests.wire import Wire

VERIFIER = "v" * 64
PUBLIC = {"token_endpoint_auth_method": "none", "application_type": "native"}
NATIVE = {**PUBLIC, "redirect_uris": ("com.example.app:/callback",)}


def holding(deployment: Deployment, **metadata: Any) -> SignedIn:
    """Somebody has signed in to an application that holds a key."""
    story = signed_in(deployment, **metadata)
    story.shop = KeyHolder.of(story.shop, deployment.clock, holds=new_key())
    return story


def authorized(story: SignedIn, **changes: str | None) -> SignedIn:
    """Another code, for a request with these parameters."""
    started = story.shop.start(**changes)
    code = story.shop.response(story.browser.get(started.url).location, started)["code"]
    return SignedIn(story.shop, story.browser, started, code)


def error(answer: Any, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.get_json()["error"])


def jkt(shop: Any) -> str:
    return str(shop.holds.thumbprint())


def redeem(story: SignedIn, *proofs: str, **changes: str | None) -> Any:
    """Redeems the code with exactly these DPoP header fields."""
    shop: Any = story.shop
    body = {
        "grant_type": "authorization_code",
        "code": story.code,
        "redirect_uri": shop.redirect_uri,
        "code_verifier": story.started.verifier,
        **changes,
    }
    return shop.http.post(
        "/token",
        data=body,
        headers=[("DPoP", each) for each in proofs],
        auth=(shop.client_id, shop.secret),
    )


def test_rfc9449_5_token_is_bound_to_the_key_of_the_proof(deployment: Deployment) -> None:
    story = holding(deployment)

    tokens = story.tokens()

    introspected = story.shop.post("/introspect", {"token": tokens["access_token"]}).get_json()
    assert tokens["token_type"] == "DPoP"
    assert introspected["token_type"] == "DPoP"
    assert introspected["cnf"] == {"jkt": jkt(story.shop)}


def test_rfc9449_6_1_jwt_access_token_names_its_key(deployment: Deployment) -> None:
    story = holding(deployment, access_token_format="jwt")

    token = story.tokens()["access_token"]

    claims = verify_jws(token, story.shop.http.get("/jwks").get_json())
    assert claims["cnf"] == {"jkt": jkt(story.shop)}
    assert story.shop.userinfo(token).status_code == 200


def test_rfc9449_5_token_without_a_proof_is_a_bearer_token(deployment: Deployment) -> None:
    tokens = signed_in(deployment).tokens()

    assert tokens["token_type"] == "Bearer"


def test_rfc9449_5_2_client_bound_to_dpop_gets_nothing_without_a_proof(
    deployment: Deployment,
) -> None:
    story = holding(deployment, dpop_bound_access_tokens=True)

    refused = redeem(story)

    assert error(refused) == "invalid_dpop_proof"
    assert story.tokens()["token_type"] == "DPoP"


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "GET"},
        {"htu": "http://127.0.0.1:8000/par"},
        {"htu": None},
        {"iat": 1_800_000_000 - 61},
        {"iat": 1_800_000_000 + 61},
        {"iat": None},
        {"jti": None},
    ],
    ids=str,
)
def test_rfc9449_4_3_proof_of_something_else_is_refused(
    deployment: Deployment, changes: dict[str, Any]
) -> None:
    story = holding(deployment)
    shop: Any = story.shop

    refused = redeem(story, shop.proof("POST", "/token", **changes))

    assert error(refused) == "invalid_dpop_proof"


@pytest.mark.parametrize("late", [-10, 10])
def test_rfc9449_11_1_clocks_may_differ_by_ten_seconds(deployment: Deployment, late: int) -> None:
    story = holding(deployment)
    shop: Any = story.shop

    answer = redeem(story, shop.proof("POST", "/token", iat=deployment.clock() + late))

    assert answer.status_code == 200


def test_rfc9449_4_3_two_proofs_or_none_that_can_be_read_are_refused(
    deployment: Deployment,
) -> None:
    story = holding(deployment)
    shop: Any = story.shop
    proofs = [shop.proof("POST", "/token") for _ in range(2)]

    answers = [redeem(story, *proofs), redeem(story, "nonsense"), redeem(story, "")]

    assert {error(answer) for answer in answers} == {"invalid_dpop_proof"}


def test_rfc9449_11_1_proof_is_taken_once_at_the_token_endpoint(deployment: Deployment) -> None:
    story = holding(deployment)
    shop: Any = story.shop
    sent = shop.proof("POST", "/token")
    first = redeem(story, sent)

    again = redeem(authorized(story), sent)

    assert first.status_code == 200
    assert error(again) == "invalid_dpop_proof"


def test_rfc9449_10_dpop_jkt_binds_the_code_to_the_key(deployment: Deployment) -> None:
    story = holding(deployment)
    bound = authorized(story, dpop_jkt=jkt(story.shop))
    other = proof(new_key(), deployment.clock(), "POST", "/token")

    thief, careless = redeem(bound, other), redeem(bound)
    owner = bound.shop.redeem(bound.code, bound.started)

    assert error(thief) == "invalid_grant"
    assert error(careless) == "invalid_grant"
    assert owner.status_code == 200


def test_rfc9449_10_1_proof_of_a_pushed_request_binds_the_code(deployment: Deployment) -> None:
    story = holding(deployment)
    shop: Any = story.shop
    _, started = shop.push()
    code = shop.response(story.browser.get(started.url).location, started)["code"]
    bound = SignedIn(shop, story.browser, started, code)

    refused = redeem(bound, proof(new_key(), deployment.clock(), "POST", "/token"))

    assert error(refused) == "invalid_grant"
    assert bound.shop.redeem(code, started).status_code == 200


def test_rfc9449_10_1_pushed_dpop_jkt_must_be_the_key_of_the_proof(deployment: Deployment) -> None:
    story = holding(deployment)
    shop: Any = story.shop

    refused, _ = shop.push(dpop_jkt=new_key().thumbprint())

    assert error(refused) == "invalid_request"


def test_rfc9449_5_refresh_token_of_a_public_client_is_bound_to_the_key(
    deployment: Deployment,
) -> None:
    story = holding(deployment, **NATIVE)
    shop: Any = story.shop
    body = {"grant_type": "refresh_token", "refresh_token": story.tokens()["refresh_token"]}
    other = {"DPoP": proof(new_key(), deployment.clock(), "POST", "/token")}

    thief, downgraded = shop.post("/token", body, other), shop.post("/token", body, {})
    owner = shop.post("/token", body)

    assert error(thief) == "invalid_grant"
    assert error(downgraded) == "invalid_grant"
    assert owner.get_json()["token_type"] == "DPoP"


def test_rfc9449_5_lost_answer_to_a_refresh_is_asked_for_again_by_the_key_at_any_time(
    deployment: Deployment, clock: TestClock
) -> None:
    story = holding(deployment, **NATIVE)
    shop: Any = story.shop
    kept = story.tokens()["refresh_token"]
    shop.refresh(kept)  # its answer does not arrive: the phone is in a tunnel
    clock.advance(3600)

    thief = {"DPoP": proof(new_key(), deployment.clock(), "POST", "/token")}
    body = {"grant_type": "refresh_token", "refresh_token": kept}
    stolen, again = shop.post("/token", body, thief), shop.refresh(kept)
    later = shop.refresh(again.get_json()["refresh_token"])

    assert error(stolen) == "invalid_grant"
    assert (again.status_code, later.status_code) == (200, 200)


def test_rfc9449_5_refresh_token_before_the_last_two_revokes_the_grant_for_its_key_too(
    deployment: Deployment,
) -> None:
    story = holding(deployment, **NATIVE)
    shop: Any = story.shop
    first = story.tokens()["refresh_token"]
    second = shop.refresh(first).get_json()["refresh_token"]
    third = shop.refresh(second).get_json()["refresh_token"]

    assert error(shop.refresh(first)) == "invalid_grant"
    assert error(shop.refresh(third)) == "invalid_grant"


def test_rfc9449_5_confidential_client_may_refresh_with_another_key(
    deployment: Deployment,
) -> None:
    story = holding(deployment)
    shop: Any = story.shop
    refresh_token = story.tokens()["refresh_token"]
    shop.holds = new_key()

    renewed = shop.refresh(refresh_token).get_json()

    assert renewed["token_type"] == "DPoP"
    assert shop.userinfo(renewed["access_token"]).status_code == 200


def test_rfc9449_5_client_credentials_are_bound_too(deployment: Deployment) -> None:
    shop = deployment.application(
        grant_types=("client_credentials",), response_types=(), scope="orders.read"
    )
    keyed = KeyHolder.of(shop, deployment.clock, holds=new_key())

    tokens = keyed.token({"grant_type": "client_credentials"}).get_json()

    answer = keyed.post("/introspect", {"token": tokens["access_token"]}).get_json()
    assert tokens["token_type"] == "DPoP"
    assert answer["cnf"] == {"jkt": jkt(keyed)}


def test_rfc9449_7_1_bound_token_opens_userinfo_with_a_proof(deployment: Deployment) -> None:
    story = holding(deployment)
    token = story.tokens()["access_token"]

    answer = story.shop.userinfo(token)

    assert answer.status_code == 200
    assert answer.get_json()["sub"]


def test_rfc9449_7_2_bound_token_is_no_bearer_token(deployment: Deployment) -> None:
    story = holding(deployment)
    token = story.tokens()["access_token"]
    http = story.shop.http

    header = RelyingParty.userinfo(story.shop, token)
    body = http.post("/userinfo", data={"access_token": token})

    for refused in (header, body):
        assert error(refused, 401) == "invalid_token"
        challenges = refused.headers.getlist("WWW-Authenticate")
        assert any(each.startswith("DPoP ") and "algs=" in each for each in challenges)


def test_rfc9449_7_1_bearer_token_is_not_taken_with_the_dpop_scheme(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    token = story.tokens()["access_token"]
    shop = KeyHolder.of(story.shop, deployment.clock, holds=new_key())

    assert error(shop.userinfo(token), 401) == "invalid_token"


@pytest.mark.parametrize(
    "changes",
    [{"ath": None}, {"ath": token_hash("another")}, {"htm": "POST"}, {"iat": 1_799_999_000}],
    ids=str,
)
def test_rfc9449_4_3_proof_at_userinfo_is_of_this_request_and_token(
    deployment: Deployment, changes: dict[str, Any]
) -> None:
    story = holding(deployment)
    shop: Any = story.shop

    refused = shop.userinfo(story.tokens()["access_token"], **changes)

    assert error(refused, 401) == "invalid_dpop_proof"
    assert refused.headers["WWW-Authenticate"].startswith("DPoP algs=")
    assert 'error="invalid_dpop_proof"' in refused.headers["WWW-Authenticate"]


def test_rfc9449_7_1_missing_proof_is_told_in_terms_of_dpop_alone(deployment: Deployment) -> None:
    story = holding(deployment)
    sent = {"Authorization": f"DPoP {story.tokens()['access_token']}"}

    refused = story.shop.http.get("/userinfo", headers=sent)

    assert error(refused, 401) == "invalid_dpop_proof"
    assert refused.headers.get_all("WWW-Authenticate")[0].startswith("DPoP algs=")
    assert len(refused.headers.get_all("WWW-Authenticate")) == 1


def test_rfc9449_7_1_stolen_token_is_of_no_use_with_another_key(deployment: Deployment) -> None:
    story = holding(deployment)
    shop: Any = story.shop
    token = story.tokens()["access_token"]
    thief = KeyHolder.of(shop, deployment.clock, holds=new_key())

    assert error(thief.userinfo(token), 401) == "invalid_dpop_proof"


def test_rfc9449_11_1_proof_is_taken_once_at_userinfo(deployment: Deployment) -> None:
    story = holding(deployment)
    shop: Any = story.shop
    token = story.tokens()["access_token"]
    first = shop.userinfo(token, jti="same")

    again = shop.userinfo(token, jti="same")

    assert first.status_code == 200
    assert error(again, 401) == "invalid_dpop_proof"


@contextmanager
def two_nodes(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, redis_url: str
) -> Iterator[tuple[SignedIn, Any, str]]:
    """Somebody signed in, their application at another node, and their access token."""
    deployment = build_deployment(sqlite, wechat, clock, redis_url=redis_url)
    node = deployment.another_node()
    story = holding(deployment)
    shop: Any = story.shop
    there = KeyHolder.of(shop, clock, holds=shop.holds)
    there.http = node.test_client(use_cookies=False)
    try:
        yield story, there, story.tokens()["access_token"]
    finally:
        close(deployment)
        sqlite.empty()


def test_rfc9449_11_1_proof_is_taken_once_by_all_nodes_that_share_a_redis(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, redis_url: str
) -> None:
    jti = secrets.token_urlsafe(9)
    with two_nodes(sqlite, wechat, clock, redis_url) as (story, there, token):
        here: Any = story.shop
        first = here.userinfo(token, jti=jti)
        with story.browser.deployment.statements() as seen:
            again = there.userinfo(token, jti=jti)
            other = there.userinfo(token)

    assert (first.status_code, other.status_code) == (200, 200)
    assert error(again, 401) == "invalid_dpop_proof"
    assert "COMMIT" not in seen


def test_rfc9449_11_1_userinfo_answers_while_redis_is_away(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, redis_url: str
) -> None:
    wire = Wire("127.0.0.1", urlsplit(redis_url).port or 6379)
    through = f"redis://127.0.0.1:{wire.port}{urlsplit(redis_url).path}"
    with two_nodes(sqlite, wechat, clock, through) as (story, _, token):
        here: Any = story.shop
        wire.cut()
        first = here.userinfo(token, jti="while away")
        again = here.userinfo(token, jti="while away")

    assert first.status_code == 200
    assert error(again, 401) == "invalid_dpop_proof"


def test_rfc9449_7_1_request_without_a_token_is_told_both_schemes(deployment: Deployment) -> None:
    answer = deployment.app.test_client().get("/userinfo")

    bearer, dpop = answer.headers.getlist("WWW-Authenticate")
    assert bearer == "Bearer"
    assert dpop.startswith("DPoP algs=")
    assert "error" not in dpop


def test_rfc9449_8_token_endpoint_demands_a_nonce_where_told_to(deployment: Deployment) -> None:
    story = holding(deployment, dpop_nonce_required=True)
    shop: Any = story.shop
    first = shop.redeem(story.code, story.started)
    shop.nonce = first.headers["DPoP-Nonce"]

    answer = shop.redeem(story.code, story.started)

    assert error(first) == "use_dpop_nonce"
    assert answer.status_code == 200
    assert answer.headers["DPoP-Nonce"]


def test_rfc9449_9_userinfo_demands_a_nonce_where_told_to(deployment: Deployment) -> None:
    story = holding(deployment, dpop_nonce_required=True)
    shop: Any = story.shop
    shop.nonce = shop.redeem(story.code, story.started).headers["DPoP-Nonce"]
    token = shop.redeem(story.code, story.started).get_json()["access_token"]
    shop.nonce = "made-up"

    first = shop.userinfo(token)
    shop.nonce = first.headers["DPoP-Nonce"]
    answer = shop.userinfo(token)

    assert error(first, 401) == "use_dpop_nonce"
    assert 'error="use_dpop_nonce"' in first.headers["WWW-Authenticate"]
    assert answer.status_code == 200
    assert answer.headers["DPoP-Nonce"]


def test_rfc9449_8_nonces_can_be_demanded_of_every_client(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    strict = build_deployment(sqlite, wechat, clock, dpop_nonce_required=True)
    story = holding(strict)
    shop: Any = story.shop
    first = shop.redeem(story.code, story.started)
    shop.nonce = first.headers["DPoP-Nonce"]

    answer = shop.redeem(story.code, story.started)

    assert error(first) == "use_dpop_nonce"
    assert answer.status_code == 200
    close(strict)
    sqlite.empty()


def test_rfc9449_8_nonce_is_good_for_a_few_minutes_at_most(deployment: Deployment) -> None:
    story = holding(deployment, dpop_nonce_required=True)
    shop: Any = story.shop
    shop.nonce = shop.redeem(story.code, story.started).headers["DPoP-Nonce"]
    deployment.clock.advance(241)

    refused = shop.redeem(story.code, story.started)

    assert error(refused) == "use_dpop_nonce"


def test_rfc9449_8_nonce_is_not_demanded_unless_told_to(deployment: Deployment) -> None:
    answer = holding(deployment)

    assert "DPoP-Nonce" not in answer.shop.redeem(answer.code, answer.started).headers


def in_app(deployment: Deployment) -> tuple[Any, Any]:
    """An application that has begun an in-app sign-in with a proof, and the answer."""
    deployment.connection()
    app = deployment.application(first_party=True, **NATIVE)
    keyed = KeyHolder.of(app, deployment.clock, holds=new_key())
    body = {
        "response_type": "code",
        "scope": "openid",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
    }
    return keyed, keyed.post("/challenge", body).get_json()


def test_fipa_dpop_auth_session_goes_on_with_the_same_key_alone(deployment: Deployment) -> None:
    app, asked = in_app(deployment)
    body = {"auth_session": asked["auth_session"]}
    other = {"DPoP": proof(new_key(), deployment.clock(), "POST", "/challenge")}

    thief, careless = app.post("/challenge", body, other), app.post("/challenge", body, {})
    owner = app.post("/challenge", body)

    assert error(thief) == "invalid_session"
    assert error(careless) == "invalid_session"
    assert error(owner, 403) == "insufficient_authorization"


def test_fipa_dpop_code_of_an_in_app_sign_in_is_bound_to_the_key(deployment: Deployment) -> None:
    app, asked = in_app(deployment)
    done = app.post(
        "/challenge",
        {
            "auth_session": asked["auth_session"],
            "wechat_code": deployment.wechat.js_code("li-lei"),
        },
    )
    body = {
        "grant_type": "authorization_code",
        "code": done.get_json()["authorization_code"],
        "code_verifier": VERIFIER,
    }
    other = {"DPoP": proof(new_key(), deployment.clock(), "POST", "/token")}

    thief, owner = app.post("/token", body, other), app.post("/token", body)

    assert error(thief) == "invalid_grant"
    assert owner.get_json()["token_type"] == "DPoP"


def test_fipa_dpop_proof_that_went_to_wechat_with_a_code_is_taken_once(
    deployment: Deployment,
) -> None:
    app, asked = in_app(deployment)
    body = {
        "auth_session": asked["auth_session"],
        "wechat_code": deployment.wechat.js_code("li-lei"),
    }
    headers = {"DPoP": app.proof("POST", "/challenge")}
    done = app.post("/challenge", body, headers)

    again = app.post("/challenge", body, headers)

    assert done.status_code == 200
    assert error(again) == "invalid_dpop_proof"


def test_rfc9449_5_1_metadata_names_the_algorithms(deployment: Deployment) -> None:
    document = deployment.app.test_client().get("/.well-known/openid-configuration").get_json()

    assert {"ES256", "EdDSA", "PS256"} <= set(document["dpop_signing_alg_values_supported"])
    assert "none" not in document["dpop_signing_alg_values_supported"]
