"""The code challenge ties a code to whoever began the sign-in (RFC 7636)."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc.protocol import pkce

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_example_of_rfc_7636_appendix_b() -> None:
    assert pkce.challenge_of(VERIFIER) == CHALLENGE
    assert pkce.verify(VERIFIER, CHALLENGE)


def test_another_verifier_does_not_match() -> None:
    assert not pkce.verify(secrets.token_urlsafe(32), CHALLENGE)


def test_a_plain_challenge_never_matches_itself() -> None:
    assert not pkce.verify(VERIFIER, VERIFIER)


@pytest.mark.parametrize(
    "challenge",
    ["", CHALLENGE[:-1], CHALLENGE + "A", CHALLENGE + "=", CHALLENGE + "\n", "é" * 43, "+" * 43],
)
def test_a_challenge_of_another_shape_is_refused(challenge: str) -> None:
    assert not pkce.is_challenge(challenge)
    assert not pkce.verify(VERIFIER, challenge)


@pytest.mark.parametrize("verifier", ["", "a" * 42, "a" * 129, "a" * 42 + " ", "a" * 43 + "\n"])
def test_a_verifier_of_another_shape_is_refused(verifier: str) -> None:
    assert not pkce.is_verifier(verifier)
    assert not pkce.verify(verifier, CHALLENGE)


@pytest.mark.parametrize("length", [43, 128])
def test_the_shortest_and_longest_verifier_are_accepted(length: int) -> None:
    verifier = ("-._~" + "aZ9" * 50)[:length]

    assert pkce.verify(verifier, pkce.challenge_of(verifier))


@given(st.text(), st.text())
def test_no_text_makes_it_fail(verifier: str, challenge: str) -> None:
    assert not pkce.verify(verifier, challenge)
