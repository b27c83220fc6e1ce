"""Clients that prove who they are by a JWT: private_key_jwt and client_secret_jwt (RFC 7523)."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from tests.deployment import Deployment
from tests.key_holder import ASSERTION_TYPE, KeyHolder, new_key, public_keys
from tests.relying_party import ISSUER, s256

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = new_key("ec")
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
SERVICE = {"grant_types": ("client_credentials",), "response_types": (), "scope": "orders.read"}


def service(deployment: Deployment, key: Key = EC, alg: str = "ES256", **metadata: Any) -> Any:
    """A client without people, which authenticates by a key of its own."""
    fields = {
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": public_keys(RSA, EC, ED),
        **SERVICE,
        **metadata,
    }
    shop = deployment.application(**fields)
    return KeyHolder.of(shop, deployment.clock, signs_with=key, alg=alg)


def by_secret(deployment: Deployment) -> Any:
    shop = deployment.application(token_endpoint_auth_method="client_secret_jwt", **SERVICE)
    assert shop.secret is not None
    key = OctKey.import_key(shop.secret.encode())
    return KeyHolder.of(shop, deployment.clock, signs_with=key, alg="HS256")


def ask(shop: Any, **more: str | None) -> Any:
    return shop.post("/token", {"grant_type": "client_credentials", **more})


def refusal(answer: Any) -> str:
    assert answer.status_code == 401, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.get_json()["error"])


@pytest.mark.parametrize(
    ("key", "alg"), [(EC, "ES256"), (RSA, "PS256"), (RSA, "RS256"), (ED, "Ed25519")]
)
def test_rfc7523_3_private_key_jwt_authenticates_a_client(
    deployment: Deployment, key: ECKey, alg: str
) -> None:
    answer = ask(service(deployment, key, alg))

    assert answer.status_code == 200, answer.text


def test_oidc_core_9_client_secret_jwt_authenticates_a_client(deployment: Deployment) -> None:
    answer = ask(by_secret(deployment))

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", ["/introspect", "/revoke"])
def test_rfc8414_2_other_endpoints_take_the_same_methods(deployment: Deployment, path: str) -> None:
    shop = service(deployment)
    token = ask(shop).get_json()["access_token"]

    answer = shop.post(path, {"token": token})

    assert answer.status_code == 200, answer.text


def test_fipa_client_of_the_challenge_endpoint_may_use_an_assertion(deployment: Deployment) -> None:
    deployment.connection()
    shop = service(
        deployment,
        grant_types=("authorization_code",),
        response_types=("code",),
        scope=None,
        first_party=True,
    )
    body = {"response_type": "code", "scope": "openid", "code_challenge": s256("v" * 43)}

    asked = shop.post("/challenge", {**body, "code_challenge_method": "S256"})

    assert asked.get_json()["error"] == "insufficient_authorization"


@pytest.mark.parametrize("aud", [ISSUER, ISSUER + "/token", [ISSUER]])
def test_rfc7523_3_audience_is_the_issuer_or_the_token_endpoint(
    deployment: Deployment, aud: Any
) -> None:
    shop = service(deployment)

    assert ask(shop, client_assertion=shop.assertion(aud=aud)).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example"},
        {"aud": [ISSUER, "https://other.example"]},
        {"aud": None},
        {"iss": "another"},
        {"sub": "another", "iss": "another"},
        {"sub": None},
        {"jti": None},
        {"exp": None},
        {"exp": 1_800_000_000 - 61},
        {"exp": 1_800_000_000 + 3600},
        {"iat": 1_800_000_000 + 61},
        {"nbf": 1_800_000_000 + 61},
    ],
    ids=str,
)
def test_rfc7523_3_assertion_that_is_not_for_us_and_now_is_refused(
    deployment: Deployment, changes: dict[str, Any]
) -> None:
    shop = service(deployment)

    refused = ask(shop, client_assertion=shop.assertion(**changes))

    assert refusal(refused) == "invalid_client"


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke", "/par", "/challenge"])
def test_rfc7523_3_assertion_is_believed_once_whatever_the_endpoint(
    deployment: Deployment, path: str
) -> None:
    shop = service(deployment)
    grant_type = "client_credentials"
    body = {"grant_type": grant_type, "token": "t", "client_assertion": shop.assertion()}
    first = shop.post(path, body)

    again = shop.post(path, body)
    elsewhere = ask(shop, client_assertion=body["client_assertion"])

    assert first.status_code in (200, 400)
    assert refusal(again) == "invalid_client"
    assert refusal(elsewhere) == "invalid_client"


def test_rfc7523_3_key_that_is_not_the_clients_is_refused(deployment: Deployment) -> None:
    shop = service(deployment)
    shop.signs_with = new_key("ec")

    assert refusal(ask(shop)) == "invalid_client"


def test_rfc8725_3_1_public_key_never_serves_as_a_shared_secret(deployment: Deployment) -> None:
    shop = service(deployment)
    shop.signs_with = OctKey.import_key(str(RSA.as_dict(private=False)["n"]), {"kid": "rsa"})
    shop.alg = "HS256"

    assert refusal(ask(shop)) == "invalid_client"


def test_rfc7591_2_only_the_registered_algorithm_is_believed(deployment: Deployment) -> None:
    shop = service(deployment, token_endpoint_auth_signing_alg="PS256")

    assert refusal(ask(shop)) == "invalid_client"


@pytest.mark.parametrize("kind", ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"])
def test_rfc7521_4_2_assertion_of_another_type_is_refused(
    deployment: Deployment, kind: str
) -> None:
    assert refusal(ask(service(deployment), client_assertion_type=kind)) == "invalid_client"


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "é", "." * 40])
def test_rfc7521_4_2_what_is_no_jwt_is_refused(deployment: Deployment, assertion: str) -> None:
    assert refusal(ask(service(deployment), client_assertion=assertion)) == "invalid_client"


def test_rfc7521_4_2_client_id_must_be_that_of_the_assertion(deployment: Deployment) -> None:
    assert refusal(ask(service(deployment), client_id="another")) == "invalid_client"


def test_rfc7591_2_client_authenticates_only_as_it_has_registered(deployment: Deployment) -> None:
    keyed = service(deployment)
    plain = deployment.application("plain", **SERVICE)
    public = deployment.application(
        "public", token_endpoint_auth_method="none", grant_types=("authorization_code",)
    )
    imposed = KeyHolder.of(plain, deployment.clock, signs_with=EC)
    body = {"grant_type": "client_credentials"}

    answers = [
        keyed.http.post("/token", data={**body, "client_id": "shop"}),
        keyed.http.post("/token", data={**body, "client_id": "shop", "client_secret": "s"}),
        keyed.http.post("/token", data=body, auth=("shop", "s")),
        ask(imposed),
        plain.http.post("/token", data={**body, "client_id": "plain"}),
        public.http.post("/token", data={**body, "client_id": "public", "client_secret": "s"}),
        public.http.post("/token", data={**body, "client_id": "public"}, auth=("public", "s")),
    ]

    assert {refusal(answer) for answer in answers} == {"invalid_client"}


def test_rfc6749_2_3_two_ways_at_once_are_refused(deployment: Deployment) -> None:
    shop = service(deployment)
    body = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": shop.assertion(),
    }

    answers = [
        shop.http.post("/token", data={**body, "client_secret": "s"}),
        shop.http.post("/token", data=body, auth=("shop", "s")),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert {answer.get_json()["error"] for answer in answers} == {"invalid_request"}


def test_rfc6749_5_2_failed_basic_authentication_is_challenged(deployment: Deployment) -> None:
    plain = deployment.application("plain", **SERVICE)

    refused = plain.http.post(
        "/token", data={"grant_type": "client_credentials"}, auth=("plain", "wrong")
    )

    assert refusal(refused) == "invalid_client"
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")


def test_rfc8414_2_metadata_names_methods_and_algorithms(deployment: Deployment) -> None:
    document = deployment.app.test_client().get("/.well-known/openid-configuration").get_json()

    for endpoint in ("token", "revocation", "introspection"):
        methods = document[f"{endpoint}_endpoint_auth_methods_supported"]
        algorithms = document[f"{endpoint}_endpoint_auth_signing_alg_values_supported"]
        assert {"private_key_jwt", "client_secret_jwt"} <= set(methods)
        assert {"PS256", "ES256", "EdDSA", "HS256"} <= set(algorithms)
        assert "none" not in algorithms
