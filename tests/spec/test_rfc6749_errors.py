"""RFC 6749 5.2: what a refused client is told, and how often its secret may be guessed (2.3.1)."""

from typing import Any

import pytest
from joserfc.jwk import OctKey
from limits import parse_many

from app.web.client_auth_throttle import GUESSES
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
    answers = [guess(story.shop, f"guess {number}", "198.51.100.1") for number in range(22)]

    assert [each.status_code for each in answers] == [401] * 20 + [429] * 2
    assert answers[-1].get_json()["error"] == "slow_down"
    assert answers[-1].get_json()["error_description"]


def test_2_3_1_right_secret_is_never_refused_for_the_guesses_of_others(story: SignedIn) -> None:
    for number in range(30):
        guess(story.shop, f"guess {number}", "198.51.100.1")

    answers = [guess(story.shop, story.shop.secret or "", "198.51.100.1") for _ in range(3)]

    assert [each.status_code for each in answers] == [200] * 3


def test_2_3_1_whoever_guesses_is_told_the_time_that_it_takes(story: SignedIn) -> None:
    for _ in range(20):
        guess(story.shop, "guess", "198.51.100.2")
    within_a_minute = guess(story.shop, "guess", "198.51.100.2")
    fill(GUESSES, 200, "client secrets", "shop", "198.51.100.5")
    within_an_hour = guess(story.shop, "guess", "198.51.100.5")

    assert 50 <= int(within_a_minute.headers["Retry-After"]) <= 60
    assert 3500 <= int(within_an_hour.headers["Retry-After"]) <= 3600


def fill(rule: str, count: int, *of: str) -> None:
    """As if so many guesses had come before, and the minute had gone by."""
    longest = max(parse_many(rule))
    assert [limiter.limiter.hit(longest, *of) for _ in range(count)] == [True] * count


def test_2_3_1_guessing_counts_at_all_endpoints_together(story: SignedIn) -> None:
    for number in range(20):
        guess(story.shop, "guess", "198.51.100.2", BACK_CHANNEL[number % len(BACK_CHANNEL)])

    answers = [guess(story.shop, "guess", "198.51.100.2", path) for path in BACK_CHANNEL]

    for each in answers:
        assert (each.status_code, each.get_json()["error"]) == (429, "slow_down")
        assert int(each.headers["Retry-After"]) > 50


def test_2_3_1_guesses_are_counted_by_client_and_network(story: SignedIn) -> None:
    other = story.browser.deployment.application(
        "other", grant_types=("client_credentials",), scope="jobs"
    )
    for number in range(20):
        guess(story.shop, "guess", f"2001:db8:1:2::{number:x}")

    near = guess(story.shop, "guess", "2001:db8:1:2:ffff::1")
    far = guess(story.shop, "guess", "2001:db8:1:3::1")
    neighbour = guess(other, "guess", "2001:db8:1:2::1")

    assert [each.status_code for each in (near, far, neighbour)] == [429, 401, 401]


def test_2_3_1_posted_secrets_and_secrets_that_sign_are_guessed_too(
    deployment: Deployment, story: SignedIn
) -> None:
    method = "client_secret_jwt"
    poster = deployment.application("poster", token_endpoint_auth_method="client_secret_post")
    signer = KeyHolder.of(
        deployment.application("signer", token_endpoint_auth_method=method),
        deployment.clock,
        signs_with=OctKey.import_key("not the secret of this application", {"kid": "k1"}),
        alg="HS256",
    )

    posted = [sent(poster, client_id="poster", client_secret="x") for _ in range(21)]
    signed = [
        sent(signer, client_assertion_type=ASSERTION_TYPE, client_assertion=signer.assertion())
        for _ in range(21)
    ]

    for answers in (posted, signed):
        told = [(each.status_code, each.get_json()["error"]) for each in answers[-2:]]
        assert told == [(401, "invalid_client"), (429, "slow_down")]


def sent(client: RelyingParty, path: str = "/token", **credentials: str) -> Any:
    body = {"grant_type": "client_credentials", "scope": "jobs", **credentials}
    return client.http.post(path, data=body)


