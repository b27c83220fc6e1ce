"""A signing key signs alone: its name in every header, and no warning in any log."""

import pytest

from oidc.crypto import jwt
from oidc.crypto.public_keys import read_key
from oidc.crypto.signing_key import from_private_json, generate, to_private_json
from oidc.protocol.signing_algorithms import ALGORITHMS


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_a_key_signs_verifies_by_what_it_publishes(alg: str) -> None:
    key = generate("k1", alg)

    token = key.sign({"sub": "person"}, "at+jwt")

    verified = jwt.verify(token, [read_key(key.public_jwk())], [alg], ["at+jwt"])
    assert verified.claims == {"sub": "person"}
    assert verified.header == {"alg": alg, "kid": "k1", "typ": "at+jwt"}


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_stored_key_is_the_same_key(alg: str) -> None:
    key = generate("k1", alg)

    assert from_private_json("k1", alg, to_private_json(key)).public_jwk() == key.public_jwk()


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_published_key_has_no_private_part(alg: str) -> None:
    published = generate("k1", alg).public_jwk()

    assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & published.keys()
    assert published["use"] == "sig"
