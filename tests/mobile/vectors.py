"""Makes ``clients/vectors.json``: ``python -m tests.mobile.vectors``; its keys are new each time.

What the helpers for Android, iOS and HarmonyOS must all answer alike, computed here by other means
than theirs: joserfc, hashlib and cryptography.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.source import ROOT

FILE = ROOT / "clients" / "vectors.json"
ISSUER, CLIENT, NONCE, NOW = "https://login.example.com", "my-app", "n-0S6_WzA2Mj", 1_800_000_000
REDIRECT = "com.example.app:/callback"

UNDER_WAY = ("asking", "waiting", "authorizing", "handing", "browser", "redeeming")
ANYWHERE = {
    "web": ("browser", "open_web"),
    "declined": ("failed", "stop"),
    "begin_again": ("failed", "stop"),
    "mistake": ("failed", "stop"),
    "late": ("failed", "stop"),
    "unreachable": ("failed", "stop"),
    "untrusted": ("failed", "stop"),
    "no_wechat": ("failed", "tell_cancelled"),
    "cancel": ("failed", "tell_cancelled"),
}
ONLY = {
    ("idle", "begin"): ("asking", "ask"),
    ("idle", "begin_in_browser"): ("browser", "open_browser"),
    ("asking", "launch"): ("waiting", "open_mini_program"),
    ("asking", "send_auth"): ("authorizing", "open_send_auth"),
    ("asking", "retry"): ("asking", "ask_later"),
    ("waiting", "wait"): ("waiting", "poll_later"),
    ("waiting", "retry"): ("waiting", "poll_later"),
    ("waiting", "returned"): ("waiting", "poll_now"),
    ("waiting", "code"): ("redeeming", "redeem"),
    ("authorizing", "wechat_code"): ("handing", "hand_over"),
    ("authorizing", "wechat_no"): ("failed", "tell_cancelled"),
    ("handing", "retry"): ("handing", "hand_over_later"),
    ("handing", "another_code"): ("authorizing", "open_send_auth"),
    ("handing", "code"): ("redeeming", "redeem"),
    ("browser", "code"): ("redeeming", "redeem"),
    ("redeeming", "retry"): ("redeeming", "redeem_later"),
    ("redeeming", "tokens"): ("signed_in", "keep"),
}
REASONS = {
    "declined": "DECLINED",
    "wechat_no": "CANCELLED",
    "cancel": "CANCELLED",
    "begin_again": "EXPIRED",
    "late": "EXPIRED",
    "unreachable": "UNAVAILABLE",
    "no_wechat": "NO_WECHAT",
    "untrusted": "UNTRUSTED",
    "mistake": "MISTAKE",
}
GO_ON = "insufficient_authorization"
ANSWERS: tuple[tuple[int, dict[str, Any], str], ...] = (
    (0, {}, "retry"),
    (-1, {}, "retry"),
    (200, {"authorization_code": "qac_x"}, "code"),
    (200, {"access_token": "qat_x", "token_type": "DPoP"}, "tokens"),
    (200, {}, "retry"),
    (403, {"error": GO_ON, "launch": {"path": "p"}, "number": 47, "opened": False}, "launch"),
    (403, {"error": GO_ON, "send_auth": {"state": "s"}}, "send_auth"),
    (403, {"error": GO_ON, "opened": True, "interval": 2, "expires_in": 9}, "wait"),
    (403, {"error": GO_ON, "reason": "code_rejected"}, "another_code"),
    (403, {"error": GO_ON, "reason": "phone_required"}, "mistake"),
    (403, {"error": GO_ON, "connections": [{"id": "a"}, {"id": "b"}]}, "mistake"),
    (403, {}, "retry"),
    (400, {"message": "of a hotel's network"}, "retry"),
    (302, {}, "retry"),
    (400, {"error": "redirect_to_web", "request_uri": "urn:x"}, "web"),
    (400, {"error": "access_denied"}, "declined"),
    (400, {"error": "invalid_session"}, "begin_again"),
    (400, {"error": "invalid_grant"}, "begin_again"),
    (400, {"error": "invalid_request"}, "mistake"),
    (400, {"error": "invalid_dpop_proof"}, "mistake"),
    (400, {"error": "use_dpop_nonce"}, "retry"),
    (401, {"error": "invalid_client"}, "mistake"),
    (404, {}, "retry"),
    (429, {"error": "slow_down"}, "retry"),
    (500, {"error": "server_error"}, "retry"),
    (502, {}, "retry"),
    (503, {"error": "temporarily_unavailable"}, "retry"),
)
REDIRECTS: tuple[tuple[str, list[str]], ...] = (
    (f"{REDIRECT}?code=qac_x&state=s&iss=https%3A%2F%2Flogin.example.com", ["code", "qac_x"]),
    (f"{REDIRECT}?state=s&code=a%20b+c", ["code", "a b c"]),
    (f"{REDIRECT}?code=qac_x&state=other", ["nothing"]),
    (f"{REDIRECT}?code=qac_x", ["nothing"]),
    (f"{REDIRECT}?code=qac_x&state=s&iss=https%3A%2F%2Fevil.example", ["nothing"]),
    (f"{REDIRECT}/more?code=qac_x&state=s", ["nothing"]),
    ("com.example.other:/callback?code=qac_x&state=s", ["nothing"]),
    (f"{REDIRECT}?error=access_denied&state=s", ["declined"]),
    (f"{REDIRECT}?error=access_denied&code=qac_x&state=s", ["declined"]),
    (f"{REDIRECT}?error=server_error&state=s", ["mistake"]),
    (f"{REDIRECT}?code=a&code=b&state=s", ["mistake"]),
    (f"{REDIRECT}?state=s", ["mistake"]),
    (f"{REDIRECT}?code=%zz&state=s", ["mistake"]),
)
WORDS = {
    "DECLINED": ("The sign-in was declined.", "登录已被拒绝。"),
    "CANCELLED": ("The sign-in was cancelled.", "已取消登录。"),
    "EXPIRED": ("The sign-in took too long. Please try again.", "登录超时，请重试。"),
    "UNAVAILABLE": (
        "Sign-in is not available just now. Please try again.",
        "暂时无法登录，请稍后重试。",
    ),
    "NO_WECHAT": ("WeChat could not be opened.", "无法打开微信。"),
    "UNTRUSTED": ("The answer could not be verified.", "无法验证登录结果。"),
    "MISTAKE": ("Sign-in is not available.", "无法登录。"),
}


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def steps() -> Iterator[list[str]]:
    """Every step with every event."""
    events = sorted({event for _, event in ONLY} | ANYWHERE.keys())
    for step in ("idle", *UNDER_WAY, "signed_in", "failed"):
        for event in events:
            anywhere = ANYWHERE.get(event) if step in UNDER_WAY else None
            yield [step, event, *(ONLY.get((step, event)) or anywhere or (step, "nothing"))]


def pkce() -> list[dict[str, str]]:
    """The one of RFC 7636, appendix B, and others."""
    verifiers = ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "a" * 43, "~._-" * 32)
    digests = (hashlib.sha256(one.encode()).digest() for one in verifiers)
    pairs = zip(verifiers, map(unpadded, digests), strict=True)
    return [{"verifier": one, "challenge": digest} for one, digest in pairs]


def signatures() -> Iterator[dict[str, str]]:
    """DER and JOSE of the same ECDSA signatures; of some, a number is short or has its top bit."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key, lengths = ec.generate_private_key(ec.SECP256R1()), set()
    while len(lengths) < 4:
        der = key.sign(b"signed", ec.ECDSA(hashes.SHA256()))
        if len(der) in lengths:
            continue
        lengths.add(len(der))
        r, s = decode_dss_signature(der)
        jose = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        yield {"der": unpadded(der), "jose": unpadded(jose)}


