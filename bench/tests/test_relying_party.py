"""The benchmark's judge refuses what a relying party must not accept."""

import base64
import hashlib
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bench.key_holder import KeyHolder, new_key
from bench.relying_party import IdTokenJudge, WrongAnswer, decoded, document, public_keys
from bench.wire import Response

KEY = rsa.generate_private_key(65537, 2048)
JUDGE = IdTokenJudge("http://op", "rp", {"k": KEY.public_key()})


def part(content: dict[str, Any] | bytes) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def id_token(kid: str = "k", alg: str = "RS256", **changes: Any) -> str:
    now = int(time.time())
    half = hashlib.sha256(b"token").digest()[:16]
    claims = {"iss": "http://op", "aud": "rp", "sub": "s", "nonce": "n", "iat": now}
    claims = {**claims, "exp": now + 60, "at_hash": part(half), **changes}
    signed = f"{part({'alg': alg, 'kid': kid})}.{part(claims)}"
    signature = KEY.sign(signed.encode(), padding.PKCS1v15(), SHA256())
    return f"{signed}.{part(signature)}"


def test_right_id_token_gives_its_claims() -> None:
    assert JUDGE.claims(id_token(), "n", "token")["sub"] == "s"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "http://other"},
        {"aud": "other"},
        {"aud": ["rp", "other"]},
        {"nonce": "other"},
        {"sub": ""},
        {"exp": 1},
        {"iat": 1},
        {"at_hash": "other"},
        {"kid": "other"},
        {"alg": "none"},
    ],
    ids=str,
)
def test_id_token_with_one_wrong_member_is_refused(changes: dict[str, Any]) -> None:
    token = id_token(**changes)

    with pytest.raises(WrongAnswer):
        JUDGE.claims(token, "n", "token")


def test_id_token_changed_after_signing_is_refused() -> None:
    head, _, signature = id_token().split(".")
    forged = f"{head}.{id_token(sub='t').split('.')[1]}.{signature}"

    with pytest.raises(WrongAnswer, match="signature"):
        JUDGE.claims(forged, "n", "token")


def test_jwks_with_a_private_key_is_refused() -> None:
    jwk = {"kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB", "d": "AQAB"}

    with pytest.raises(WrongAnswer, match="private"):
        public_keys({"keys": [jwk]})


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (500, "application/json", b"{}"),
        (200, "text/html", b"{}"),
        (200, "application/json", b"[]"),
    ],
)
def test_answer_that_is_no_json_object_with_the_status_is_refused(
    status: int, kind: str, body: bytes
) -> None:
    response = Response(status, (("content-type", kind),), body)

    with pytest.raises(WrongAnswer):
        document(response)


def test_id_token_of_another_algorithm_than_registered_is_refused() -> None:
    judge = IdTokenJudge("http://op", "rp", {"k": KEY.public_key()}, alg="ES256")

    with pytest.raises(WrongAnswer, match="not signed with ES256"):
        judge.claims(id_token(), None, "at")


def test_key_holder_signs_what_its_public_key_verifies() -> None:
    holder = KeyHolder("http://op", "rp", new_key())

    signed, _, signature = holder.proof("GET", "http://op/userinfo", "at").rpartition(".")

    (x, y) = (int.from_bytes(decoded(holder.public_jwk[name]), "big") for name in ("x", "y"))
    both = (int.from_bytes(decoded(signature)[at : at + 32], "big") for at in (0, 32))
    point = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    point.verify(encode_dss_signature(*both), signed.encode(), ec.ECDSA(SHA256()))
    claims = json.loads(decoded(signed.split(".")[1]))
    assert (claims["htm"], claims["htu"]) == ("GET", "http://op/userinfo")
