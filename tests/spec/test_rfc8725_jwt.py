"""RFC 8725: what is done to JWTs, by name, against each kind that a stranger may send us.

Client assertions (RFC 7523), request objects (RFC 9101) and DPoP proofs (RFC 9449) all bear a right
signature here wherever the trick leaves one, so that nothing but the trick can be the reason.
"""

import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey

from app.web.rate_limits import limiter
from tests.deployment import CALLBACK, Deployment
from tests.key_holder import ASSERTION_TYPE, new_key, public_keys
from tests.relying_party import ISSUER, b64

KEY, OTHERS = new_key("right"), new_key("right")
Json = dict[str, Any]
PUBLIC = KEY.as_dict(private=False)


def part(value: Any) -> str:
    return b64(value if isinstance(value, bytes) else json.dumps(value).encode())


def es256(signed: str, key: ECKey = KEY) -> str:
    raw = key.get_op_key("sign")
    assert isinstance(raw, ec.EllipticCurvePrivateKey)
    both = decode_dss_signature(raw.sign(signed.encode(), ec.ECDSA(SHA256())))
    return b64(b"".join(number.to_bytes(32, "big") for number in both))


def made(header: Json, claims: Any, key: ECKey = KEY) -> str:
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{es256(signed, key)}"


def with_header(**changes: Any) -> Callable[[Json, Json], str]:
    return lambda header, claims: made({**header, **changes}, claims)


def with_claims(**changes: Any) -> Callable[[Json, Json], str]:
    return lambda header, claims: made(header, {**claims, **changes})


def by_hmac(secret: bytes) -> Callable[[Json, Json], str]:
    def forge(header: Json, claims: Json) -> str:
        signed = f"{part({**header, 'alg': 'HS256'})}.{part(claims)}"
        return f"{signed}.{b64(hmac.new(secret, signed.encode(), 'sha256').digest())}"

    return forge


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


TRICKS: dict[str, Callable[[Json, Json], str]] = {
    "algorithm confusion: none": lambda h, c: f"{part({**h, 'alg': 'none'})}.{part(c)}.",
    "algorithm confusion: NONE": lambda h, c: f"{part({**h, 'alg': 'NONE'})}.{part(c)}.",
    "algorithm confusion: none, with a signature": with_header(alg="none"),
    "algorithm confusion: HS256 with the public key": by_hmac(json.dumps(PUBLIC).encode()),
    "algorithm confusion: HS256 with nothing": by_hmac(b""),
    "algorithm confusion: another of the key's kind": with_header(alg="ES384"),
    "algorithm confusion: of another kind": with_header(alg="RS256"),
    "algorithm confusion: a list": with_header(alg=["ES256"]),
    "crit": with_header(crit=["exp"], exp=1),
    "crit, empty": with_header(crit=[]),
    "unencoded payload": with_header(b64=False, crit=["b64"]),
    "compressed": with_header(zip="DEF"),
    "encrypted, by its header": with_header(enc="A128GCM"),
    "nested": lambda h, c: made({**h, "cty": "JWT"}, made(h, c).encode()),
    "five parts": lambda h, c: made(h, c) + ".AA.AA",
    "wrong typ: logout token": with_header(typ="logout+jwt"),
    "wrong typ: access token": with_header(typ="at+jwt"),
    "wrong typ: no string": with_header(typ=1),
    "oversized": with_claims(padding="a" * 70_000),
    "deep": with_claims(padding=deep(40)),
    "repeated member": lambda h, c: made(h, json.dumps(c)[:-1].encode() + b', "iat": 1, "iat": 2}'),
    "not an object": lambda h, _c: made(h, [1]),
    "not JSON": lambda h, _c: made(h, b"{"),
    "NaN": lambda h, c: made(h, json.dumps(c)[:-1].encode() + b', "x": NaN}'),
    "cut signature": lambda h, c: made(h, c)[:-10],
    "no signature": lambda h, c: made(h, c).rpartition(".")[0] + ".",
    "changed claims": lambda h, c: f"{part(h)}.{part({**c, 'x': 1})}.{made(h, c).split('.')[2]}",
    "kid: no string": with_header(kid=["right"]),
}  # fmt: skip
OF_REGISTERED_KEYS: dict[str, Callable[[Json, Json], str]] = {
    "kid of nobody": with_header(kid="nobody"),
    "kid that is a path": with_header(kid="../../../../dev/null"),
    "kid that is SQL": with_header(kid="' OR '1'='1"),
    "kid that is an address": with_header(kid="https://evil.example/key"),
    "somebody else's key of the same kid": lambda h, c: made(h, c, OTHERS),
    "own key inside": lambda h, c: made({**h, "jwk": OTHERS.as_dict(private=False)}, c, OTHERS),
    "key to be fetched": lambda h, c: made({**h, "jku": "https://evil.example/"}, c, OTHERS),
    "certificate inside": lambda h, c: made({**h, "x5c": ["AA"]}, c, OTHERS),
}


