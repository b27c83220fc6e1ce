"""Seals small values so that only we can open them: AES-256-GCM under keys derived by HKDF.

One application secret gives a separate key for each purpose, so a value that was sealed for one
purpose never opens for another. The newest secret seals; every listed one opens, which is how a
secret is replaced without signing anybody out.
"""

import binascii
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
MINIMUM_SECRET_CHARACTERS = 32
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


def digest_of(secret: str) -> str:
    """SHA-256 in hex: how secrets and cookies are stored."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Keyring:
    """Seals with the newest secret, opens with any.

    :param secrets: application secrets, newest first, each of at least 32 characters.
    :raises ValueError: when a secret is missing or too short.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < MINIMUM_SECRET_CHARACTERS for secret in secrets):
            raise ValueError(f"each secret needs {MINIMUM_SECRET_CHARACTERS} characters or more")
        self._secrets = tuple(secret.encode() for secret in secrets)
        # One byte in front of each sealed value names the secret, so that opening needs one try;
        # two where two secrets have the same byte.
        self._by_hint: dict[bytes, tuple[bytes, ...]] = {}
        for secret in self._secrets:
            hint = _hint(secret)
            self._by_hint[hint] = (*self._by_hint.get(hint, ()), secret)
        self._newest_hint = _hint(self._secrets[0])

    def seal_bytes(self, plaintext: bytes, purpose: str) -> bytes:
        """The value, readable only by a keyring with the same secret and for the same purpose."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = _key(self._secrets[0], purpose).encrypt(nonce, plaintext, None)
        return self._newest_hint + nonce + sealed

    def unseal_bytes(self, sealed: bytes, purpose: str) -> bytes:
        """What was sealed for this purpose.

        :raises ValueError: when it was altered, sealed for another purpose or by another secret.
        """
        failure = ValueError("sealed by an unknown secret")
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        for secret in self._by_hint.get(sealed[:1], ()):
            try:
                return _key(secret, purpose).decrypt(nonce, body, None)
            except (InvalidTag, ValueError):
                failure = ValueError("altered, or sealed for another purpose")
        raise failure

    def seal(self, plaintext: bytes, purpose: str) -> str:
        """As ``seal_bytes``, as unpadded base64url text."""
        return encode(self.seal_bytes(plaintext, purpose))

    def unseal(self, sealed: str, purpose: str) -> bytes:
        """As ``unseal_bytes``, from unpadded base64url text."""
        return self.unseal_bytes(decode(sealed), purpose)

    def derive(self, purpose: str) -> bytes:
        """32 bytes of the newest secret for this purpose (for a keyed hash or a library's key)."""
        return _derive(self._secrets[0], purpose)


def encode(value: bytes) -> str:
    """Unpadded base64url, as JOSE writes it (RFC 7515 section 2)."""
    written = binascii.b2a_base64(value, newline=False)
    return written.translate(_TO_URL).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of unpadded base64url text.

    :raises ValueError: on anything that `encode` would not write.
    """
    try:
        raw = text.encode("ascii").translate(_FROM_URL)
        value = binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except (UnicodeEncodeError, ValueError) as error:
        raise ValueError("not base64url") from error
    # Python also takes "+", "/", bits that belong to no byte, and passes over what is no base64.
    if encode(value) != text:
        raise ValueError("not base64url")
    return value


@lru_cache(maxsize=256)
def _key(secret: bytes, purpose: str) -> AESGCM:
    return AESGCM(_derive(secret, purpose))


@lru_cache(maxsize=256)
def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"qiao", info=purpose.encode()).derive(secret)


def _hint(secret: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(b"qiao hint" + secret)
    return digest.finalize()[:1]
