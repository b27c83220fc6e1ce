"""The signatures and the encryption of WeChat's pushes (消息推送, signature and secure mode)."""

import base64
import binascii
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from federation.errors import PushRefused

_RANDOM = 16
_LENGTH = 4


def signature(token: str, *parts: str) -> str:
    """SHA-1 over the sorted parts, as WeChat signs (the algorithm is WeChat's choice)."""
    joined = "".join(sorted([token, *parts]))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def check_signature(given: str, token: str, *parts: str) -> None:
    """Refuses a signature that the push token did not make (``PushRefused``)."""
    if not hmac.compare_digest(given.encode(), signature(token, *parts).encode()):
        raise PushRefused("wrong signature")


def decrypt(encrypted: str, key: str, app_id: str) -> bytes:
    """The message inside an ``Encrypt`` member: AES-256-CBC, padded to blocks of 32 bytes.

    :param key: the EncodingAESKey, 43 characters.
    :param app_id: must stand behind the message: one key may serve several apps.
    :raises PushRefused: when anything does not fit.
    """
    try:
        raw = base64.b64decode(key + "=", validate=True)
        plain = _decipher(base64.b64decode(encrypted, validate=True), raw)
    except (binascii.Error, ValueError):
        raise PushRefused("not encrypted with our key") from None
    start = _RANDOM + _LENGTH
    end = start + int.from_bytes(plain[_RANDOM:start], "big")
    if not hmac.compare_digest(plain[end:], app_id.encode()):
        raise PushRefused("encrypted for another app")
    return plain[start:end]


def _decipher(ciphertext: bytes, key: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    unpadder = PKCS7(32 * 8).unpadder()
    return unpadder.update(padded) + unpadder.finalize()
