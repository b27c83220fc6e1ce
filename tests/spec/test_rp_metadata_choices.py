"""Clients name all that they can do, and are told what was chosen (RP Metadata Choices 1.0)."""

from collections.abc import Iterator
from typing import Any

import pytest

from oidc.clients.metadata_document_rules import metadata_of_document
from oidc.settings import ProviderSettings
from tests.conftest import TestClock
from tests.databases import Database
from tests.key_holder import new_key, public_keys
from tests.relying_party import ISSUER
from tests.sandbox_server import LiveSandbox
from tests.spec.registrant import Registrant, registering

CALLBACK = "https://rp.example/cb"


@pytest.fixture
def developer(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Registrant]:
    with registering(sqlite, wechat, clock) as developer:
        yield developer


def register(developer: Registrant, **document: Any) -> Any:
    return developer.register(**{"redirect_uris": [CALLBACK], **document})


def test_first_of_the_list_that_we_can_is_chosen_and_told(developer: Registrant) -> None:
    answer = register(
        developer,
        token_endpoint_auth_methods_supported=["tls_client_auth", "private_key_jwt"],
        id_token_signing_alg_values_supported=["ML-DSA-44", "PS256", "RS256"],
        jwks=public_keys(new_key()),
    ).get_json()

    assert answer["token_endpoint_auth_method"] == "private_key_jwt"
    assert answer["id_token_signed_response_alg"] == "PS256"
    assert not any(name.endswith("_supported") for name in answer)


def test_value_beside_the_list_comes_first_where_we_can(developer: Registrant) -> None:
    algs = ["RS256", "ES256"]
    wished = [
        register(
            developer,
            id_token_signed_response_alg=alg,
            id_token_signing_alg_values_supported=[alg, *algs],
        ).get_json()["id_token_signed_response_alg"]
        for alg in ("ES256", "ES512")
    ]

    assert wished == ["ES256", "RS256"]


@pytest.mark.parametrize("listed", [["ES512"], [], [{}], "RS256"])
def test_list_without_anything_of_ours_is_refused(developer: Registrant, listed: Any) -> None:
    answer = register(developer, id_token_signing_alg_values_supported=listed)

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_client_metadata"


def test_pairwise_is_not_chosen_where_there_is_none(developer: Registrant) -> None:
    answer = register(developer, subject_types_supported=["pairwise", "public"]).get_json()

    assert answer["subject_type"] == "public"


def test_document_of_a_client_may_name_choices() -> None:
    address = "https://app.example/client.json"
    document = {
        "client_id": address,
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "jwks": public_keys(new_key()),
    }

    metadata = metadata_of_document(
        ProviderSettings(ISSUER), address, document, lambda _url: [], frozenset()
    )

    assert metadata.token_endpoint_auth_method == "private_key_jwt"


@pytest.mark.parametrize(
    "member",
    ["id_token_signed_response_alg", "token_endpoint_auth_signing_alg"],
)
def test_rfc9864_both_names_of_ed25519_are_taken(developer: Registrant, member: str) -> None:
    answer = register(
        developer,
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_keys(new_key()),
        **{member: "Ed25519"},
    )

    assert answer.status_code == 201, answer.text
    assert answer.get_json()[member] == "EdDSA"


def test_rfc9864_discovery_names_both_for_what_clients_sign(developer: Registrant) -> None:
    told = developer.deployment.app.test_client().get("/.well-known/openid-configuration")

    for name in ("token_endpoint_auth", "request_object", "dpop"):
        assert {"EdDSA", "Ed25519"} <= set(told.get_json()[f"{name}_signing_alg_values_supported"])
    assert "Ed25519" not in told.get_json()["id_token_signing_alg_values_supported"]