def test_2_3_1_nothing_but_a_wrong_secret_is_a_guess(
    deployment: Deployment, story: SignedIn
) -> None:
    shop = story.shop
    public = deployment.application("public", token_endpoint_auth_method="none")
    signer = KeyHolder.of(
        deployment.application(
            "signer",
            token_endpoint_auth_method="private_key_jwt",
            jwks=public_keys(new_key("right")),
        ),
        deployment.clock,
        signs_with=new_key("right"),
    )
    by_assertion = {"client_assertion_type": ASSERTION_TYPE}
    harmless = (
        lambda: sent(shop, client_id="shop", client_secret=shop.secret or ""),
        lambda: shop.token({"grant_type": "authorization_code", "code": "bogus"}),
        lambda: guess(shop, "", "127.0.0.1"),
        lambda: sent(public, client_id="public", client_secret="x"),
        lambda: guess(public, "x", "127.0.0.1"),
        lambda: sent(signer, **by_assertion, client_assertion=signer.assertion()),
        lambda: sent(signer, client_id="signer", client_secret="x"),
        lambda: sent(shop, client_id="nobody", client_secret="x"),
    )

    refusals = [{send().status_code for _ in range(25)} for send in harmless]

    assert [429 in each or 200 in each for each in refusals] == [False] * len(harmless)
    assert guess(shop, "wrong", "127.0.0.1").status_code == 401


def test_2_3_1_empty_secret_of_a_public_client_is_none(deployment: Deployment) -> None:
    public = deployment.application(
        "public",
        token_endpoint_auth_method="none",
        grant_types=(
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ),
        scope="openid offline_access",
    )
    public.secret = ""  # sends Basic with nothing after the colon
    begun = public.post("/device_authorization", {"scope": "openid"})
    polls = [
        public.token(
            {
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                "device_code": begun.get_json()["device_code"],
            }
        )
        for _ in range(25)
    ]
    in_the_form = sent(
        public, grant_type="refresh_token", client_id="public", client_secret="", refresh_token="x"
    )

    assert begun.status_code == 200
    assert {each.get_json()["error"] for each in polls} == {"authorization_pending", "slow_down"}
    assert {each.status_code for each in polls} == {400}
    assert in_the_form.get_json()["error"] == "invalid_grant"


def test_2_3_1_empty_secret_is_not_that_of_a_confidential_client(story: SignedIn) -> None:
    answer = guess(story.shop, "", "127.0.0.1")

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")


def test_2_3_1_bogus_callbacks_shut_no_application_out(
    deployment: Deployment, story: SignedIn
) -> None:
    """As golang.org/x/oauth2 does it: Basic, and the same again in the form when that failed."""
    shop = story.shop

    def exchange(code: str, verifier: str) -> bool:
        body = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier,
                "redirect_uri": shop.redirect_uri}  # fmt: skip
        if shop.token(body).status_code == 200:
            return True
        in_form = {**body, "client_id": "shop", "client_secret": shop.secret or ""}
        return bool(shop.http.post("/token", data=in_form).status_code == 200)

    succeeded, bogus = [], []
    for _ in range(100):
        bogus += [exchange("bogus", "v" * 43) for _ in range(10)]
        story = story.next_code()
        succeeded.append(exchange(story.code, story.started.verifier))

    assert succeeded == [True] * 100
    assert bogus == [False] * 1000


def test_2_3_1_success_costs_no_more_than_before(story: SignedIn) -> None:
    guess(story.shop, "guess", "127.0.0.1")
    story.shop.token({"grant_type": "client_credentials", "scope": "jobs"})

    with story.browser.deployment.statements() as seen:
        answer = story.shop.token({"grant_type": "client_credentials", "scope": "jobs"})

    assert answer.status_code == 200
    assert len([each for each in seen if each != "COMMIT"]) == 1


def test_5_2_missing_grant_type_and_one_that_is_not_for_this_client_are_told_apart(
    deployment: Deployment,
) -> None:
    limiter.reset()
    public = {"token_endpoint_auth_method": "none", "application_type": "native"}
    app = deployment.application("app", grant_types=("authorization_code",), **public)
    nobody = app.http.post("/token", data={"grant_type": "client_credentials"})
    answers = [
        app.token({"client_id": "app"}),
        app.token({"client_id": "app", "grant_type": "password"}),
        app.token({"client_id": "app", "grant_type": "client_credentials"}),
        nobody,
    ]

    assert [(answer.status_code, answer.json["error"]) for answer in answers] == [
        (400, "invalid_request"),
        (400, "unsupported_grant_type"),
        (400, "unauthorized_client"),
        (401, "invalid_client"),
    ]
    assert "client_id" in nobody.json["error_description"]
