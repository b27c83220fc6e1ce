"""The headers that prove who sent a webhook (Standard Webhooks, "Signature scheme")."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
BYTES = 32
LEAST, MOST = 24, 64
"""Bytes of a secret that somebody brings."""


def new_secret() -> str:
    """A secret in the one form that every library takes: padded standard base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether every library takes it: ``whsec_`` and padded standard base64 of 24 to 64 bytes."""
    if not text.startswith(PREFIX):
        return False
    try:
        key = base64.b64decode(text[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        return False
    return LEAST <= len(key) <= MOST and PREFIX + base64.b64encode(key).decode() == text


def headers(known: Sequence[str], message_id: str, body: bytes, now: int) -> dict[str, str]:
    """Signed for this moment: receivers refuse what is older than five minutes.

    :param known: the secrets, of which one is enough for the receiver.
    :param now: seconds since the epoch of this attempt.
    """
    signed = [_signature(secret, f"{message_id}.{now}.".encode() + body) for secret in known]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(signed),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret[len(PREFIX) :])
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
