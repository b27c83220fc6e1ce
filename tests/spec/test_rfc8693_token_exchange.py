"""RFC 8693, token exchange: what each section asks, by number."""

from typing import Any

import pytest

from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in
from tests.key_holder import ASSERTION_TYPE, KeyHolder, new_key, proof, public_keys
from tests.relying_party import ISSUER, RelyingParty, verify_jws
from tests.spec.test_access_tokens import with_resource

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
WECHAT_CODE = "urn:qiao:params:oauth:token-type:wechat-code"
ORDERS, STOCK = "https://orders.example", "https://stock.example"


def mini_program(deployment: Deployment, client_id: str = "mini", **metadata: Any) -> RelyingParty:
    deployment.connection()
    fields = {
        "redirect_uris": (),
        "response_types": (),
        "grant_types": (GRANT, "refresh_token"),
        "first_party": True,
        **metadata,
    }
    return deployment.application(client_id, **fields)


def trade(client: RelyingParty, code: str, **more: str) -> Any:
    body: dict[str, str | None] = {
        "grant_type": GRANT,
        "subject_token": code,
        "subject_token_type": WECHAT_CODE,
        "scope": "openid wechat",
        **more,
    }
    return client.token(body)


def exchange(client: RelyingParty, token: str, **more: Any) -> Any:
    body: dict[str, Any] = {
        "grant_type": GRANT,
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
        **more,
    }
    return client.token(body)


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def introspected(client: RelyingParty, token: str) -> Any:
    return client.post("/introspect", {"token": token}).get_json()


def test_rfc8693_2_2_1_wechat_code_becomes_tokens(deployment: Deployment) -> None:
    mini = mini_program(deployment)

    answer = trade(mini, deployment.wechat.js_code("li-lei"), connection="wechat", nonce="n")

    tokens = answer.get_json()
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert tokens["issued_token_type"] == ACCESS_TOKEN
    claims = mini.verified(tokens["id_token"], nonce="n")
    assert (claims["amr"], "sid" in claims) == (["wechat"], False)
    assert mini.userinfo(tokens["access_token"]).get_json()["sub"] == claims["sub"]
    assert mini.refresh(tokens["refresh_token"]).status_code == 200


def test_rfc8693_2_2_2_code_that_wechat_refuses_is_asked_for_once(deployment: Deployment) -> None:
    mini = mini_program(deployment)
    code = deployment.wechat.js_code("li-lei")
    first = trade(mini, code)

    again = trade(mini, code)

    assert first.status_code == 200
    assert error(again) == (400, "invalid_request")


def test_rfc8693_2_2_2_wechat_that_is_away_can_be_asked_again(deployment: Deployment) -> None:
    mini = mini_program(deployment)
    deployment.wechat.answers(-1, "/sns/jscode2session")

    away = trade(mini, deployment.wechat.js_code("li-lei"))

    assert error(away) == (503, "temporarily_unavailable")
    assert trade(mini, deployment.wechat.js_code("li-lei")).status_code == 200


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"first_party": False}, (400, "unauthorized_client")),
        ({"grant_types": ("refresh_token",)}, (400, "unauthorized_client")),
        ({"connections": ()}, (400, "invalid_request")),
    ],
    ids=["not first-party", "grant not registered", "connection not enabled"],
)
def test_rfc8693_2_1_only_who_may_trades_codes(
    deployment: Deployment, metadata: dict[str, Any], expected: tuple[int, str]
) -> None:
    mini = mini_program(deployment, **metadata)

    assert error(trade(mini, deployment.wechat.js_code("li-lei"), connection="wechat")) == expected


def test_rfc8693_2_1_login_only_connection_creates_nobody(deployment: Deployment) -> None:
    deployment.connection("members", login_only=True)
    mini = deployment.application(
        "mini", grant_types=(GRANT,), first_party=True, connections=("members",)
    )

    assert error(trade(mini, deployment.wechat.js_code("li-lei"))) == (400, "access_denied")


