"""Signs, verifies and encrypts tokens: joserfc with everything that a stranger could choose fixed.

The algorithm is chosen by our configuration or the client's registration, never by the header
(RFC 8725 3.1); a key is found by ``kid`` among the keys that were asked for and nowhere else;
``crit``, compression, encryption and nesting are refused, and sizes are limited before decoding.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256, sha384, sha512
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, Key, OKPKey
from joserfc.util import urlsafe_b64decode

from oidc.crypto.keyring import encode
from oidc.protocol import strict_json

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519", "HS256")
"""All that any part of the provider knows; each caller names the ones that it allows."""

MAX_BYTES = 16 * 1024
MAX_DEPTH = 12
"""Of arrays and objects within each other."""

KeySource = Sequence[Key] | Callable[[str | None], Sequence[Key]]
"""The keys themselves, or a function from the header's ``kid`` to those that may fit it."""

_KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP", "HS": "oct"}
_SAME = {"Ed25519": "EdDSA"}
"""RFC 9864 gives EdDSA with Ed25519, the only curve that we take, a second name."""
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")


def is_same_alg(one: str, other: str) -> bool:
    """Whether two names mean one algorithm."""
    return _SAME.get(one, one) == _SAME.get(other, other)


class Unverifiable(ValueError):
    """The token is not to be believed; the text is one ASCII sentence without any of its values."""


class WrongSignature(Unverifiable):
    """Another key has signed the token, or nobody has."""


@dataclass(frozen=True)
class Token:
    """The header and claims of a JWT, and how it was sent."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    text: str = field(repr=False)


class Registry(jws.JWSRegistry):
    """joserfc's algorithms with our limits.

    It does not warn about EdDSA on each use (the name is deprecated, the algorithm is not), nor
    refuse header members that it does not know (RFC 7515 4 says to ignore them).
    """

    max_header_length = MAX_BYTES
    max_payload_length = MAX_BYTES

    def __init__(self) -> None:
        super().__init__(strict_check_header=False)

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in ALGORITHMS:
            raise Unverifiable("The token's algorithm is not allowed.")
        return self.algorithms[name]


_REGISTRY = Registry()
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def sign(
    claims: Mapping[str, Any], key: Key, alg: str, kid: str | None = None, typ: str | None = None
) -> str:
    """A compact JWS of the claims (RFC 7515 3.1).

    :param typ: media type without ``application/``: ``at+jwt``, ``logout+jwt`` ...
    """
    algorithm = _REGISTRY.get_alg(alg)
    algorithm.check_key(key)
    signed = f"{_head(alg, kid, typ)}.{encode(_compact(claims).encode())}"
    return f"{signed}.{encode(algorithm.sign(signed.encode(), key))}"


@lru_cache(maxsize=256)
def _head(alg: str, kid: str | None, typ: str | None) -> str:
    """The same for all that a key signs."""
    header = {"alg": alg, "kid": kid, "typ": typ}
    chosen = {name: value for name, value in header.items() if value is not None}
    return encode(_compact(chosen).encode())


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name. ``kid`` is in every header (Authlib alone leaves it out)."""

    kid: str
    alg: str
    key: Key

    def sign(self, claims: Mapping[str, Any], typ: str | None = None) -> str:
        """A compact JWS of the claims (RFC 7515 3.1).

        :param typ: the media type for the header, such as ``at+jwt`` (RFC 9068 2.1).
        """
        return sign(claims, self.key, self.alg, self.kid, typ)

    def public_jwk(self) -> dict[str, Any]:
        """The public part as a JSON Web Key with ``kid``, ``use`` and ``alg``."""
        return {
            **self.key.as_dict(private=False),
            "kid": self.kid,
            "use": "sig",
            "alg": self.alg,
        }


def read(token: str, *, max_bytes: int = MAX_BYTES) -> Token:
    """What a compact JWS says, not verified: to find out whose keys to ask for.

    :raises Unverifiable: too long, not a compact JWS, critical extensions, or not JSON objects.
    """
    if len(token) > max_bytes:
        raise Unverifiable("The token is too long.")
    if token.count(".") == 4:
        raise Unverifiable("Encrypted tokens are not accepted.")
    if _COMPACT.fullmatch(token) is None:
        raise Unverifiable("The token is not a JWT in compact form.")
    head, body, _ = token.split(".")
    header = _json_object(head)
    if "crit" in header or "b64" in header:
        raise Unverifiable("The token demands an extension that is not supported.")
    if "zip" in header or "enc" in header or str(header.get("cty", "")).lower() == "jwt":
        raise Unverifiable("Nested, encrypted or compressed tokens are not accepted.")
    if not isinstance(header.get("alg"), str):
        raise Unverifiable("The token names no algorithm.")
    if not isinstance(header.get("kid", ""), str) or not isinstance(header.get("typ", ""), str):
        raise Unverifiable("The token's kid and typ must be strings.")
    return Token(header, _json_object(body), token)


