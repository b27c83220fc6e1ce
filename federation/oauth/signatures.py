"""Verifies what a provider has signed, and signs what we send it: joserfc within our limits.

The algorithm is one that the provider's metadata name, never ``none``; a key is found by ``kid``
among the provider's own and nowhere else (RFC 8725 3.1); sizes are limited before decoding.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

ASYMMETRIC = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
SYMMETRIC = ("HS256", "HS384", "HS512")
MAX_BYTES = 32 * 1024
MAX_KEYS = 50
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP", "HS": "oct"}
_CURVES = {
    **{"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"},
    **{"EdDSA": "Ed25519", "Ed25519": "Ed25519"},
}
_CLASSES: Mapping[object, type[RSAKey] | type[ECKey] | type[OKPKey]] = {
    "RSA": RSAKey,
    "EC": ECKey,
    "OKP": OKPKey,
}
_RSA_BITS = range(2048, 8193)


class Untrue(ValueError):
    """Not to be believed; the text says why and holds nothing of it."""


class UnknownKey(Untrue):
    """No key of those that are known has signed it; the provider may have new ones."""


@dataclass(frozen=True)
class Token:
    """The header and claims of a JWT."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


class _Registry(jws.JWSRegistry):
    """joserfc's algorithms with our limits; it does not warn about EdDSA's name on each use."""

    max_header_length = MAX_BYTES
    max_payload_length = MAX_BYTES

    def __init__(self) -> None:
        super().__init__(strict_check_header=False)

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in (*ASYMMETRIC, *SYMMETRIC):
            raise Untrue("the algorithm is not allowed")
        return self.algorithms[name]


_REGISTRY = _Registry()


def verify(token: object, keys: Sequence[Key], algs: Collection[str]) -> Token:
    """The token, signed by one of the keys with one of the algorithms.

    :raises UnknownKey: none of these keys has signed it, or it names none and several fit.
    :raises Untrue: every other reason.
    """
    read = read_unverified(token)
    alg, kid = read.header["alg"], read.header.get("kid")
    if alg not in algs:
        raise Untrue(f"the algorithm {alg if alg == 'none' else ''} is not allowed")
    key = _choose(keys, alg, kid)
    try:
        jws.deserialize_compact(str(token), key, registry=_REGISTRY)
    except (JoseError, ValueError):
        raise UnknownKey("the signature is wrong") from None
    return read


def read_unverified(token: object) -> Token:
    """Header and claims of what nobody has verified.

    :raises Untrue: it is no signed JWT.
    """
    if not isinstance(token, str) or len(token) > MAX_BYTES:
        raise Untrue("it is no JWT, or too long")
    if not _COMPACT.fullmatch(token):
        unsigned = token.endswith(".")
        raise Untrue("it is not signed" if unsigned else "it is no signed JWT")
    header, claims = (_object(part) for part in token.split(".")[:2])
    if not isinstance(header.get("alg"), str) or "crit" in header or "b64" in header:
        raise Untrue("its header is none that we know")
    if not isinstance(header.get("kid", ""), str):
        raise Untrue("its kid is no text")
    return Token(header, claims)


def read_keys(document: object) -> tuple[Key, ...]:
    """The keys of a JWK Set that can verify something; what we do not know is passed over.

    :raises Untrue: it is no JWK Set.
    """
    members = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(members, list) or len(members) > MAX_KEYS:
        raise Untrue("it is no JWK Set")
    return tuple(key for key in map(_read_key, members) if key is not None)


def sign(claims: Mapping[str, Any], key: Key, alg: str, header: Mapping[str, str]) -> str:
    """A compact JWS of the claims."""
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact({"alg": alg, **header}, payload, key, registry=_REGISTRY)


def private_key(pem: str) -> Key | None:
    """A private key in PEM or as a JWK; None for anything else."""
    try:
        if pem.lstrip().startswith("{"):
            member = json.loads(pem)
            key: Key = _CLASSES[member.get("kty")].import_key(member)
            return key if key.is_private else None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    for kind in (RSAKey, ECKey, OKPKey):
        try:
            key = kind.import_key(pem)
            if key.is_private:
                return key
        except (JoseError, ValueError, TypeError, AttributeError):
            continue
    return None


def algorithm_of(key: Key) -> str:
    """What a private key of ours signs with."""
    if isinstance(key, ECKey):
        return next(alg for alg, curve in _CURVES.items() if curve == key.curve_name)
    return "EdDSA" if isinstance(key, OKPKey) else "RS256"


def secret_key(secret: str) -> OctKey:
    """A client secret as the key of HMAC (OpenID Connect Core 10.1)."""
    return OctKey.import_key(secret.encode())


def _read_key(member: object) -> Key | None:
    if not isinstance(member, Mapping) or member.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    public = {
        name: member[name] for name in member if name not in ("d", "p", "q", "dp", "dq", "qi")
    }
    try:
        key: Key = _CLASSES[member["kty"]].import_key(public)
        if isinstance(key, RSAKey) and key.public_key.key_size not in _RSA_BITS:
            return None
        key.public_key  # noqa: B018 - a point is checked only when it is built
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return key


def _choose(keys: Sequence[Key], alg: str, kid: str | None) -> Key:
    fitting = [key for key in keys if _fits(key, alg) and (kid is None or _kid(key) == kid)]
    if not fitting:
        raise UnknownKey("no known key fits it")
    if kid is None and len(fitting) > 1:
        raise UnknownKey("it names no kid, and several keys fit it")
    return fitting[0]


def _kid(key: Key) -> str | None:
    found = key.get("kid")
    return found if isinstance(found, str) else None


def _fits(key: Key, alg: str) -> bool:
    if key.key_type != _KINDS.get(alg[:2]):
        return False
    if isinstance(key, OctKey):
        return True
    if key.get("use") not in (None, "sig") or key.get("alg") not in (
        None,
        alg,
        *_SAME.get(alg, ()),
    ):
        return False
    curve = _CURVES.get(alg)
    return curve is None or key.get("crv") == curve


_SAME = {"EdDSA": ("Ed25519",), "Ed25519": ("EdDSA",)}
"""RFC 9864 gives EdDSA with Ed25519 a second name."""


def _object(segment: str) -> dict[str, Any]:
    try:
        value = json.loads(urlsafe_b64decode(segment.encode()))
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Untrue("it holds no well-formed JSON") from None
    if not isinstance(value, dict):
        raise Untrue("it holds no JSON object")
    return value
