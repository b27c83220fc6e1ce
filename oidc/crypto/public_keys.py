"""Reads the public keys that a client gives us: its ``jwks``, its ``jwks_uri``, a DPoP ``jwk``.

Everything here comes from strangers, so sizes are limited before any arithmetic is done, and a
private or symmetric key is refused outright: whoever sends one has already lost it.
"""

from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

PublicKey = RSAKey | ECKey | OKPKey

MAX_KEYS = 30
MAX_KID = 256
"""Characters."""
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_CURVES = {
    "EC": frozenset({"P-256", "P-384", "P-521"}),
    "OKP": frozenset({"Ed25519", "X25519"}),
}
_MAX_COORDINATE = 100
_RSA_MODULUS = range(2048 * 4 // 3 // 8, 8192 * 4 // 3 // 8 + 3)
_MAX_RSA_EXPONENT = 6
"""Base64url characters: four bytes, since a long exponent makes each check slow."""


class UnusableKeys(ValueError):
    """The key or key set cannot be used; the text says why and holds nothing of the key."""


def read_key_set(document: object, *, lenient: bool = False) -> tuple[PublicKey, ...]:
    """The keys of a JWK Set (RFC 7517 5), without those of a kind that we do not know.

    :param lenient: skip malformed keys too, so that one bad key at a ``jwks_uri`` does not lock
        out a client whose other keys are good.
    :raises UnusableKeys: not a key set, too many keys, no usable one, or private parts in it.
    """
    members = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(members, list | tuple) or not 0 < len(members) <= MAX_KEYS:
        raise UnusableKeys(f"must be a JWK Set of 1 to {MAX_KEYS} keys")
    keys = [_read_member(member, lenient) for member in members]
    known = tuple(key for key in keys if key is not None)
    if not known:
        raise UnusableKeys("must hold at least one RSA, EC or OKP key of a supported curve")
    return known


def read_key(member: object) -> PublicKey:
    """One public key (RFC 7517 4).

    :raises UnusableKeys: unknown kind, wrong size, malformed, or private parts in it.
    """
    if not isinstance(member, Mapping):
        raise UnusableKeys("must be a JSON object")
    if _PRIVATE_MEMBERS & member.keys() or member.get("kty") == "oct":
        raise UnusableKeys("must hold public keys only")
    if not all(_is_name(member.get(name, "x")) for name in ("kid", "alg")):
        raise UnusableKeys("must have a kid and alg of 1 to 256 characters, or none")
    try:
        return _import(member)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableKeys("must be well-formed RSA, EC or OKP keys") from error


def _read_member(member: object, lenient: bool) -> PublicKey | None:
    # A tuple, not a set: what a stranger sends as kty may not be hashable.
    if isinstance(member, Mapping) and member.get("kty") not in ("RSA", "EC", "OKP", "oct"):
        return None
    try:
        return read_key(member)
    except UnusableKeys:
        if lenient:
            return None
        raise


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value) <= MAX_KID


def _import(member: Mapping[str, Any]) -> PublicKey:
    if member["kty"] == "RSA":
        return _import_rsa(member)
    coordinates = [member["x"], member.get("y", "")]
    if member["crv"] not in _CURVES[member["kty"]] or any(
        len(value) > _MAX_COORDINATE for value in coordinates
    ):
        raise ValueError("curve")
    if member["crv"] == "Ed25519":
        # EdDSA and Ed25519 (RFC 9864) are one algorithm; the curve says all there is to say.
        member = {name: value for name, value in member.items() if name != "alg"}
    key_class: type[ECKey] | type[OKPKey] = ECKey if member["kty"] == "EC" else OKPKey
    key = key_class.import_key(dict(member))
    key.public_key  # noqa: B018 - the point is checked only when it is built
    return key


def _import_rsa(member: Mapping[str, Any]) -> RSAKey:
    if len(member["n"]) not in _RSA_MODULUS or len(member["e"]) > _MAX_RSA_EXPONENT:
        raise ValueError("size")
    key = RSAKey.import_key(dict(member))
    if key.public_key.key_size < 2048:
        raise ValueError("size")
    return key
