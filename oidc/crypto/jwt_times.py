"""Whether a token is of now: ``exp``, ``nbf`` and ``iat`` (RFC 7519 4.1.4 to 4.1.6)."""

from collections.abc import Mapping
from typing import Any

from oidc.crypto.jwt import Unverifiable

SKEW_SECONDS = 60
"""How far a client's clock may be from ours."""


def read_time(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate (RFC 7519 2), or ``None`` where the claim is absent.

    :raises Unverifiable: it is not a number of seconds in this era.
    """
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unverifiable(f"The token's {name} must be a number of seconds.")
    # Before any conversion: JSON can hold whole numbers that no float can.
    if not 0 <= value < 2**40:
        raise Unverifiable(f"The token's {name} must be a number of seconds.")
    return float(value)


def check_times(claims: Mapping[str, Any], now: int, *, longest: int | None = None) -> float | None:
    """``exp``, after making sure that the token is valid at this moment, give or take the skew.

    :param longest: seconds from now that ``exp`` may lie ahead; with it ``exp`` is required.
    :raises Unverifiable: expired, not yet valid, or valid for too long.
    """
    expires = read_time(claims, "exp")
    if expires is not None and expires <= now - SKEW_SECONDS:
        raise Unverifiable("The token has expired.")
    for name in ("nbf", "iat"):
        begins = read_time(claims, name)
        if begins is not None and begins > now + SKEW_SECONDS:
            raise Unverifiable(f"The token's {name} is in the future.")
    if longest is not None:
        if expires is None:
            raise Unverifiable("The token must have exp.")
        if expires > now + longest + SKEW_SECONDS:
            raise Unverifiable("The token's exp is too far ahead.")
    return expires
