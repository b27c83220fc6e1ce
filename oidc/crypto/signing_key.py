"""Our own signing keys: the algorithms there are, making one, keeping one."""

import json

from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from oidc.crypto.jwt import SigningKey

RSA_BITS = 2048


def generate(kid: str, alg: str) -> SigningKey:
    """A new key for one of `ALGORITHMS` (`oidc.protocol.signing_algorithms`)."""
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
