"""Signatures and the secure mode of WeChat's message pushes, from the sender's side."""

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

#: WeChat pads to 32 bytes although AES has blocks of 16.
_PADDING = PKCS7(256)


def signature(*parts: str) -> str:
    """SHA-1 of the parts, sorted and joined: over token, timestamp and nonce it is ``signature``,
    with the ``Encrypt`` text as a fourth it is ``msg_signature``."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat's choice


def encrypt(aes_key: str, message: str, appid: str, random: bytes | None = None) -> str:
    """The ``Encrypt`` text: 16 random bytes, length, message and AppID under AES-256-CBC.

    :param aes_key: EncodingAESKey, 43 characters.
    :param random: the 16 bytes at the head; fresh ones when None.
    """
    head = secrets.token_bytes(16) if random is None else random
    body = message.encode()
    plain = head + len(body).to_bytes(4, "big") + body + appid.encode()
    padder = _PADDING.padder()
    encryptor = _cipher(aes_key).encryptor()
    padded = padder.update(plain) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def decrypt(aes_key: str, encrypted: str) -> tuple[str, str]:
    """The message and the AppID of an ``Encrypt`` text (an answer, or our own push).

    :raises ValueError: for a text under another key.
    """
    decryptor = _cipher(aes_key).decryptor()
    unpadder = _PADDING.unpadder()
    padded = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    plain = unpadder.update(padded) + unpadder.finalize()
    end = 20 + int.from_bytes(plain[16:20], "big")
    return plain[20:end].decode(), plain[end:].decode()


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
