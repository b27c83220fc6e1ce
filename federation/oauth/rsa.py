"""RSA keys as consoles show them, and signatures over texts (RSASSA-PKCS1-v1_5 with SHA-256).

What signs JWTs stands in ``signatures``; some sources sign plain texts instead.
"""

import base64
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_LEAST = 2048
"""Bits of a key."""


def sign(text: str, key: rsa.RSAPrivateKey) -> str:
    """The signature of a text, in Base64."""
    made = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(made).decode()


def is_signed(text: str, signature: object, key: rsa.RSAPublicKey) -> bool:
    """Whether a text, exactly as it came, is the key holder's."""
    try:
        made = base64.b64decode(str(signature), validate=True)
        key.verify(made, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def private_key(typed: str, *, is_known: bool = False) -> rsa.RSAPrivateKey | None:
    """In PEM, or bare, in Base64 without its frame; None for anything else.

    :param is_known: it was looked at when it was entered; checking its primes takes long.
    """
    skip = {"unsafe_skip_rsa_key_validation": is_known}
    try:
        if "-----BEGIN" in typed:
            key: Any = serialization.load_pem_private_key(typed.encode(), None, **skip)
        else:
            key = serialization.load_der_private_key(_bare(typed), None, **skip)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST else None


def public_key(typed: str) -> rsa.RSAPublicKey | None:
    """In PEM, or bare, in Base64 without its frame; None for anything else."""
    try:
        if "-----BEGIN" in typed:
            key: Any = serialization.load_pem_public_key(typed.encode())
        else:
            key = serialization.load_der_public_key(_bare(typed))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST else None


def _bare(typed: str) -> bytes:
    return base64.b64decode("".join(typed.split()), validate=True)
