"""Keys from strangers: limited in size, public only, of kinds that we know."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from oidc.crypto.public_keys import UnusableKeys, read_key, read_key_set

EC = dict(ECKey.generate_key("P-256").as_dict(private=False))
RSA = dict(RSAKey.generate_key(2048).as_dict(private=False))
ED = dict(OKPKey.generate_key("Ed25519").as_dict(private=False))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def test_the_kinds_that_clients_use_are_read() -> None:
    keys = read_key_set({"keys": [EC, RSA, ED]})

    assert [key.key_type for key in keys] == ["EC", "RSA", "OKP"]


def test_a_key_of_an_unknown_kind_is_passed_over() -> None:
    keys = read_key_set({"keys": [{"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}, EC]})

    assert [key.key_type for key in keys] == ["EC"]


@pytest.mark.parametrize(
    "member",
    [
        ECKey.generate_key("P-256").as_dict(private=True),
        OctKey.generate_key(256).as_dict(private=True),
        EC | {"d": "AA"},
        RSA | {"p": "AA"},
        {"kty": "oct"},
    ],
    ids=["EC", "oct", "stray d", "stray p", "oct without k"],
)
def test_private_parts_are_refused(member: Any) -> None:
    with pytest.raises(UnusableKeys, match="public keys only"):
        read_key_set({"keys": [RSA, member]})


def test_an_off_curve_point_is_refused() -> None:
    with pytest.raises(UnusableKeys):
        read_key(EC | {"y": EC["x"]})


@pytest.mark.parametrize(
    "member",
    [
        RSA | {"n": RSA["n"][:170]},
        RSA | {"n": "_" * 5000},
        RSA | {"e": "_" * 300},
        RSA | {"n": ["A"] * 342},
        EC | {"crv": "secp256k1"},
        EC | {"crv": ["P-256"]},
        EC | {"x": "A" * 10_000},
        EC | {"use": "nonsense"},
        EC | {"kid": ""},
        EC | {"kid": 7},
        EC | {"kid": "k" * 257},
        EC | {"kid": "\ud800"},
        EC | {"alg": "\ud800"},
        EC | {"alg": 7},
        ED | {"x": "AAAA"},
        {"kty": ["RSA"]},
        {},
        "text",
        None,
    ],
)
def test_a_malformed_key_is_refused(member: Any) -> None:
    with pytest.raises(UnusableKeys):
        read_key(member)


def test_one_bad_key_does_not_spoil_a_fetched_set() -> None:
    keys = read_key_set({"keys": [EC | {"x": "!"}, RSA]}, lenient=True)

    assert [key.key_type for key in keys] == ["RSA"]


@pytest.mark.parametrize(
    "document", [None, [], {}, {"keys": []}, {"keys": {}}, {"keys": [EC] * 31}]
)
def test_what_is_not_a_key_set_of_sensible_size_is_refused(document: Any) -> None:
    with pytest.raises(UnusableKeys):
        read_key_set(document)


@given(
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "use"]), json_values)
)
def test_no_json_makes_it_fail_otherwise(member: dict[str, Any]) -> None:
    for kind in ({"kty": "RSA"}, {"kty": "EC", "crv": "P-256"}, {}):
        with pytest.raises(UnusableKeys):
            read_key(member | kind)