def id_tokens() -> Iterator[dict[str, Any]]:
    rsa, ec = RSAKey.generate_key(2048, {"kid": "r"}), ECKey.generate_key("P-256", {"kid": "e"})
    other = RSAKey.generate_key(2048, {"kid": "r"})
    jwks = {"keys": [rsa.as_dict(private=False), ec.as_dict(private=False)]}
    secret = OctKey.import_key(json.dumps(rsa.as_dict(private=False)), {"kid": "r"})
    good = {
        **{"iss": ISSUER, "aud": CLIENT, "sub": "u-1", "nonce": NONCE},
        **{"iat": NOW, "exp": NOW + 3600},
    }

    def token(key: Any, algorithm: str, **changes: Any) -> str:
        head = {"alg": algorithm, "kid": changes.pop("kid", key.kid)}
        return jwt.encode(head, {**good, **changes}, key, algorithms=[algorithm])

    def unsigned(head: dict[str, str]) -> str:
        parts = (json.dumps(part).encode() for part in (head, good))
        return ".".join(map(unpadded, parts)) + "."

    several = {"aud": ["api", CLIENT]}
    cases = [
        ("", token(rsa, "RS256")),
        ("", token(ec, "ES256")),
        ("", token(rsa, "RS256", aud=[CLIENT])),
        ("", token(rsa, "RS256", **several, azp=CLIENT)),
        ("", token(rsa, "RS256", exp=NOW - 60)),
        ("aud", token(rsa, "RS256", **several)),
        ("aud", token(rsa, "RS256", **several, azp="other")),
        ("aud", token(rsa, "RS256", aud="other")),
        ("iss", token(rsa, "RS256", iss=ISSUER + "/")),
        ("nonce", token(rsa, "RS256", nonce="other")),
        ("exp", token(rsa, "RS256", exp=NOW - 3600)),
        ("iat", token(rsa, "RS256", iat=NOW + 3600)),
        ("signature", token(other, "RS256")),
        ("signature", token(rsa, "RS256", kid="unknown")),
        ("signature", token(ec, "ES256", kid="r")),
        ("signature", token(rsa, "PS256")),
        ("signature", token(secret, "HS256")),
        ("signature", token(rsa, "RS256")[:-4] + "AAAA"),
        ("signature", unsigned({"alg": "none", "kid": "r"})),
        ("signature", unsigned({"alg": "RS256", "kid": "r"})),
        ("signature", token(rsa, "RS256") + ".more"),
        ("signature", "no token"),
        ("signature", ""),
        ("shape", token(rsa, "RS256", exp=None)),
    ]
    for refused, given in cases:
        yield {"token": given, "refused": refused, "jwks": jwks}


