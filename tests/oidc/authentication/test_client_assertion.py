"""A client's own JWT proves who it is: for us, for now, and once (RFC 7523, FAPI 2.0)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from oidc.authentication.client_assertion import (
    Assertion,
    Audience,
    algorithms,
    claimed_client_id,
    secret_keys,
    verify_assertion,
)
from oidc.clients.metadata_parsing import ClientMetadata
from oidc.crypto import jwt
from oidc.protocol.errors import OAuthError
from tests.oidc.database.replay_memory import ReplayMemory

NOW = 1_800_000_000
ISSUER = "https://op.example"
TOKEN = f"{ISSUER}/token"
AUDIENCE = Audience(ISSUER, (TOKEN, f"{ISSUER}/par"))
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
KEYS: list[Key] = [EC, RSA, ED]
BY_KEY = ClientMetadata(token_endpoint_auth_method="private_key_jwt")
BY_SECRET = ClientMetadata(token_endpoint_auth_method="client_secret_jwt")
FAPI = ClientMetadata(token_endpoint_auth_method="private_key_jwt", profile="fapi2")
SECRET = "qcs_" + "s" * 43


def claims(**changes: Any) -> dict[str, Any]:
    """Those of a good assertion, changed; ``None`` leaves one out."""
    usual = {"iss": "app", "sub": "app", "aud": ISSUER, "exp": NOW + 60, "iat": NOW, "jti": "j1"}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def assertion(alg: str = "ES256", key: Key = EC, typ: str | None = None, **changes: Any) -> str:
    return jwt.sign(claims(**changes), key, alg, key.kid, typ)


def believe(token: str, client: ClientMetadata = BY_KEY, **changes: Any) -> Assertion:
    settings: dict[str, Any] = {
        "client_id": "app",
        "client": client,
        "keys": KEYS,
        "audience": AUDIENCE,
        "remember": ReplayMemory(),
        "now": NOW,
    }
    return verify_assertion(token, **(settings | changes))


def refusal(token: str, client: ClientMetadata = BY_KEY, **changes: Any) -> str:
    with pytest.raises(OAuthError) as caught:
        believe(token, client, **changes)
    assert caught.value.code == "invalid_client"
    assert caught.value.hint.isascii()
    return caught.value.hint


@pytest.mark.parametrize(
    ("alg", "key"), [("ES256", EC), ("RS256", RSA), ("PS256", RSA), ("EdDSA", ED)]
)
def test_a_key_of_the_client_is_believed(alg: str, key: Key) -> None:
    believed = believe(assertion(alg, key))

    assert believed.client_id == "app"
    assert believed.jti == "j1"
    assert believed.expires_at > NOW + 60


def test_a_shared_secret_is_believed() -> None:
    token = jwt.sign(claims(), OctKey.import_key(SECRET.encode()), "HS256")

    assert believe(token, BY_SECRET, keys=secret_keys([SECRET])).client_id == "app"


@pytest.mark.parametrize("kid", [None, "any"])
def test_either_secret_serves_while_one_is_being_replaced(kid: str | None) -> None:
    token = jwt.sign(claims(), OctKey.import_key(SECRET.encode()), "HS256", kid)

    assert believe(token, BY_SECRET, keys=secret_keys(["n" * 43, SECRET])).client_id == "app"
    assert "signature" in refusal(token, BY_SECRET, keys=secret_keys(["a" * 43, "b" * 43]))
    assert "No known key" in refusal(token, BY_SECRET, keys=secret_keys([]))


def test_the_method_registered_decides_about_algorithms() -> None:
    by_secret = jwt.sign(claims(), OctKey.import_key(SECRET.encode()), "HS256")

    assert "algorithm" in refusal(by_secret, BY_KEY, keys=secret_keys([SECRET]))
    assert "algorithm" in refusal(assertion(), BY_SECRET)
    assert "algorithm" in refusal(assertion("RS256", RSA), FAPI)


def test_a_registered_algorithm_is_the_only_one() -> None:
    client = ClientMetadata(
        token_endpoint_auth_method="private_key_jwt", token_endpoint_auth_signing_alg="PS256"
    )

    assert algorithms(client) == ("PS256",)
    assert "algorithm" in refusal(assertion("RS256", RSA), client)
    assert believe(assertion("PS256", RSA), client).jti == "j1"


@pytest.mark.parametrize(
    "aud", [ISSUER, [ISSUER], TOKEN, [TOKEN], [ISSUER, TOKEN], f"{ISSUER}/par"]
)
def test_the_issuer_or_an_endpoint_may_be_named(aud: Any) -> None:
    assert believe(assertion(aud=aud)).client_id == "app"


@pytest.mark.parametrize(
    "aud",
    [
        None,
        "",
        [],
        {},
        7,
        "https://other.example",
        [ISSUER, "https://other.example"],
        [[ISSUER]],
        f"{ISSUER}/",
        f"{TOKEN}?x",
        ISSUER.upper(),
        "app",
    ],
)
def test_an_assertion_for_somebody_else_is_refused(aud: Any) -> None:
    assert "aud" in refusal(assertion(aud=aud))


@pytest.mark.parametrize("aud", [[ISSUER], TOKEN, [ISSUER, TOKEN], f"{ISSUER}/par"])
def test_fapi_takes_the_issuer_as_a_string_alone(aud: Any) -> None:
    assert "aud" in refusal(assertion(aud=aud), FAPI)
    assert believe(assertion(), FAPI).client_id == "app"


@pytest.mark.parametrize(
    "change",
    [
        {"exp": NOW - 59},
        {"exp": NOW + 360},
        {"exp": NOW + 60.5},
        {"nbf": NOW + 60},
        {"iat": NOW + 60},
        {"iat": None},
        {"iat": NOW - 10_000},
        {"extra": {"a": [1]}},
    ],
)
def test_a_clock_a_minute_off_is_forgiven(change: dict[str, Any]) -> None:
    assert believe(assertion(**change)).jti == "j1"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"exp": None}, "must have exp"),
        ({"exp": NOW - 60}, "has expired"),
        ({"exp": NOW + 361}, "exp is too far ahead"),
        ({"nbf": NOW + 61}, "nbf is in the future"),
        ({"iat": NOW + 61}, "iat is in the future"),
        *(
            ({name: value}, f"{name} must be a number of seconds")
            for name, values in (
                ("exp", (str(NOW + 60), True, -1, 10**300, 10**400, [NOW])),
                ("nbf", (-1, "soon")),
                ("iat", (-(10**400), {})),
            )
            for value in values
        ),
    ],
)
def test_an_assertion_of_another_time_is_refused(change: dict[str, Any], told: str) -> None:
    assert told in refusal(assertion(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"iss": None},
        {"sub": None},
        {"sub": ["app"]},
        {"iss": 1},
    ],
)
def test_an_assertion_about_somebody_else_is_refused(change: dict[str, Any]) -> None:
    assert "client_id" in refusal(assertion(**change))


@pytest.mark.parametrize("jti", [None, "", 7, "j" * 257, ["j"], "a\x00b"])
def test_a_usable_jti_is_demanded(jti: Any) -> None:
    assert "jti" in refusal(assertion(jti=jti))


def test_an_assertion_is_believed_once() -> None:
    memory = ReplayMemory()
    token = assertion()
    believe(token, remember=memory)

    assert "used before" in refusal(token, remember=memory)
    assert believe(assertion(jti="j2"), remember=memory).jti == "j2"


def test_what_is_refused_is_not_remembered() -> None:
    memory = ReplayMemory()

    refusal(assertion(aud="https://other.example"), remember=memory)
    refusal(assertion(key=ECKey.generate_key("P-256", {"kid": "ec"})), remember=memory)

    assert memory.kept == {}


def test_it_is_remembered_for_as_long_as_it_could_be_believed() -> None:
    memory = ReplayMemory()

    believe(assertion(exp=NOW + 300), remember=memory)

    assert min(memory.kept.values()) > NOW + 360


@pytest.mark.parametrize("typ", [None, "JWT", "client-authentication+jwt"])
def test_types_of_assertions_are_accepted(typ: str | None) -> None:
    assert believe(assertion(typ=typ)).jti == "j1"


@pytest.mark.parametrize("typ", ["at+jwt", "dpop+jwt", "logout+jwt", "oauth-authz-req+jwt"])
def test_a_token_of_another_type_is_not_an_assertion(typ: str) -> None:
    assert "type" in refusal(assertion(typ=typ))


def test_another_s_signature_is_refused() -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "ec"})

    assert "signature" in refusal(assertion(key=stranger))


def test_an_unsigned_assertion_is_refused() -> None:
    head = "eyJhbGciOiJub25lIn0"

    assert "algorithm" in refusal(f"{head}.{assertion().split('.')[1]}.")


def test_the_client_is_found_by_what_the_assertion_claims() -> None:
    assert claimed_client_id(assertion()) == "app"


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("", "not a JWT in compact form"),
        ("a.b.c", "does not hold well-formed JSON"),
        (assertion(sub=None), "iss and sub must both be the client_id"),
        (assertion(iss="other"), "iss and sub must both be the client_id"),
        (assertion(sub=["app"], iss=["app"]), "iss and sub must both be the client_id"),
    ],
)
def test_an_assertion_that_claims_nobody_is_refused(token: str, told: str) -> None:
    with pytest.raises(OAuthError) as refused:
        claimed_client_id(token)

    assert refused.value.code == "invalid_client"
    assert told in refused.value.hint


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]), json_values)
)
def test_no_claims_make_it_fail_otherwise(changes: dict[str, Any]) -> None:
    try:
        token = assertion(**changes)
    except ValueError:
        return  # floats beyond JSON and half characters cannot be signed by the test

    try:
        believed = believe(token)
    except OAuthError:
        return

    assert believed.client_id == "app"
