"""One signing key, ready to sign: built once per process, so that a signature is all it costs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from oidc.crypto import jwt

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""What we sign with, each with a published key of its own; the first is the default (OpenID
Connect Core 15.1)."""
RSA_BITS = 2048


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
        return jwt.sign(claims, self.key, self.alg, self.kid, typ)

    def public_jwk(self) -> dict[str, Any]:
        """The public part as a JSON Web Key with ``kid``, ``use`` and ``alg``."""
        return {
            **self.key.as_dict(private=False),
            "kid": self.kid,
            "use": "sig",
            "alg": self.alg,
        }


def generate(kid: str, alg: str) -> SigningKey:
    """A new key for one of ``ALGORITHMS``."""
    return SigningKey(kid, alg, _generate(alg))


def _generate(alg: str) -> Key:
    if alg in ("RS256", "PS256"):
        return RSAKey.generate_key(RSA_BITS)
    if alg == "ES256":
        return ECKey.generate_key("P-256")
    if alg == "EdDSA":
        return OKPKey.generate_key("Ed25519")
    raise ValueError(f"no key for {alg}")


def to_private_json(key: SigningKey) -> bytes:
    """The whole key as JSON, for sealing."""
    return json.dumps(key.key.as_dict(private=True)).encode()


def from_private_json(kid: str, alg: str, document: bytes) -> SigningKey:
    return SigningKey(kid, alg, import_key(json.loads(document)))
