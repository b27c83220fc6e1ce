"""A passkey in software (Web Authentication Level 3, 6.1): what a browser would answer with it."""

import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.relying_party import b64, unb64
from tests.upgrade.keys import key_of

_ID = b"the passkey of the upgrade tests"
_PRESENT, _VERIFIED, _WITH_KEY = 0x01, 0x04, 0x40


def new_passkey(options: str, origin: str) -> str:
    """The answer to a question for a new one (attestation ``none``)."""
    key = key_of("passkey").as_dict()
    # EC2, ES256, P-256 (RFC 9053 2.1 and 7.1).
    public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: unb64(key["x"]), -3: unb64(key["y"])})
    credential = bytes(16) + len(_ID).to_bytes(2, "big") + _ID + public
    data = _data(origin, _PRESENT | _VERIFIED | _WITH_KEY, 0) + credential
    attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
    client = _client("webauthn.create", options, origin)
    return _answer({"clientDataJSON": b64(client), "attestationObject": b64(attestation)})


def proof(
    options: str,
    origin: str,
    count: int,
    *,
    party: str | None = None,
    verified: bool = True,
    kind: str = "webauthn.get",
    key: str = "passkey",
) -> str:
    """The answer to a question for any passkey of this origin; it is used for the count-th time.

    :param party: whom it was made for, where that is not the origin. :param verified: whether the
        person was. :param kind: what the browser was asked for. :param key: signs.
    """
    data = _data(party or origin, _PRESENT | (_VERIFIED if verified else 0), count)
    client = _client(kind, options, origin)
    private = key_of(key).private_key
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    signature = private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
    return _answer(
        {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
        }
    )


def _data(origin: str, flags: int, count: int) -> bytes:
    host = urlsplit(origin).hostname or ""
    return sha256(host.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")


def _client(kind: str, options: str, origin: str) -> bytes:
    challenge = json.loads(options)["challenge"]
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()


def _answer(response: dict[str, Any]) -> str:
    return json.dumps(
        {
            "id": b64(_ID),
            "rawId": b64(_ID),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
    )
