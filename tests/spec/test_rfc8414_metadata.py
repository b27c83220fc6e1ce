"""RFC 8414 and OpenID Connect Discovery: the description is true, in every member."""

from typing import Any

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata

from tests.deployment import CALLBACK, Deployment
from tests.flows.story import signed_in
from tests.relying_party import ISSUER, header_of, verify_jws

DOCUMENTS = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]
BY_NAVIGATION = {"authorization_endpoint", "end_session_endpoint"}


def description(deployment: Deployment, path: str = DOCUMENTS[0]) -> Any:
    return deployment.app.test_client().get(path).get_json()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_rfc8414_3_2_document_satisfies_an_independent_validator(
    deployment: Deployment, path: str
) -> None:
    document = description(deployment, path)

    # The issuer of the tests is a loopback address, which these validators do not know.
    public = {
        name: value.replace(ISSUER, "https://login.example.com")
        if isinstance(value, str)
        else value
        for name, value in document.items()
    }
    OpenIDProviderMetadata(public).validate()
    AuthorizationServerMetadata(public).validate()
    assert document["issuer"] == ISSUER


def test_rfc8414_3_both_documents_say_the_same(deployment: Deployment) -> None:
    assert description(deployment, DOCUMENTS[0]) == description(deployment, DOCUMENTS[1])


def test_rfc8414_2_every_endpoint_answers(deployment: Deployment) -> None:
    document = description(deployment)
    client = deployment.app.test_client()
    named = {name: value for name, value in document.items() if name.endswith("_endpoint")}

    for name, address in named.items():
        path = address.removeprefix(ISSUER)
        answer = client.get(path) if name in BY_NAVIGATION else client.post(path)
        assert answer.status_code not in (404, 405, 500), name
        if name not in BY_NAVIGATION:
            assert answer.get_json()["error"], name
    assert client.get(document["jwks_uri"].removeprefix(ISSUER)).status_code == 200


def test_rfc8414_2_every_grant_type_is_known_and_no_other(deployment: Deployment) -> None:
    document = description(deployment)
    shop = deployment.application(grant_types=document["grant_types_supported"])

    errors = {
        name: shop.token({"grant_type": name}).get_json().get("error")
        for name in [*document["grant_types_supported"], "password", "implicit"]
    }

    assert {name for name, error in errors.items() if error == "unsupported_grant_type"} == {
        "password",
        "implicit",
    }


def test_discovery_3_every_signing_algorithm_signs(deployment: Deployment) -> None:
    document = description(deployment)
    algorithms = document["id_token_signing_alg_values_supported"]
    story = signed_in(deployment)

    for alg in algorithms:
        shop = deployment.application(
            f"shop-{alg}",
            first_party=True,
            id_token_signed_response_alg=alg,
            userinfo_signed_response_alg=alg,
        )
        started = shop.start()
        code = shop.response(story.browser.get(started.url).location, started)["code"]
        tokens = shop.redeem(code, started).get_json()
        userinfo = shop.userinfo(tokens["access_token"])
        jwks = shop.http.get("/jwks").get_json()
        assert header_of(tokens["id_token"])["alg"] == header_of(userinfo.text)["alg"] == alg
        assert verify_jws(tokens["id_token"], jwks)["sub"] == verify_jws(userinfo.text, jwks)["sub"]
    assert "none" not in algorithms
    assert "RS256" in algorithms


def test_discovery_3_every_response_mode_answers(deployment: Deployment) -> None:
    story = signed_in(deployment)

    for mode in description(deployment)["response_modes_supported"]:
        answer = story.browser.get(story.shop.start(response_mode=mode).url)
        sent = answer.location if answer.status_code == 303 else answer.text
        assert CALLBACK in sent, mode
        assert ("response" if mode.endswith("jwt") else "code") in sent, mode


def test_discovery_3_every_prompt_and_display_is_taken(deployment: Deployment) -> None:
    document, story = description(deployment), signed_in(deployment)
    wishes = [
        *({"prompt": value} for value in document["prompt_values_supported"]),
        *({"display": value} for value in document["display_values_supported"]),
    ]

    for wish in wishes:
        answer = story.browser.get(story.shop.start(**wish).url)
        assert answer.status_code == 303, wish
        assert "error=" not in answer.location, wish


def test_discovery_3_every_scope_is_granted(deployment: Deployment) -> None:
    document = description(deployment)
    story = signed_in(deployment)
    story.shop.scope = " ".join(document["scopes_supported"])

    granted = story.next_code().tokens()["scope"]

    assert set(granted.split()) == set(document["scopes_supported"])


def test_rfc8414_2_authentication_methods_are_those_that_can_be_registered(
    deployment: Deployment,
) -> None:
    methods = set(description(deployment)["token_endpoint_auth_methods_supported"])
    robot = {"redirect_uris": (), "response_types": (), "connections": ()}

    for method in ("client_secret_basic", "client_secret_post"):
        shop = deployment.application(
            method,
            grant_types=("client_credentials",),
            token_endpoint_auth_method=method,
            scope="jobs",
            **robot,
        )
        body: dict[str, str | None] = {"grant_type": "client_credentials"}
        if method == "client_secret_post":
            body |= {"client_id": method, "client_secret": shop.secret}
            shop.secret = None
        assert shop.token(body).status_code == 200, method
    assert methods == {
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "client_secret_jwt",
        "none",
    }