class Carriers:
    """An application with a key, and what happens to each kind of JWT that it sends."""

    def __init__(self, deployment: Deployment) -> None:
        limiter.reset()
        self.now = deployment.clock
        keys = {"jwks": public_keys(KEY), "connections": ()}
        deployment.application(
            "signer",
            grant_types=("client_credentials",),
            response_types=(),
            scope="jobs",
            token_endpoint_auth_method="private_key_jwt",
            **keys,
        )
        deployment.application("asker", require_pkce=False, **keys)
        robot = deployment.application(
            "robot", grant_types=("client_credentials",), response_types=(), scope="jobs"
        )
        self.secret = robot.secret or ""
        self.http = deployment.app.test_client(use_cookies=False)

    def of(self, kind: str) -> tuple[Json, Json]:
        """A right header and right claims."""
        times = {"iat": self.now(), "jti": secrets.token_urlsafe(9)}
        named = {"alg": "ES256", "kid": "right"}
        if kind == "assertion":
            signer = {"iss": "signer", "sub": "signer", "aud": ISSUER, "exp": self.now() + 60}
            return named, {**signer, **times}
        if kind == "request object":
            asked = {"response_type": "code", "redirect_uri": CALLBACK, "scope": "openid"}
            claims = {"iss": "asker", "aud": ISSUER, "client_id": "asker", **asked, **times}
            return named, {**claims, "exp": self.now() + 60}
        bare = {name: value for name, value in PUBLIC.items() if name != "kid"}
        claims = {"htm": "POST", "htu": ISSUER + "/token", **times}
        return {"alg": "ES256", "typ": "dpop+jwt", "jwk": bare}, claims

    def outcome(self, kind: str, token: str) -> str:
        """``accepted``, or the error that it was refused with."""
        limiter.reset()
        asks = {"grant_type": "client_credentials", "scope": "jobs"}
        if kind == "request object":
            form = {"client_id": "asker", "response_type": "code", "redirect_uri": CALLBACK}
            answer = self.http.post(
                "/authorize", data={**form, "scope": "openid", "request": token}
            )
            if answer.location and answer.location.startswith("/authorize/"):
                return "accepted"
            return (
                "invalid_request_object"
                if "invalid_request_object" in str(answer.location)
                else f"{answer.status_code} {answer.location}"
            )
        if kind == "assertion":
            sent = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": token}
            answer = self.http.post("/token", data={**asks, **sent})
        else:
            auth = ("robot", self.secret)
            answer = self.http.post("/token", data=asks, auth=auth, headers={"DPoP": token})
        return "accepted" if answer.status_code == 200 else str(answer.get_json()["error"])


REFUSALS = {
    "assertion": "invalid_client",
    "request object": "invalid_request_object",
    "proof": "invalid_dpop_proof",
}


@pytest.fixture
def carriers(deployment: Deployment) -> Carriers:
    return Carriers(deployment)


@pytest.mark.parametrize("kind", REFUSALS)
def test_rfc8725_3_every_trick_is_refused_by_name(carriers: Carriers, kind: str) -> None:
    tricks = TRICKS if kind == "proof" else {**TRICKS, **OF_REGISTERED_KEYS}
    right = carriers.outcome(kind, made(*carriers.of(kind)))

    outcomes = {name: carriers.outcome(kind, do(*carriers.of(kind))) for name, do in tricks.items()}

    assert right == "accepted"
    wrong = {name: told for name, told in outcomes.items() if told != REFUSALS[kind]}
    # Longer than any parameter may be, it is refused before it is looked at.
    if kind != "proof":
        assert wrong.pop("oversized") != "accepted"
    assert wrong == {}


@pytest.mark.parametrize("kind", ["assertion", "request object"])
def test_rfc7519_4_1_clocks_may_differ_by_a_minute(carriers: Carriers, kind: str) -> None:
    now = carriers.now()
    near = {"exp": now - 59, "nbf": now + 60, "iat": now + 60}
    far = {"exp": now - 60, "nbf": now + 61, "iat": now + 61}

    def judged(times: dict[str, int]) -> dict[str, str]:
        return {
            name: carriers.outcome(kind, with_claims(**{name: value})(*carriers.of(kind)))
            for name, value in times.items()
        }

    assert set(judged(near).values()) == {"accepted"}
    assert set(judged(far).values()) == {REFUSALS[kind]}


def test_rfc9449_11_1_clocks_may_differ_by_a_minute(carriers: Carriers) -> None:
    outcomes = {
        away: carriers.outcome(
            "proof", with_claims(iat=carriers.now() + away)(*carriers.of("proof"))
        )
        for away in (-61, -60, 60, 61)
    }

    assert outcomes == {
        -61: "invalid_dpop_proof",
        -60: "accepted",
        60: "accepted",
        61: "invalid_dpop_proof",
    }


def test_rfc8725_3_12_one_kind_never_passes_for_another(carriers: Carriers) -> None:
    for kind, refusal in REFUSALS.items():
        for other in REFUSALS.keys() - {kind}:
            token = made(*carriers.of(other))
            assert carriers.outcome(kind, token) == refusal, f"{other} as {kind}"
