"""Authorization requests through the back channel (RFC 9126), for any client."""

from typing import Any

import pytest

from tests.deployment import Deployment
from tests.flows.story import signed_in
from tests.key_holder import KeyHolder


def pushing(deployment: Deployment, **metadata: Any) -> tuple[KeyHolder, Any]:
    """An application whose person has a live session in this browser."""
    story = signed_in(deployment, **metadata)
    return KeyHolder.of(story.shop, deployment.clock), story.browser


def error(answer: Any, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.get_json()["error"])


def test_rfc9126_2_2_pushed_request_ends_in_a_code(deployment: Deployment) -> None:
    shop, browser = pushing(deployment)

    pushed, started = shop.push()
    sent = shop.response(browser.get(started.url).location, started)
    tokens = shop.redeem(sent["code"], started).get_json()

    assert pushed.status_code == 201
    assert pushed.headers["Cache-Control"] == "no-store"
    assert 5 <= pushed.get_json()["expires_in"] < 600
    assert pushed.get_json()["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert shop.verified(tokens["id_token"], started.nonce)["sub"]


def test_rfc9126_4_request_uri_is_good_for_one_code(deployment: Deployment) -> None:
    shop, browser = pushing(deployment)
    _, started = shop.push()
    browser.get(started.url)

    again = browser.get(started.url)

    assert again.status_code == 400
    assert "Location" not in again.headers


def test_rfc9126_4_page_can_be_reloaded_until_the_request_is_answered(
    deployment: Deployment,
) -> None:
    deployment.connection()
    shop = KeyHolder.of(deployment.application(first_party=True), deployment.clock)
    _, started = shop.push()
    browser = deployment.browser()
    first = browser.get(started.url)

    reloaded = browser.get(started.url)
    answer = browser.sign_in(started.url, "li-lei")

    assert (first.status_code, first.location) == (303, reloaded.location)
    assert shop.response(answer.location, started)["code"]


def test_rfc9126_4_request_that_another_browser_took_up_is_not_shared(
    deployment: Deployment,
) -> None:
    deployment.connection()
    shop = KeyHolder.of(deployment.application(first_party=True), deployment.clock)
    _, started = shop.push()
    deployment.browser().get(started.url)

    refused = deployment.browser().get(started.url)

    assert refused.status_code == 400
    assert "This sign-in was begun in another browser" in refused.text


def test_rfc9126_2_2_request_uri_of_another_client_is_refused(deployment: Deployment) -> None:
    shop, browser = pushing(deployment)
    other = KeyHolder.of(deployment.application("other", first_party=True), deployment.clock)
    _, started = other.push()

    refused = browser.get(started.url.replace("client_id=other", f"client_id={shop.client_id}"))

    assert refused.status_code == 400
    assert "Location" not in refused.headers


def test_rfc9126_2_2_request_uri_expires(deployment: Deployment) -> None:
    shop, browser = pushing(deployment)
    pushed, started = shop.push()
    deployment.clock.advance(pushed.get_json()["expires_in"])

    refused = browser.get(started.url)

    assert refused.status_code == 400
    assert "Location" not in refused.headers


@pytest.mark.parametrize("invented", ["AAAAAAAAAAAAAAAAAAAAAA", "", "../x", "é"])
def test_rfc9126_2_2_request_uri_that_we_never_gave_is_refused(
    deployment: Deployment, invented: str
) -> None:
    shop = deployment.application()
    uri = f"urn:ietf:params:oauth:request_uri:{invented}"

    refused = deployment.browser().get(f"/authorize?client_id={shop.client_id}&request_uri={uri}")

    assert refused.status_code == 400
    assert "There is no such sign-in" in refused.text


def test_rfc9126_2_1_request_uri_cannot_be_pushed(deployment: Deployment) -> None:
    shop = KeyHolder.of(deployment.application(), deployment.clock)
    pushed, _ = shop.push()

    refused, _ = shop.push(request_uri=pushed.get_json()["request_uri"])

    assert error(refused) == "invalid_request"


def test_rfc9126_2_client_must_authenticate(deployment: Deployment) -> None:
    shop = KeyHolder.of(deployment.application(), deployment.clock)
    shop.secret = "wrong"

    refused, _ = shop.push()

    assert error(refused, 401) == "invalid_client"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"scope": "nothing-known"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"client_id": "another"}, "invalid_request"),
    ],
    ids=str,
)
def test_rfc9126_2_3_request_is_validated_when_it_is_pushed(
    deployment: Deployment, changes: dict[str, str | None], code: str
) -> None:
    shop = KeyHolder.of(deployment.application(), deployment.clock)

    refused, _ = shop.push(**changes)

    assert error(refused) == code


def test_rfc9126_1_what_the_browser_adds_is_not_heard(deployment: Deployment) -> None:
    shop, browser = pushing(deployment)
    _, started = shop.push(scope="openid")

    answer = browser.get(started.url + "&scope=openid%20phone&state=forged&nonce=forged")
    sent = shop.response(answer.location, started)
    tokens = shop.redeem(sent["code"], started).get_json()

    assert tokens["scope"] == "openid"
    assert shop.verified(tokens["id_token"], started.nonce)


def test_rfc9126_4_prompt_none_is_answered_without_a_page(deployment: Deployment) -> None:
    shop, browser = pushing(deployment)
    _, here = shop.push(prompt="none")
    _, elsewhere = shop.push(prompt="none")

    silent = shop.response(browser.get(here.url).location, here)
    refused = shop.response(deployment.browser().get(elsewhere.url).location, elsewhere)

    assert silent["code"]
    assert refused["error"] == "login_required"


def test_rfc9126_6_client_that_must_push_is_refused_otherwise(deployment: Deployment) -> None:
    _, browser = pushing(deployment)
    strict = KeyHolder.of(
        deployment.application(
            "strict", first_party=True, require_pushed_authorization_requests=True
        ),
        deployment.clock,
    )
    direct = strict.start()
    _, pushed = strict.push()

    refused = strict.response(browser.get(direct.url).location, direct)
    answer = strict.response(browser.get(pushed.url).location, pushed)

    assert refused["error"] == "invalid_request"
    assert answer["code"]


def test_rfc9126_5_metadata_names_the_endpoint(deployment: Deployment) -> None:
    document = deployment.app.test_client().get("/.well-known/openid-configuration").get_json()

    assert document["pushed_authorization_request_endpoint"].endswith("/par")
    assert document["require_pushed_authorization_requests"] is False
