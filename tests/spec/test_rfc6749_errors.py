"""RFC 6749 5.2: what a refused client is told, and how often its secret may be guessed (2.3.1)."""

from typing import Any

import pytest

from app.web.rate_limits import limiter
from oidc.grants import GRANTS
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS
from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in
from tests.key_holder import ASSERTION_TYPE, KeyHolder, new_key, public_keys
from tests.relying_party import RelyingParty

BACK_CHANNEL = [
    ENDPOINT_PATHS[name]
    for name in (
        "token_endpoint",
        "revocation_endpoint",
        "introspection_endpoint",
        "authorization_challenge_endpoint",
        "pushed_authorization_request_endpoint",
        "device_authorization_endpoint",
    )
]
GRANT_TYPES = [grant.GRANT_TYPE for grant, _ in GRANTS]


@pytest.fixture
def story(deployment: Deployment) -> SignedIn:
    limiter.reset()
    return signed_in(deployment, grant_types=GRANT_TYPES, scope="openid offline_access jobs")


def test_5_2_every_error_says_what_is_wrong_and_what_to_do(story: SignedIn) -> None:
    shop, tokens = story.shop, story.tokens()
    other = story.browser.deployment.application("other", grant_types=("authorization_code",))
    theirs = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    answers = {
        "nothing at all": [shop.http.post(path, data={"a": "b"}) for path in BACK_CHANNEL],
        "nothing but a client": [shop.post(path, {}) for path in BACK_CHANNEL if path != "/par"],
        "each grant alone": [shop.token({"grant_type": name}) for name in GRANT_TYPES],
        "grants with nonsense": [
            shop.token({"grant_type": name, "code": "x", "refresh_token": "x", "device_code": "x",
                        "subject_token": "x", "scope": "nonsense"})
            for name in GRANT_TYPES
        ],
        "unknown grant": [shop.token({"grant_type": "password"})],
        "unregistered grant": [other.token(theirs)],
        "token of another": [
            other.post("/revoke", {"token": tokens["refresh_token"]}),
            shop.post("/revoke", {"token": "x", "token_type_hint": "nonsense"}),
        ],
        "scope that grew": [shop.refresh(tokens["refresh_token"], scope="openid jobs profile")],
        "wrong secret": [shop.http.post(path, data={"token": "x"}, auth=("shop", "wrong"))
                         for path in BACK_CHANNEL],
    }  # fmt: skip

    refused = [
        (why, each) for why, all_ in answers.items() for each in all_ if each.status_code > 200
    ]
    assert len(refused) > 25
    assert [why for why, each in refused if not is_told(each)] == []


def is_told(answer: Any) -> bool:
    body = answer.get_json()
    told = body.get("error_description", "")
    return bool(body["error"]) and len(told.split()) > 3


def test_5_2_header_that_failed_is_challenged_in_its_own_scheme(story: SignedIn) -> None:
    answers = [guess(story.shop, "wrong", "127.0.0.1", path) for path in BACK_CHANNEL]

    for answer in answers:
        assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith('Basic realm="')


def guess(client: RelyingParty, secret: str, address: str, path: str = "/token") -> Any:
    return client.http.post(
        path,
        data={"grant_type": "client_credentials", "scope": "jobs", "token": "x"},
        auth=(client.client_id, secret),
        environ_overrides={"REMOTE_ADDR": address},
    )


def test_2_3_1_guessing_at_a_secret_soon_ends(story: SignedIn) -> None:
    shop = story.shop

    answers = [guess(shop, f"guess {number}", "198.51.100.1") for number in range(22)]
    right = guess(shop, shop.secret or "", "198.51.100.1")

    assert [each.status_code for each in answers] == [401] * 20 + [429] * 2
    assert (right.status_code, right.get_json()["error"]) == (429, "slow_down")
    assert int(right.headers["Retry-After"]) == 60
    assert right.get_json()["error_description"]


def test_2_3_1_guessing_counts_at_all_endpoints_together(story: SignedIn) -> None:
    for number in range(20):
        guess(story.shop, "guess", "198.51.100.2", BACK_CHANNEL[number % len(BACK_CHANNEL)])

    answers = [guess(story.shop, "guess", "198.51.100.2", path) for path in BACK_CHANNEL]

    for each in answers:
        assert (each.status_code, each.get_json()["error"]) == (429, "slow_down")
        assert each.headers["Retry-After"] == "60"


def test_2_3_1_whoever_guesses_locks_nobody_else_out(story: SignedIn) -> None:
    other = story.browser.deployment.application(
        "other", grant_types=("client_credentials",), scope="jobs"
    )
    for _ in range(21):
        guess(story.shop, "guess", "198.51.100.3")

    elsewhere = guess(story.shop, story.shop.secret or "", "198.51.100.4")
    neighbour = guess(other, other.secret or "", "198.51.100.3")

    assert (elsewhere.status_code, neighbour.status_code) == (200, 200)


def test_2_3_1_one_network_of_ipv6_is_one_place(story: SignedIn) -> None:
    for number in range(20):
        guess(story.shop, "guess", f"2001:db8:1:2::{number:x}")

    near = guess(story.shop, story.shop.secret or "", "2001:db8:1:2:ffff::1")
    far = guess(story.shop, story.shop.secret or "", "2001:db8:1:3::1")

    assert (near.status_code, far.status_code) == (429, 200)


def test_2_3_1_failed_assertions_and_posted_secrets_count_too(
    deployment: Deployment, story: SignedIn
) -> None:
    signer = KeyHolder.of(
        deployment.application(
            "signer",
            token_endpoint_auth_method="private_key_jwt",
            jwks=public_keys(new_key("right")),
        ),
        deployment.clock,
        signs_with=new_key("right"),
    )
    grant = {"grant_type": "client_credentials"}
    by_assertion = {**grant, "client_assertion_type": ASSERTION_TYPE}

    signed = [
        signer.http.post("/token", data={**by_assertion, "client_assertion": signer.assertion()})
        for _ in range(21)
    ]
    posted = [
        signer.http.post("/token", data={**grant, "client_id": "nobody", "client_secret": "x"})
        for _ in range(21)
    ]

    for answers in (signed, posted):
        told = [(each.status_code, each.get_json()["error"]) for each in answers[-2:]]
        assert told == [(401, "invalid_client"), (429, "slow_down")]


def test_2_3_1_success_costs_no_more_than_before(story: SignedIn) -> None:
    guess(story.shop, "guess", "127.0.0.1")
    story.shop.token({"grant_type": "client_credentials", "scope": "jobs"})

    with story.browser.deployment.statements() as seen:
        answer = story.shop.token({"grant_type": "client_credentials", "scope": "jobs"})

    assert answer.status_code == 200
    assert len([each for each in seen if each != "COMMIT"]) == 1
