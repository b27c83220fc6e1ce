"""Signing keys as relying parties see them (OpenID Connect Core 10.1, RFC 7517)."""

from typing import Any

import pytest

from tests.deployment import Deployment
from tests.flows.story import signed_in
from tests.relying_party import RelyingParty, header_of, verify_jws

CACHED = 300
"""Seconds for which the key set may be kept, by the header that comes with it."""
PUBLIC_MEMBERS = {"kty", "use", "alg", "kid", "n", "e", "crv", "x", "y"}


def robot(deployment: Deployment, **metadata: Any) -> RelyingParty:
    """An application whose own access tokens are signed JWTs."""
    fields = {
        "grant_types": ("client_credentials",),
        "access_token_format": "jwt",
        "scope": "jobs",
        "connections": (),
        **metadata,
    }
    return deployment.application("robot", **fields)


def token(client: RelyingParty) -> str:
    answer = client.token({"grant_type": "client_credentials"})
    assert answer.status_code == 200, answer.text
    text: str = answer.get_json()["access_token"]
    return text


def jwks(client: RelyingParty) -> Any:
    return client.http.get("/jwks").get_json()


def other_node(deployment: Deployment, client: RelyingParty) -> RelyingParty:
    """The same application, whose requests reach another node."""
    node = deployment.another_node()
    return RelyingParty(node.test_client(use_cookies=False), client.client_id, client.secret)


def test_core_10_1_1_no_cached_key_set_ever_lacks_a_key_that_signs(deployment: Deployment) -> None:
    here = robot(deployment)
    there = other_node(deployment, here)
    day = 86400
    seen = {header_of(token(here))["kid"]}

    deployment.clock.advance(90 * day - 12 * 3600)
    for _hour in range(48):
        cached = jwks(here)
        deployment.clock.advance(CACHED)
        for signed in (token(there), token(here)):
            verify_jws(signed, cached)
            seen.add(header_of(signed)["kid"])
        deployment.clock.advance(3600 - CACHED)

    assert len(seen) == 2
    assert seen <= {key["kid"] for key in jwks(there)["keys"]}


def test_core_10_1_1_rotation_in_mid_run_is_found_by_fetching_again(deployment: Deployment) -> None:
    here = robot(deployment)
    there = other_node(deployment, here)
    cached, before = jwks(here), token(here)
    token(there)

    done = deployment.app.test_cli_runner().invoke(args=["keys", "rotate", "--now"])
    deployment.clock.advance(5)

    assert done.exit_code == 0, done.output
    for node in (here, there):
        signed, fresh = token(node), jwks(node)
        assert header_of(signed)["kid"] not in {key["kid"] for key in cached["keys"]}
        verify_jws(signed, fresh)
        verify_jws(before, fresh)


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_core_15_1_each_algorithm_signs_and_is_published(deployment: Deployment, alg: str) -> None:
    story = signed_in(deployment, id_token_signed_response_alg=alg)

    id_token = story.tokens()["id_token"]

    assert header_of(id_token)["alg"] == alg
    assert story.shop.verified(id_token)["aud"] == "shop"


def test_discovery_3_fresh_server_publishes_a_key_for_each_algorithm(
    deployment: Deployment,
) -> None:
    """A relying party may keep the set from before any client of an algorithm was there."""
    http = deployment.app.test_client(use_cookies=False)
    discovery = http.get("/.well-known/openid-configuration").get_json()
    named = discovery["id_token_signing_alg_values_supported"]

    first = http.get("/jwks").get_json()

    assert sorted(key["alg"] for key in first["keys"]) == sorted(named)
    story = signed_in(deployment)
    for alg in named:
        shop = deployment.application(alg, first_party=True, id_token_signed_response_alg=alg)
        started = shop.start()
        code = shop.response(story.browser.get(started.url).location, started)["code"]
        id_token = shop.redeem(code, started).get_json()["id_token"]
        assert verify_jws(id_token, first)["aud"] == alg
    assert http.get("/jwks").get_json() == first


def test_discovery_3_nodes_that_begin_at_once_publish_the_same_keys(
    deployment: Deployment,
) -> None:
    here = robot(deployment)
    there = other_node(deployment, here)

    assert jwks(there) == jwks(here)


def test_rfc7517_9_3_key_set_holds_no_private_member(deployment: Deployment) -> None:
    client = robot(deployment)
    with deployment.app.app_context():
        for alg in ("RS256", "PS256", "ES256", "EdDSA"):
            deployment.provider.keys.active(deployment.provider.session, alg)

    keys = jwks(client)["keys"]

    assert len({key["kid"] for key in keys}) == len(keys) == 4
    for key in keys:
        assert key.keys() <= PUBLIC_MEMBERS
        assert key["use"] == "sig"


def test_rfc9111_5_2_key_set_may_be_kept_for_less_than_a_key_is_announced(
    deployment: Deployment,
) -> None:
    answer = robot(deployment).http.get("/jwks")

    assert answer.headers["Cache-Control"] == f"public, max-age={CACHED}"
    assert deployment.provider.settings.key_publish_ahead > 10 * CACHED
