"""What Qiao registers and what the suite is told are two sides of one thing."""

from typing import Any

import pytest
from joserfc.jwk import JWKRegistry

from oidc.clients.metadata_parsing import RegistrationPolicy, parse
from tests.conformance.clients import CLIENTS, PROFILES, RESOURCE, Credentials, registrations
from tests.conformance.configuration import configuration
from tests.conformance.deployment import Target
from tests.conformance.plans import OAUTH, PLANS, Plan
from tests.spec.suite import PROFILE_CLAIMS

SUITE = "https://suite.example"
ISSUER = "https://op.example"
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k"}


@pytest.fixture(scope="module")
def registered(credentials: Credentials) -> dict[str, dict[str, Any]]:
    return {each["client_id"]: each for each in registrations(SUITE, credentials)}


@pytest.fixture(scope="module")
def target(credentials: Credentials) -> Target:
    return Target(ISSUER, "https://api.example/resource", credentials)


STATIC = [plan for plan in PLANS if plan.clients]


def told(plan: Plan, target: Target) -> dict[str, dict[str, Any]]:
    """The clients of a plan's configuration, by client id."""
    document = configuration(plan, target)
    slots = ("client", "client2", "client_secret_post")
    return {document[slot]["client_id"]: document[slot] for slot in slots if slot in document}


def test_every_registration_is_one_that_qiao_takes(registered: dict[str, dict[str, Any]]) -> None:
    for document in registered.values():
        assert parse(document, policy=RegistrationPolicy(trusted=True))


@pytest.mark.parametrize("plan", STATIC, ids=lambda plan: plan.key)
def test_suite_knows_the_secrets_and_keys_of_what_is_registered(
    plan: Plan, target: Target, registered: dict[str, dict[str, Any]]
) -> None:
    for client_id, known in told(plan, target).items():
        document = registered[client_id]
        if "jwks" in known:
            [private], [public] = known["jwks"]["keys"], document["jwks"]["keys"]
            assert set(private) & PRIVATE
            assert not set(public) & PRIVATE
            assert JWKRegistry.import_key(private).thumbprint() == (
                JWKRegistry.import_key(public).thumbprint()
            )
            assert private["alg"] == document["id_token_signed_response_alg"]
        else:
            assert known["client_secret"] == document["client_secret"]


@pytest.mark.parametrize("plan", STATIC, ids=lambda plan: plan.key)
def test_clients_come_back_to_the_alias_of_their_plan(
    plan: Plan, target: Target, registered: dict[str, dict[str, Any]]
) -> None:
    place = f"{SUITE}/test/a/{configuration(plan, target)['alias']}/"

    for client_id in told(plan, target):
        callbacks = registered[client_id]["redirect_uris"]
        assert callbacks == [
            place + "callback",
            place + "callback?dummy1=lorem&dummy2=ipsum",
        ]


def test_only_the_back_channel_plan_has_deliveries(registered: dict[str, dict[str, Any]]) -> None:
    hearing = {name for name, each in registered.items() if "backchannel_logout_uri" in each}

    assert hearing == {"suite-back"}
    assert "frontchannel_logout_uri" not in registered["suite-logout"]


def test_secrets_survive_form_encoding_unchanged(credentials: Credentials) -> None:
    """RFC 6749 2.3.1: a secret with a space is another one once it is encoded."""
    assert all(
        secret.replace("-", "").replace("_", "").isalnum()
        for secret in credentials.secrets.values()
    )


def test_second_client_has_another_key_than_the_first(credentials: Credentials) -> None:
    thumbprints = [
        JWKRegistry.import_key(dict(key)).thumbprint() for key in credentials.keys.values()
    ]

    assert len(thumbprints) == len(set(thumbprints)) == 10


def test_signed_requests_alone_are_taken_from_the_message_signing_clients(
    registered: dict[str, dict[str, Any]],
) -> None:
    demanding = {
        name for name, each in registered.items() if each.get("require_signed_request_object")
    }

    assert demanding == {
        "suite-signing",
        "suite-signing-2",
        "suite-signing-rsa",
        "suite-signing-rsa-2",
    }


def test_ada_has_every_claim_of_the_standard_scopes_and_was_born_late_enough() -> None:
    others = {"email", "email_verified", "phone_number", "phone_number_verified", "address"}

    assert set(PROFILES["ada"]) == PROFILE_CLAIMS | others
    assert int(PROFILES["ada"]["birthdate"][:4]) >= 1850


def test_plain_oauth_asks_for_no_openid_and_reads_the_metadata_of_oauth(target: Target) -> None:
    plan = next(plan for plan in PLANS if plan.key == "oauth")
    document = configuration(plan, target)

    assert "openid" not in document["client"]["scope"].split()
    assert document["server"]["discoveryUrl"] == ISSUER + OAUTH
    assert document["resource"]["resourceUrl"] == target.resource


def test_everybody_else_is_led_to_userinfo(target: Target) -> None:
    places = {
        configuration(plan, target)["resource"]["resourceUrl"]
        for plan in PLANS
        if plan.key != "oauth"
    }

    assert places == {ISSUER + "/userinfo"}


def test_every_set_of_clients_belongs_to_a_plan() -> None:
    assert set(CLIENTS) == {plan.clients for plan in STATIC}
    assert RESOURCE not in {client.client_id for row in CLIENTS.values() for client in row}
