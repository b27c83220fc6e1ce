"""Keys of applications, computed from words: so that no private key has to be kept anywhere."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from tests.relying_party import b64

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def key_of(words: str) -> ECKey:
    """Always the same P-256 key for the same words; its ``kid`` are the words."""
    secret = int.from_bytes(sha256(words.encode()).digest(), "big") % (_ORDER - 1) + 1
    point = ec.derive_private_key(secret, ec.SECP256R1()).public_key().public_numbers()
    parts = {"x": point.x, "y": point.y, "d": secret}
    numbers = {name: b64(number.to_bytes(32, "big")) for name, number in parts.items()}
    return ECKey.import_key({"kty": "EC", "crv": "P-256", "kid": words, **numbers})
