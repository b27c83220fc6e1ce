"""Proof Key for Code Exchange with S256, the only method there is (RFC 7636; RFC 9700 2.1.1)."""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256

METHODS = ("S256",)

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(value: str) -> bool:
    """Whether ``value`` can be an S256 code challenge: 43 base64url characters (RFC 7636 4.2)."""
    return _CHALLENGE.fullmatch(value) is not None


def is_verifier(value: str) -> bool:
    """Whether ``value`` can be a code verifier: 43 to 128 unreserved characters (RFC 7636 4.1)."""
    return _VERIFIER.fullmatch(value) is not None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a well-formed verifier (RFC 7636 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


def verify(verifier: str, challenge: str) -> bool:
    """Whether the verifier is the one whose challenge was sent before (RFC 7636 4.6).

    A malformed verifier or challenge is simply not a match, whatever it holds.
    """
    if not is_verifier(verifier) or not is_challenge(challenge):
        return False
    return hmac.compare_digest(challenge_of(verifier), challenge)
