"""Proof Key for Code Exchange with S256, the only method there is (RFC 7636; RFC 9700 2.1.1)."""

import hmac
import re

from authlib.oauth2.rfc7636 import create_s256_code_challenge

METHODS = ("S256",)

is_challenge = re.compile(r"[A-Za-z0-9_-]{43}").fullmatch
"""Whether a text can be an S256 code challenge: 43 base64url characters (RFC 7636 4.2)."""
is_verifier = re.compile(r"[A-Za-z0-9._~-]{43,128}").fullmatch
"""Whether a text can be a code verifier: 43 to 128 unreserved characters (RFC 7636 4.1)."""
challenge_of = create_s256_code_challenge
"""The S256 challenge of a well-formed verifier (RFC 7636 4.2)."""


def verify(verifier: str, challenge: str) -> bool:
    """Whether the verifier is the one whose challenge was sent before (RFC 7636 4.6).

    A malformed verifier or challenge is simply not a match, whatever it holds.
    """
    if not is_verifier(verifier) or not is_challenge(challenge):
        return False
    expected: str = challenge_of(verifier)
    return hmac.compare_digest(expected, challenge)