def thumbprints() -> Iterator[dict[str, Any]]:
    for _ in range(2):
        key = ECKey.generate_key("P-256")
        jwk = {name: key.as_dict(private=False)[name] for name in ("crv", "kty", "x", "y")}
        yield {"jwk": jwk, "thumbprint": key.thumbprint()}


def document() -> dict[str, Any]:
    answers = [{"status": one, "body": body, "event": event} for one, body, event in ANSWERS]
    return {
        "about": "What the helpers for Android, iOS and HarmonyOS answer alike; "
        "tests/mobile/vectors.py makes it.",
        "pkce": pkce(),
        "steps": list(steps()),
        "answers": answers,
        "reasons": REASONS,
        "words": {name: {"en": en, "zh": zh} for name, (en, zh) in WORDS.items()},
        "redirect": {"redirect_uri": REDIRECT, "state": "s", "issuer": ISSUER},
        "redirects": [{"address": address, "result": came} for address, came in REDIRECTS],
        "signatures": list(signatures()),
        "thumbprints": list(thumbprints()),
        "id_token": {"issuer": ISSUER, "client_id": CLIENT, "nonce": NONCE, "now": NOW},
        "id_tokens": list(id_tokens()),
    }


if __name__ == "__main__":
    text = json.dumps(document(), ensure_ascii=False, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")
