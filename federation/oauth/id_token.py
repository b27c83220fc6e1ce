"""Whether an ID token is for us, for this browser and for now (OpenID Connect Core 3.1.3.7)."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256, sha384, sha512
from typing import Any

from federation.oauth.signatures import Token, Untrue

SKEW = 60
"""Seconds that the provider's clock may be off."""
MAX_SUB = 255
"""Characters (OpenID Connect Core 2)."""
_TYPES = (None, "jwt")


@dataclass(frozen=True)
class Expected:
    """What it must be about.

    :param nonce: that this browser left with.
    :param max_age: seconds since they signed in there at most, where that was asked for.
    """

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    now: int
    code: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    max_age: int | None = None


def check(token: Token, expected: Expected) -> Mapping[str, Any]:
    """The claims.

    :raises Untrue: with the reason.
    """
    claims = token.claims
    typ = token.header.get("typ")
    if (typ.lower() if isinstance(typ, str) else typ) not in _TYPES:
        raise Untrue("typ says that it is something else than an ID token")
    check_meant_for_us(claims, expected.issuer, expected.client_id)
    subject(claims)
    _check_times(claims, expected)
    if not _same(claims.get("nonce"), expected.nonce):
        raise Untrue("nonce is not the one that this browser left with")
    _check_hash(claims, "at_hash", expected.access_token, token.header["alg"])
    _check_hash(claims, "c_hash", expected.code, token.header["alg"])
    return claims


def check_meant_for_us(claims: Mapping[str, Any], issuer: str, client_id: str) -> None:
    """:raises Untrue: ``iss``, ``aud`` or ``azp`` is another's."""
    if claims.get("iss") != issuer:
        raise Untrue("iss is not the issuer")
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    if client_id not in several:
        raise Untrue("aud is not our client_id")
    if claims.get("azp", client_id) != client_id or (len(several) > 1 and "azp" not in claims):
        raise Untrue("azp is not our client_id")


def subject(claims: Mapping[str, Any]) -> str:
    """:raises Untrue: there is none."""
    found = claims.get("sub")
    if not isinstance(found, str) or not 0 < len(found) <= MAX_SUB:
        raise Untrue("sub is missing, or none")
    return found


def time_of(claims: Mapping[str, Any], name: str) -> float:
    """:raises Untrue: there is none."""
    found = claims.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < 1e12:
        raise Untrue(f"{name} is missing, or no time")
    return found


def _check_times(claims: Mapping[str, Any], expected: Expected) -> None:
    now = expected.now
    if time_of(claims, "exp") <= now - SKEW:
        raise Untrue("it has expired")
    if time_of(claims, "iat") > now + SKEW:
        raise Untrue("iat is in the future")
    if "nbf" in claims and time_of(claims, "nbf") > now + SKEW:
        raise Untrue("it is not valid yet")
    longest = expected.max_age
    if longest is not None and time_of(claims, "auth_time") < now - longest - SKEW:
        raise Untrue("auth_time is longer ago than was asked for")


def _check_hash(claims: Mapping[str, Any], name: str, value: str, alg: str) -> None:
    """Of the access token or the code, where the ID token has one (OpenID Connect Core 3.1.3.6)."""
    if name not in claims or not value:
        return
    digest = {"256": sha256, "384": sha384}.get(alg[-3:], sha512)(value.encode()).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
    if not _same(claims[name], half):
        raise Untrue(f"{name} is another's")


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and hmac.compare_digest(one.encode(), other.encode())