def holder_of(deployment: Deployment, *resources: str, **metadata: Any) -> SignedIn:
    grants = ("authorization_code", "refresh_token", GRANT)
    return with_resource(signed_in(deployment, grant_types=grants, **metadata), *resources)


@pytest.mark.parametrize("form", ["opaque", "jwt"])
def test_rfc8693_2_1_own_token_is_narrowed(deployment: Deployment, form: str) -> None:
    story = holder_of(deployment, ORDERS, STOCK, access_token_format=form)
    token = story.tokens()["access_token"]
    deployment.clock.advance(600)

    answer = exchange(story.shop, token, resource=STOCK, scope="openid").get_json()

    lesser = introspected(story.shop, answer["access_token"])
    assert (lesser["aud"], lesser["scope"], lesser["client_id"]) == ([STOCK], "openid", "shop")
    assert lesser["exp"] <= introspected(story.shop, token)["exp"]
    assert "refresh_token" not in answer
    assert "act" not in lesser


def test_rfc8693_2_2_2_nothing_can_be_widened(deployment: Deployment) -> None:
    story = holder_of(deployment, ORDERS)
    token = story.tokens()["access_token"]
    lesser = exchange(story.shop, token, scope="openid").get_json()["access_token"]

    assert error(exchange(story.shop, token, resource=STOCK)) == (400, "invalid_target")
    assert error(exchange(story.shop, token, audience=ISSUER)) == (400, "invalid_target")
    assert error(exchange(story.shop, lesser, scope="openid phone")) == (400, "invalid_scope")
    assert error(exchange(story.shop, token, scope="email")) == (400, "invalid_scope")


def test_rfc8693_4_1_service_that_the_token_is_for_acts_under_its_name(
    deployment: Deployment,
) -> None:
    story = holder_of(deployment, ORDERS, STOCK)
    orders = service(deployment, ORDERS)
    token = story.tokens()["access_token"]

    answer = exchange(orders, token, resource=STOCK)

    acted = introspected(orders, answer.get_json()["access_token"])
    assert (acted["aud"], acted["act"], acted["client_id"]) == ([STOCK], {"sub": ORDERS}, ORDERS)
    assert acted["sub"] == introspected(story.shop, token)["sub"]
    assert orders.userinfo(answer.get_json()["access_token"]).status_code == 401


def service(deployment: Deployment, client_id: str, **metadata: Any) -> RelyingParty:
    fields = {
        "redirect_uris": (),
        "response_types": (),
        "grant_types": (GRANT, "client_credentials"),
        "scope": "openid work",
        "connections": (),
        **metadata,
    }
    return deployment.application(client_id, **fields)


def test_rfc8693_4_1_actors_are_nested_in_jwts_too(deployment: Deployment) -> None:
    story = holder_of(deployment, ORDERS, STOCK)
    orders = service(deployment, ORDERS, access_token_format="jwt")
    stock = service(deployment, STOCK, access_token_format="jwt")
    actor = stock.token({"grant_type": "client_credentials"}).get_json()["access_token"]
    once = exchange(orders, story.tokens()["access_token"], audience=STOCK).get_json()

    twice = exchange(
        stock, once["access_token"], actor_token=actor, actor_token_type=ACCESS_TOKEN
    ).get_json()["access_token"]

    claims = verify_jws(twice, stock.http.get("/jwks").get_json())
    assert claims["act"] == {"sub": STOCK, "act": {"sub": ORDERS}}
    assert claims["client_id"] == STOCK
    assert introspected(stock, twice)["act"] == claims["act"]


def test_rfc8693_2_1_stranger_cannot_use_a_token_it_found(deployment: Deployment) -> None:
    story = holder_of(deployment, ORDERS)
    stranger = service(deployment, "https://evil.example")
    public = service(
        deployment,
        STOCK,
        token_endpoint_auth_method="none",
        grant_types=(GRANT,),
    )
    token = story.tokens()["access_token"]

    assert error(exchange(stranger, token)) == (400, "invalid_request")
    assert error(exchange(public, token)) == (400, "invalid_request")