def verify(
    token: str | Token,
    keys: KeySource,
    algs: Collection[str],
    typ: Collection[str | None] | None = None,
    *,
    max_bytes: int = MAX_BYTES,
) -> Token:
    """The token, signed by one of the keys with one of the algorithms.

    :param token: as it was sent, or what `read` gave of it.
    :param algs: the algorithms allowed here; ``none`` is never among them.
    :param typ: the accepted media types, in lower case, ``None`` among them for a missing one;
        without it any is accepted (RFC 8725 3.11).
    :raises Unverifiable: for every other reason not to believe it.
    """
    unverified = token if isinstance(token, Token) else read(token, max_bytes=max_bytes)
    header = unverified.header
    alg = header["alg"]
    if alg not in ALGORITHMS or _SAME.get(alg, alg) not in algs:
        raise Unverifiable("The token's algorithm is not allowed.")
    if typ is not None and _media_type(header) not in typ:
        raise Unverifiable("The token is of another type.")
    key = _choose(keys(header.get("kid")) if callable(keys) else keys, alg, header.get("kid"))
    try:
        jws.deserialize_compact(unverified.text, key, registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        raise WrongSignature("The token's signature is wrong.") from error
    return unverified


def left_half_hash(value: str, alg: str) -> str:
    """``at_hash``, ``c_hash`` or ``s_hash`` of a value (OpenID Connect Core 3.1.3.6).

    The hash is that of the ID token's algorithm; Ed25519 signs with SHA-512 inside.
    """
    digest = {"256": sha256, "384": sha384}.get(alg[-3:], sha512)
    whole = digest(value.encode("ascii")).digest()
    return encode(whole[: len(whole) // 2])


def encrypt(content: str, key: Key, alg: str, enc: str, *, nested: bool = True) -> str:
    """A compact JWE of a signed token, for the holder of the private key (RFC 7516 7.1).

    :param key: the client's public key, as :func:`encryption_key` chooses it.
    :param nested: the content is a JWT, which the header must tell (RFC 7519 5.2).
    """
    header = {"alg": alg, "enc": enc}
    if nested:
        header["cty"] = "JWT"
    if key.kid is not None:
        header["kid"] = key.kid
    return jwe.encrypt_compact(header, content.encode(), key, algorithms=[alg, enc])


def encryption_key(keys: Sequence[Key], alg: str) -> Key:
    """The first of a client's keys that can be used to encrypt with ``alg``.

    :raises Unverifiable: there is none.
    """
    kinds = ("RSA",) if alg.startswith("RSA") else ("EC", "OKP")
    for key in keys:
        fits = key.key_type in kinds and key.get("crv") != "Ed25519"
        if fits and key.get("use") in (None, "enc") and key.alg in (None, alg):
            return key
    raise Unverifiable("The client has no key that fits its encryption algorithm.")


def _json_object(segment: str) -> dict[str, Any]:
    try:
        value = strict_json.read(urlsafe_b64decode(segment.encode()))
    except ValueError as error:
        raise Unverifiable("The token does not hold well-formed JSON.") from error
    if not isinstance(value, dict) or strict_json.is_deeper(value, MAX_DEPTH):
        raise Unverifiable("The token must hold JSON objects of little depth.")
    return value


def _media_type(header: Mapping[str, Any]) -> str | None:
    """``typ`` in lower case, without the prefix that may be left out (RFC 7515 4.1.9)."""
    typ = header.get("typ")
    return None if typ is None else str(typ).lower().removeprefix("application/")


def _choose(keys: Sequence[Key], alg: str, kid: str | None) -> Key:
    fitting = [key for key in keys if _fits(key, alg) and (kid is None or key.kid == kid)]
    if not fitting:
        raise Unverifiable("No known key fits the token.")
    if kid is None and len(fitting) > 1:
        raise Unverifiable("The token must name its key by kid, as several keys fit.")
    return fitting[0]


def _fits(key: Key, alg: str) -> bool:
    if key.key_type != _KINDS.get(alg[:2]) or key.get("use") not in (None, "sig"):
        return False
    if key.alg not in (None, alg):
        return False
    if isinstance(key, ECKey):
        return key.curve_name == "P-256"
    if isinstance(key, OKPKey):
        return key.get("crv") == "Ed25519"
    return True
