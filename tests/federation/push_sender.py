"""A sender of WeChat pushes that shares no code with the receiver."""

import base64
import hashlib
import json
import struct
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = "PushToken1"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypt(message: bytes, app_id: str, key: str = KEY) -> str:
    raw = base64.b64decode(key + "=")
    plain = b"r" * 16 + struct.pack(">I", len(message)) + message + app_id.encode()
    pad = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    padded = plain + bytes([pad]) * pad
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def plain_push(body: bytes, timestamp: int, nonce: str = "n1") -> tuple[dict[str, str], bytes]:
    """Query and body in plain mode."""
    stamp = {"timestamp": str(timestamp), "nonce": nonce}
    return stamp | {"signature": sign(TOKEN, str(timestamp), nonce)}, body


def secure_push(
    message: bytes, timestamp: int, app_id: str, nonce: str = "n1", *, xml: bool = False
) -> tuple[dict[str, str], bytes]:
    """Query and body in secure mode."""
    query, _ = plain_push(b"", timestamp, nonce)
    encrypted = encrypt(message, app_id)
    query |= {
        "encrypt_type": "aes",
        "msg_signature": sign(TOKEN, str(timestamp), nonce, encrypted),
    }
    if xml:
        return query, f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()
    return query, json.dumps({"ToUserName": "gh_1", "Encrypt": encrypted}).encode()


def event(name: str, app_id: str, **more: object) -> bytes:
    """The message of an authorization event."""
    fields: Mapping[str, object] = {
        "ToUserName": "gh_870882ca4b1",
        "FromUserName": "oPlatform",
        "CreateTime": 1627359464,
        "MsgType": "event",
        "Event": name,
        "OpenID": "oLily",
        "AppID": app_id,
    }
    return json.dumps({**fields, **more}).encode()
