"""Ways to send a request and to get the response: request objects, form_post, fragment, JARM."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.deployment import CALLBACK, Deployment
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import ISSUER, s256, verify_jws

VERIFIER = "v" * 64


@pytest.fixture(scope="module")
def key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "req-1", "use": "sig", "alg": "ES256"})


def signing(key: ECKey, **metadata: Any) -> dict[str, Any]:
    return {"jwks": {"keys": [key.as_dict(private=False)]}, **metadata}


def request_object(key: ECKey, typ: str = "oauth-authz-req+jwt", **changes: Any) -> str:
    claims = {
        "iss": "shop",
        "aud": ISSUER,
        "client_id": "shop",
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "state": "s-inside",
        "nonce": "n-inside",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        "exp": 1_800_000_300,
        **changes,
    }
    sent = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": "req-1", "typ": typ}, sent, key)


def sent(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def test_rfc9101_5_signed_request_object_is_the_whole_request(
    deployment: Deployment, key: ECKey
) -> None:
    story = signed_in(deployment, **signing(key))
    url = f"/authorize?client_id=shop&state=s-outside&request={request_object(key)}"

    answer = story.browser.get(url)

    assert sent(answer.location)["state"] == "s-inside"
    code = sent(answer.location)["code"]
    story.started.verifier = VERIFIER
    tokens = story.shop.redeem(code, story.started).get_json()
    assert story.shop.verified(tokens["id_token"])["nonce"] == "n-inside"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example"},
        {"iss": "somebody"},
        {"exp": 1_799_999_000},
        {"client_id": "somebody"},
        {"request_uri": "https://shop.example/r"},
    ],
    ids=["10.8 audience", "10.8 issuer", "expired", "5 client_id", "4 nested request_uri"],
)
def test_rfc9101_6_request_object_that_cannot_be_believed_is_refused(
    deployment: Deployment, key: ECKey, changes: dict[str, Any]
) -> None:
    story = signed_in(deployment, **signing(key))
    started = story.shop.start(request=request_object(key, **changes))

    answer = story.browser.get(started.url)

    assert story.shop.response(answer.location, started)["error"] == "invalid_request_object"


def test_rfc9101_6_request_object_signed_by_another_key_is_refused(
    deployment: Deployment, key: ECKey
) -> None:
    story = signed_in(deployment, **signing(key))
    other = ECKey.generate_key("P-256", {"kid": "req-1"})
    started = story.shop.start(request=request_object(other))

    answer = story.browser.get(started.url)

    assert story.shop.response(answer.location, started)["error"] == "invalid_request_object"


def test_core_6_1_redirect_uri_inside_must_be_registered(
    deployment: Deployment, key: ECKey
) -> None:
    story = signed_in(deployment, **signing(key))
    evil = request_object(key, redirect_uri="https://evil.example/")

    answer = story.browser.get(f"/authorize?client_id=shop&request={evil}")

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_core_6_2_unregistered_request_uri_is_never_fetched(deployment: Deployment) -> None:
    story = signed_in(deployment)
    started = story.shop.start(request_uri="https://169.254.169.254/latest/meta-data")

    answer = story.browser.get(started.url)

    assert story.shop.response(answer.location, started)["error"] == "invalid_request_uri"


def test_form_post_2_values_survive_any_character(deployment: Deployment) -> None:
    story = signed_in(deployment)
    state = "s p\"é%41<b>&'桥"
    started = story.shop.start(response_mode="form_post", state=state)

    page = story.browser.get(started.url)

    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text))
    action = re.search(r'action="([^"]+)"', page.text)
    assert action is not None
    assert html.unescape(action[1]) == CALLBACK
    assert html.unescape(fields["state"]) == state
    assert fields["iss"] == ISSUER
    assert len(fields["code"]) > 40
    assert page.headers["Cache-Control"] == "no-store"
    assert "<b>" not in page.text
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_form_post_2_error_is_posted_too(deployment: Deployment) -> None:
    story = signed_in(deployment)
    started = story.shop.start(response_mode="form_post", scope="quatsch")

    page = story.browser.get(started.url)

    assert 'name="error" value="invalid_scope"' in page.text
    assert f'value="{started.state}"' in page.text


def test_multiple_response_types_2_1_fragment_mode(deployment: Deployment) -> None:
    story = signed_in(deployment)
    started = story.shop.start(response_mode="fragment")

    answer = story.browser.get(started.url)

    address, _, fragment = answer.location.partition("#")
    assert address == CALLBACK
    assert parse_qs(fragment)["state"] == [started.state]


@pytest.mark.parametrize("mode", ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"])
def test_jarm_2_3_response_is_one_signed_jwt(deployment: Deployment, mode: str) -> None:
    story = signed_in(deployment)
    started = story.shop.start(response_mode=mode)

    answer = story.browser.get(started.url)

    token = jarm_response(answer, mode)
    claims = verify_jws(token, story.shop.http.get("/jwks").get_json())
    assert (claims["iss"], claims["aud"], claims["state"]) == (ISSUER, "shop", started.state)
    assert claims["exp"] <= deployment.clock() + 600
    assert redeemed(story, claims["code"], started).status_code == 200


def redeemed(story: SignedIn, code: str, started: Any) -> Any:
    return story.shop.redeem(code, started)


def jarm_response(answer: Any, mode: str) -> str:
    if mode == "form_post.jwt":
        field = re.search(r'name="response" value="([^"]+)"', answer.text)
        assert field is not None
        return field[1]
    parts = urlsplit(answer.location)
    found = parse_qs(parts.fragment if mode == "fragment.jwt" else parts.query)
    assert list(found) == ["response"]
    return found["response"][0]
