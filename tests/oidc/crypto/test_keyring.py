"""Sealed values open for whoever holds the secret, for their own purpose, unaltered."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc.crypto.keyring import Keyring, decode, encode

OLD, NEW = "o" * 32, "n" * 32


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_opens_for_the_same_purpose(value: bytes, purpose: str) -> None:
    keyring = Keyring([NEW])

    assert keyring.unseal(keyring.seal(value, purpose), purpose) == value


def test_the_same_value_never_looks_the_same_twice() -> None:
    keyring = Keyring([NEW])

    assert len({keyring.seal(b"value", "purpose") for _ in range(20)}) == 20


def test_another_purpose_does_not_open_it() -> None:
    keyring = Keyring([NEW])
    sealed = keyring.seal(b"value", "a cookie")

    with pytest.raises(ValueError, match="another purpose"):
        keyring.unseal(sealed, "a token")


def test_another_secret_does_not_open_it() -> None:
    sealed = Keyring([OLD]).seal(b"value", "purpose")

    with pytest.raises(ValueError, match="unknown secret"):
        Keyring([NEW]).unseal(sealed, "purpose")


def test_newest_secret_seals_and_every_listed_one_opens() -> None:
    before, between = Keyring([OLD]), Keyring([NEW, OLD])
    old, new = before.seal(b"old", "purpose"), between.seal(b"new", "purpose")

    assert between.unseal(old, "purpose") == b"old"
    assert Keyring([NEW]).unseal(new, "purpose") == b"new"
    with pytest.raises(ValueError, match="unknown secret"):
        Keyring([NEW]).unseal(old, "purpose")


def test_secrets_that_are_named_alike_open_all_the_same() -> None:
    """One byte names the secret: of 256 new ones, one has the byte of the old."""
    old = Keyring([OLD]).seal_bytes(b"old", "purpose")
    named_alike = next(
        secret
        for secret in (f"{number:032}" for number in count())
        if Keyring([secret]).seal_bytes(b"", "purpose")[:1] == old[:1]
    )
    keyring = Keyring([named_alike, OLD])

    assert keyring.unseal_bytes(old, "purpose") == b"old"
    assert keyring.unseal(keyring.seal(b"new", "purpose"), "purpose") == b"new"


@pytest.mark.parametrize("place", [0, 1, 12, 13, 20, -1])
def test_altered_value_does_not_open(place: int) -> None:
    keyring = Keyring([NEW])
    sealed = bytearray(keyring.seal_bytes(b"a value", "purpose"))
    sealed[place] ^= 1

    with pytest.raises(ValueError, match=r"altered|unknown secret"):
        keyring.unseal_bytes(bytes(sealed), "purpose")


@given(st.binary(max_size=40))
def test_no_bytes_make_opening_fail_otherwise(sealed: bytes) -> None:
    with pytest.raises(ValueError, match=r"altered|unknown secret"):
        Keyring([NEW]).unseal_bytes(sealed, "purpose")


@given(st.text(max_size=40))
def test_no_text_makes_opening_fail_otherwise(text: str) -> None:
    with pytest.raises(ValueError, match=r"altered|unknown secret|not base64url"):
        Keyring([NEW]).unseal(text, "purpose")


def test_each_purpose_has_a_key_of_its_own() -> None:
    keyring = Keyring([NEW, OLD])

    assert keyring.derive("one") == Keyring([NEW]).derive("one")
    assert len({keyring.derive("one"), keyring.derive("two"), Keyring([OLD]).derive("one")}) == 3
    assert len(keyring.derive("one")) == 32


@pytest.mark.parametrize("secrets", [[], [""], ["s" * 31], [NEW, "short"]])
def test_short_or_missing_secret_is_refused(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="32 characters or more"):
        Keyring(secrets)


@given(st.binary(max_size=50))
def test_base64url_is_as_jose_writes_it(value: bytes) -> None:
    text = encode(value)

    assert decode(text) == value
    assert not set(text) & set("+/=")


@pytest.mark.parametrize("text", ["a+b/", "a b", "é", "a\n", "=====", "QQ==", "QR", "A"])
def test_what_is_not_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not base64url"):
        decode(text)
