"""Only who holds the key can use the token (RFC 9449)."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from oidc.crypto.dpop_proof import (
    NONCE_SECONDS,
    Expected,
    Nonces,
    Proof,
    access_token_hash,
    is_thumbprint,
    normalise,
    verify_proof,
)
from oidc.crypto.jwt import Registry
from oidc.crypto.keyring import Keyring
from oidc.protocol.errors import OAuthError
from tests.conftest import TestClock
from tests.oidc.database.replay_memory import ReplayMemory

NOW = 1_800_000_000
URL = "https://op.example/token"
EC = ECKey.generate_key("P-256")
RSA = RSAKey.generate_key(2048)
ED = OKPKey.generate_key("Ed25519")


def proof(
    key: Key = EC, alg: str = "ES256", header: dict[str, Any] | None = None, **changes: Any
) -> str:
    """A good proof, changed; ``None`` leaves a claim or header member out."""
    head = {"alg": alg, "typ": "dpop+jwt", "jwk": key.as_dict(private=False)} | (header or {})
    usual = {"jti": "j1", "htm": "POST", "htu": URL, "iat": NOW}
    claims = {name: value for name, value in (usual | changes).items() if value is not None}
    chosen = {name: value for name, value in head.items() if value is not None}
    return jws.serialize_compact(chosen, json.dumps(claims), key, registry=Registry())


NO_PROOF = "The DPoP header must be a signed proof with its public key."


def believe(*headers: str, **changes: Any) -> Proof:
    settings: dict[str, Any] = {"remember": ReplayMemory(), "now": NOW}
    settings |= changes
    return verify_proof(headers, settings.pop("expected", Expected("POST", URL)), **settings)


def refusal(*headers: str, **changes: Any) -> str:
    with pytest.raises(OAuthError) as caught:
        believe(*headers, **changes)
    assert caught.value.code == "invalid_dpop_proof"
    assert caught.value.hint.isascii()
    return caught.value.hint


@pytest.fixture
def nonces(clock: TestClock) -> Nonces:
    return Nonces(Keyring(["s" * 32]), clock)


@pytest.mark.parametrize(
    ("key", "alg"), [(EC, "ES256"), (RSA, "RS256"), (RSA, "PS256"), (ED, "EdDSA"), (ED, "Ed25519")]
)
def test_a_proof_gives_the_thumbprint_of_its_key(key: Key, alg: str) -> None:
    assert believe(proof(key, alg)) == Proof(key.thumbprint(), "j1", NOW)


def test_a_thumbprint_is_known_by_its_shape() -> None:
    assert is_thumbprint(EC.thumbprint())
    for other in ("", EC.thumbprint() + "A", EC.thumbprint()[:-1] + "=", "é" * 43):
        assert not is_thumbprint(other)


def test_the_example_thumbprint_of_rfc_9449() -> None:
    # RFC 9449 4.1 and 6.1: the example's key and its jkt.
    key = ECKey.import_key(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        }
    )

    assert key.thumbprint() == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


@pytest.mark.parametrize(
    "jwk",
    [
        EC.as_dict(private=False) | {"kid": "mine", "use": "enc", "alg": "ES256"},
        EC.as_dict(private=False) | {"key_ops": ["verify"], "ext": True},
    ],
)
def test_what_a_key_says_about_itself_does_not_matter(jwk: dict[str, Any]) -> None:
    assert believe(proof(header={"jwk": jwk, "kid": "whatever"})).jkt == EC.thumbprint()


@pytest.mark.parametrize(
    ("key", "alg", "own", "fits"),
    [
        (RSA, "RS256", "PS256", False),
        (RSA, "PS256", "RS256", False),
        (RSA, "PS256", "PS256", True),
        (EC, "ES256", "ES512", False),
        (EC, "ES256", ["ES256"], False),
        (EC, "ES256", {"ES256": 1}, False),
        (EC, "ES256", 256, False),
        (EC, "ES256", "", False),
        (ED, "EdDSA", "Ed25519", True),
        (ED, "Ed25519", "EdDSA", True),
        (ED, "Ed25519", "Ed448", False),
        (ED, "EdDSA", "ES256", False),
    ],
)
def test_a_key_that_names_its_algorithm_is_held_to_it(
    key: Key, alg: str, own: Any, fits: bool
) -> None:
    sent = proof(key, alg, header={"jwk": key.as_dict(private=False) | {"alg": own}})

    if fits:
        assert believe(sent).jkt == key.thumbprint()
    else:
        assert refusal(sent) == NO_PROOF


@pytest.mark.parametrize(
    ("key", "alg", "allowed"),
    [
        (RSA, "RS256", False),
        (RSA, "PS256", True),
        (EC, "ES256", True),
        (ED, "EdDSA", True),
        (ED, "Ed25519", True),
    ],
)
def test_a_client_may_be_held_to_some_of_the_algorithms(key: Key, alg: str, allowed: bool) -> None:
    algs = ("PS256", "ES256", "EdDSA")

    if allowed:
        assert believe(proof(key, alg), algs=algs).jkt == key.thumbprint()
    else:
        assert refusal(proof(key, alg), algs=algs) == NO_PROOF


def test_exactly_one_proof_is_wanted() -> None:
    assert "exactly one" in refusal()
    assert "exactly one" in refusal(proof(), proof(jti="j2"))
    assert refusal(f"{proof()},{proof(jti='j2')}") == NO_PROOF


@pytest.mark.parametrize(
    "header",
    [
        {"typ": None},
        {"typ": "JWT"},
        {"typ": "at+jwt"},
        {"jwk": None},
        {"jwk": "text"},
        {"jwk": {}},
        {"jwk": EC.as_dict(private=True)},
        {"jwk": RSA.as_dict(private=False)},
        {"jwk": ECKey.generate_key("P-256").as_dict(private=False)},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"jwk": EC.as_dict(private=False) | {"crv": "P-384"}},
    ],
    ids=[
        *("no typ", "typ of any JWT", "typ of an access token", "no key", "key as text"),
        *("empty key", "private key", "RSA key", "key of another", "shared secret", "wrong curve"),
    ],
)
def test_a_proof_with_a_wrong_header_is_refused(header: dict[str, Any]) -> None:
    assert refusal(resigned(header)) == NO_PROOF


def resigned(header: dict[str, Any]) -> str:
    """Signed by EC over any header, past the checks of the library that signs."""

    class Unchecked(Registry):
        def check_header(self, header: dict[str, Any]) -> None:
            pass

    head = {"alg": "ES256", "typ": "dpop+jwt", "jwk": EC.as_dict(private=False)} | header
    chosen = {name: value for name, value in head.items() if value is not None}
    claims = {"jti": "j1", "htm": "POST", "htu": URL, "iat": NOW}
    return jws.serialize_compact(chosen, json.dumps(claims), EC, registry=Unchecked())


def test_a_shared_secret_is_no_proof() -> None:
    secret = OctKey.generate_key(256)

    for jwk in ({"kty": "oct", "k": "AAAA"}, EC.as_dict(private=False)):
        assert refusal(proof(secret, "HS256", {"jwk": jwk})) == NO_PROOF


def test_a_private_key_in_a_proof_is_refused() -> None:
    assert refusal(proof(header={"jwk": EC.as_dict(private=True)})) == NO_PROOF


def test_a_changed_proof_is_refused() -> None:
    head, _, signature = proof().split(".")
    other = proof(htm="GET").split(".")[1]

    assert refusal(f"{head}.{other}.{signature}") == NO_PROOF


@pytest.mark.parametrize("iat", [NOW - 60, NOW - 10, NOW, NOW + 10, NOW + 60, NOW + 0.5])
def test_a_clock_a_minute_off_is_forgiven(iat: float) -> None:
    assert believe(proof(iat=iat)).jti == "j1"


@pytest.mark.parametrize("iat", [None, NOW - 61, NOW + 61])
def test_a_proof_of_another_time_is_refused(iat: int | None) -> None:
    assert refusal(proof(iat=iat)) == "The DPoP proof's iat must be the current time."


@pytest.mark.parametrize("iat", [str(NOW), True, [NOW], -1, 10**30, 10**400])
def test_a_proof_of_no_time_at_all_is_refused(iat: Any) -> None:
    assert refusal(proof(iat=iat)) == NO_PROOF


@pytest.mark.parametrize("htm", [None, "GET", "post", "", ["POST"]])
def test_a_proof_for_another_method_is_refused(htm: Any) -> None:
    assert "htm" in refusal(proof(htm=htm))


@pytest.mark.parametrize(
    "htu",
    [
        URL,
        "https://OP.example/token",
        "HTTPS://op.example:443/token",
        "https://op.example/token?x=y",
        "https://op.example/token#z",
        "https://op.example/%74oken",
    ],
)
def test_the_url_may_be_spelt_in_any_equal_way(htu: str) -> None:
    assert believe(proof(htu=htu)).jti == "j1"


@pytest.mark.parametrize(
    "htu",
    [
        None,
        "",
        7,
        "/token",
        "http://op.example/token",
        "https://op.example/Token",
        "https://op.example/token/",
        "https://op.example:8443/token",
        "https://op.example.evil.example/token",
        "https://evil@op.example/token",
        "https://other.example/token",
        "https://op.example/userinfo",
        "https://[op.example/token",
        "https://op.example:x/token",
    ],
)
def test_a_proof_for_another_url_is_refused(htu: Any) -> None:
    assert "htu" in refusal(proof(htu=htu))


@pytest.mark.parametrize("jti", [None, "", 7, "j" * 257, ["j"], "a\x00"])
def test_a_usable_jti_is_demanded(jti: Any) -> None:
    assert "jti" in refusal(proof(jti=jti))


def test_a_proof_is_good_once() -> None:
    memory = ReplayMemory()
    once = proof()
    believe(once, remember=memory)

    assert "used before" in refusal(once, remember=memory)
    assert believe(proof(jti="j2"), remember=memory).jti == "j2"
    assert believe(proof(ED, "EdDSA"), remember=memory).jti == "j1"
    assert min(memory.kept.values()) > NOW + 120


def test_what_is_refused_is_not_remembered() -> None:
    memory = ReplayMemory()

    refusal(proof(htm="GET"), remember=memory)

    assert memory.kept == {}


def test_a_bound_key_is_demanded() -> None:
    bound = Expected("POST", URL, jkt=EC.thumbprint())

    assert believe(proof(), expected=bound).jkt == EC.thumbprint()
    assert "another key" in refusal(proof(ED, "EdDSA"), expected=bound)


def test_at_a_resource_the_proof_is_for_the_token() -> None:
    expected = Expected("POST", URL, access_token="qat_1")

    assert believe(proof(ath=access_token_hash("qat_1")), expected=expected).jti == "j1"
    for ath in (None, "", access_token_hash("qat_2"), "é", 7):
        assert "ath" in refusal(proof(ath=ath), expected=expected)


def test_the_example_ath_of_rfc_9449() -> None:
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"

    assert access_token_hash(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


def wants_nonce(nonces: Nonces, nonce: Any) -> bool:
    with pytest.raises(OAuthError) as caught:
        believe(proof(nonce=nonce), nonces=nonces)
    return caught.value.code == "use_dpop_nonce"


def test_a_nonce_is_good_in_its_period_and_the_next(nonces: Nonces, clock: TestClock) -> None:
    nonce = nonces.issue()

    assert believe(proof(nonce=nonce), nonces=nonces).jti == "j1"
    clock.advance(NONCE_SECONDS)
    assert believe(proof(nonce=nonce), nonces=nonces).jti == "j1"
    clock.advance(NONCE_SECONDS)
    assert wants_nonce(nonces, nonce)


def test_any_node_with_the_same_secret_takes_the_nonce(nonces: Nonces, clock: TestClock) -> None:
    elsewhere = Nonces(Keyring(["n" * 32, "s" * 32]), clock)

    assert elsewhere.is_current(nonces.issue())


@pytest.mark.parametrize("nonce", [None, "", 7, "forged", "n" * 3000, "é"])
def test_without_one_of_our_nonces_one_is_asked_for(nonces: Nonces, nonce: Any) -> None:
    assert wants_nonce(nonces, nonce)


def test_a_nonce_from_the_future_is_not_ours(clock: TestClock) -> None:
    keyring = Keyring(["s" * 32])
    later = Nonces(keyring, TestClock(clock.now + NONCE_SECONDS)).issue()

    assert not Nonces(keyring, clock).is_current(later)


def test_sealed_values_of_other_purposes_are_no_nonces(nonces: Nonces) -> None:
    assert not nonces.is_current(Keyring(["s" * 32]).seal(b"15000000", "refresh"))


def test_a_default_port_and_an_empty_path_are_normalised() -> None:
    assert normalise("http://op.example:80") == "http://op.example/"
    assert normalise("http://[::1]:8000/a%2fb%41") == "http://[::1]:8000/a%2FbA"


@given(st.text() | st.from_regex(r"https?://[a-z\[\]:@%0-9]{0,20}/[ -~]*", fullmatch=True))
def test_no_url_makes_normalising_fail(url: str) -> None:
    spelt = normalise(url)

    assert spelt is None or normalise(spelt) == spelt


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(["alg", "typ", "jwk", "kid", "crit"]), json_values),
    st.dictionaries(st.sampled_from(["jti", "htm", "htu", "iat", "ath"]), json_values),
)
def test_no_proof_makes_it_fail_otherwise(header: dict[str, Any], claims: dict[str, Any]) -> None:
    def segment(value: dict[str, Any]) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    forged = f"{segment({'alg': 'ES256', 'typ': 'dpop+jwt'} | header)}.{segment(claims)}.AAAA"

    assert refusal(forged) == NO_PROOF
