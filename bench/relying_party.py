"""The judge: what a correct provider answers, checked with nothing of the product's own code."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bench.wire import Response

Json = dict[str, Any]
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class WrongAnswer(Exception):
    """A response that a relying party must not accept; the message says what is wrong."""


def require(holds: object, what: str, response: Response | None = None) -> None:
    """Raise WrongAnswer unless the claim holds."""
    if not holds:
        told = f": {response.status} {response.body[:300]!r}" if response else ""
        raise WrongAnswer(what + told)


def document(response: Response, status: int = 200) -> Json:
    """The JSON object of a response that must have this status."""
    require(response.status == status, f"status is not {status}", response)
    kind = response.header("content-type")
    require(kind.startswith("application/json"), f"content type is {kind!r}", response)
    parsed = json.loads(response.body)
    require(isinstance(parsed, dict), "not a JSON object", response)
    return dict(parsed)


@dataclass(frozen=True)
class ProofKey:
    """A PKCE verifier and its S256 challenge (RFC 7636)."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        return encoded(hashlib.sha256(self.verifier.encode()).digest())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_keys(jwks: Json) -> dict[str, PublicKey]:
    """The RSA and P-256 signing keys of a JWKS document by ``kid``; refuses one that leaks private
    parts."""
    found: dict[str, PublicKey] = {}
    for jwk in jwks["keys"]:
        require(not {"d", "p", "q"} & jwk.keys(), "the JWKS document holds a private key")
        if jwk["kty"] == "RSA":
            exponent, modulus = _numbers(jwk, "e", "n")
            found[jwk["kid"]] = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        elif jwk.get("crv") == "P-256":
            x, y = _numbers(jwk, "x", "y")
            found[jwk["kid"]] = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    require(
        any(isinstance(key, rsa.RSAPublicKey) for key in found.values()),
        "the JWKS document holds no RSA key",
    )
    return found


def _numbers(jwk: Json, *parts: str) -> list[int]:
    return [int.from_bytes(decoded(jwk[part]), "big") for part in parts]


@dataclass(frozen=True)
class IdTokenJudge:
    """Verifies ID tokens as OpenID Connect Core 3.1.3.7 asks, signature included."""

    issuer: str
    client_id: str
    keys: Mapping[str, PublicKey]
    alg: str = "RS256"
    """What the client's ID tokens are signed with: RS256 or ES256."""

    def claims(self, token: str, nonce: str | None, access_token: str) -> Json:
        """The claims of a right ID token; ``nonce`` None means that it is not compared."""
        signed, _, signature = token.rpartition(".")
        head, payload = (json.loads(decoded(part)) for part in signed.split("."))
        require(head["alg"] == self.alg, f"the ID token is not signed with {self.alg}")
        require(head.get("kid") in self.keys, "the ID token's kid is not in the JWKS document")
        self._verify(head["kid"], signed, signature)
        now = time.time()
        require(payload["iss"] == self.issuer, "the ID token has another issuer")
        require(payload["aud"] in (self.client_id, [self.client_id]), "another audience")
        require(payload["exp"] > now and abs(payload["iat"] - now) < 60, "exp or iat is off")
        require(payload.get("sub"), "the ID token has no sub")
        require(nonce is None or payload.get("nonce") == nonce, "the nonce is another one")
        expected = encoded(hashlib.sha256(access_token.encode()).digest()[:16])
        require(payload.get("at_hash", expected) == expected, "at_hash does not fit")
        return dict(payload)

    def _verify(self, kid: str, signed: str, signature: str) -> None:
        key, given = self.keys[kid], decoded(signature)
        is_rsa = isinstance(key, rsa.RSAPublicKey)
        require(is_rsa == (self.alg == "RS256"), "the ID token's kid is of another algorithm")
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(given, signed.encode(), padding.PKCS1v15(), SHA256())
            else:
                halves = (int.from_bytes(half, "big") for half in (given[:32], given[32:]))
                key.verify(encode_dss_signature(*halves), signed.encode(), ec.ECDSA(SHA256()))
        except InvalidSignature:
            raise WrongAnswer("the ID token's signature is wrong") from None