def test_rfc8693_2_1_actor_token_of_another_application_is_refused(deployment: Deployment) -> None:
    story = holder_of(deployment, ORDERS)
    orders, stock = service(deployment, ORDERS), service(deployment, STOCK)
    foreign = stock.token({"grant_type": "client_credentials"}).get_json()["access_token"]

    refused = exchange(
        orders,
        story.tokens()["access_token"],
        actor_token=foreign,
        actor_token_type=ACCESS_TOKEN,
    )

    assert error(refused) == (400, "invalid_request")


def test_rfc7009_2_1_exchanged_token_dies_with_the_one_it_was_made_from(
    deployment: Deployment,
) -> None:
    story = holder_of(deployment, ORDERS)
    token = story.tokens()["access_token"]
    lesser = exchange(story.shop, token).get_json()["access_token"]

    story.shop.post("/revoke", {"token": token})

    assert introspected(story.shop, lesser) == {"active": False}
    assert error(exchange(story.shop, token)) == (400, "invalid_request")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject_token": None},
        {"subject_token_type": None},
        {"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        {"actor_token": "x"},
        {"actor_token": "x", "actor_token_type": "urn:ietf:params:oauth:token-type:jwt"},
        {"subject_token": "qat_nonsense"},
    ],
    ids=str,
)
def test_rfc8693_2_1_malformed_request_is_refused(
    deployment: Deployment, changes: dict[str, str | None]
) -> None:
    story = holder_of(deployment)

    refused = exchange(story.shop, story.tokens()["access_token"], **changes)

    assert error(refused) == (400, "invalid_request")


def test_rfc8693_2_1_refresh_and_id_tokens_are_no_subject_tokens(deployment: Deployment) -> None:
    story = holder_of(deployment)
    tokens = story.tokens()

    assert error(exchange(story.shop, tokens["refresh_token"])) == (400, "invalid_request")
    assert error(exchange(story.shop, tokens["id_token"])) == (400, "invalid_request")


def test_rfc7523_3_assertion_is_used_up_even_while_wechat_is_asked(deployment: Deployment) -> None:
    key = new_key()
    mini = mini_program(
        deployment, token_endpoint_auth_method="private_key_jwt", jwks=public_keys(key)
    )
    holder = KeyHolder.of(mini, deployment.clock, signs_with=key)
    deployment.wechat.answers(-1, "/sns/jscode2session")
    signed = {"client_assertion": holder.assertion(), "client_assertion_type": ASSERTION_TYPE}

    away = trade(mini, deployment.wechat.js_code("li-lei"), **signed)
    again = trade(mini, deployment.wechat.js_code("li-lei"), **signed)

    assert error(away) == (503, "temporarily_unavailable")
    assert error(again) == (401, "invalid_client")


def test_rfc9449_5_token_bound_to_a_key_is_exchanged_with_that_key_alone(
    deployment: Deployment,
) -> None:
    mini = mini_program(deployment)
    key, other = new_key(), new_key("k2")
    at = ("POST", "/token")
    now = deployment.clock()
    form = {
        "grant_type": GRANT,
        "subject_token": deployment.wechat.js_code("li-lei"),
        "subject_token_type": WECHAT_CODE,
        "scope": "openid wechat",
    }

    def ask(body: dict[str, str], **headers: str) -> Any:
        return mini.http.post(
            "/token", data=body, headers=headers, auth=("mini", mini.secret or "")
        )

    bound = ask(form, DPoP=proof(key, now, *at)).get_json()
    lesser = {**form, "subject_token": bound["access_token"], "subject_token_type": ACCESS_TOKEN}
    with_key = ask(lesser, DPoP=proof(key, now, *at)).get_json()

    assert bound["token_type"] == with_key["token_type"] == "DPoP"
    assert error(ask(lesser)) == (400, "invalid_request")
    assert error(ask(lesser, DPoP=proof(other, now, *at))) == (400, "invalid_request")
