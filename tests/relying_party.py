"""An application, as an independent judge: it checks tokens with its own code.

It imports nothing from the provider. What it knows of RFC 7515 and OpenID Connect is written here.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from flask.testing import FlaskClient

ISSUER = "http://127.0.0.1:8000"


@dataclass
class Started:
    """One authorization request and what belongs to it."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass
class RelyingParty:
    """A registered application that speaks to the provider over HTTP.

    :param http: where its back channel goes; it has no cookies.
    """

    http: FlaskClient
    client_id: str
    secret: str | None = None
    redirect_uri: str = "https://shop.example/callback"
    scope: str = "openid profile phone wechat offline_access"
    requests: list[Started] = field(default_factory=list)
    issuer: str = ISSUER

    def start(self, **changes: str | None) -> Started:
        """A fresh authorization request (PKCE S256); ``changes`` replace or remove parameters."""
        verifier = secrets.token_urlsafe(48)
        started = Started("", secrets.token_urlsafe(9), secrets.token_urlsafe(9), verifier)
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": started.state,
            "nonce": started.nonce,
            "code_challenge": s256(verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        started.state = parameters["state"] or ""
        sent = {name: value for name, value in parameters.items() if value is not None}
        started.url = "/authorize?" + urlencode(sent)
        self.requests.append(started)
        return started

    def response(self, location: str, started: Started) -> dict[str, str]:
        """The authorization response in a redirect, after the checks of RFC 9207 and RFC 6749."""
        assert location.startswith(self.redirect_uri), location
        sent = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert sent["state"] == started.state
        assert sent["iss"] == self.issuer
        return sent

    def redeem(self, code: str, started: Started, **changes: str | None) -> Any:
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": started.verifier,
            **changes,
        }
        return self.token(body)

    def refresh(self, refresh_token: str, **more: str) -> Any:
        return self.token({"grant_type": "refresh_token", "refresh_token": refresh_token, **more})

    def token(self, body: dict[str, str | None]) -> Any:
        return self.post("/token", body)

    def post(self, path: str, body: dict[str, str | None]) -> Any:
        sent = {name: value for name, value in body.items() if value is not None}
        if self.secret is None:
            return self.http.post(path, data={"client_id": self.client_id, **sent})
        # RFC 6749 2.3.1: encoded, since an id may be a URI with a colon in it.
        return self.http.post(path, data=sent, auth=(quote(self.client_id, safe=""), self.secret))

    def userinfo(self, access_token: str) -> Any:
        return self.http.get("/userinfo", headers={"Authorization": f"Bearer {access_token}"})

    def verified(self, id_token: str, nonce: str | None = None, now: int | None = None) -> Any:
        """The claims of an ID token, if OpenID Connect Core 3.1.3.7 is satisfied."""
        claims = verify_jws(id_token, self.http.get("/jwks").get_json())
        assert claims["iss"] == self.issuer
        assert claims["aud"] == self.client_id
        assert nonce is None or claims["nonce"] == nonce
        assert now is None or claims["iat"] <= now < claims["exp"]
        return claims


def s256(verifier: str) -> str:
    return b64(hashlib.sha256(verifier.encode()).digest())


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header_of(token: str) -> Any:
    return json.loads(unb64(token.split(".")[0]))


def verify_jws(token: str, jwks: Any) -> Any:
    """The payload of a compact JWS signed by a key of the set; it must name the key."""
    header, payload, signature = token.split(".")
    named = json.loads(unb64(header))
    (key,) = [each for each in jwks["keys"] if each["kid"] == named["kid"]]
    assert key["alg"] == named["alg"]
    signed = f"{header}.{payload}".encode()
    if named["alg"] in ("RS256", "PS256"):
        numbers = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"]))
        pss = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)
        scheme = pss if named["alg"] == "PS256" else padding.PKCS1v15()
        numbers.public_key().verify(unb64(signature), signed, scheme, SHA256())
    elif named["alg"] == "EdDSA":
        assert key["crv"] == "Ed25519"
        ed25519.Ed25519PublicKey.from_public_bytes(unb64(key["x"])).verify(unb64(signature), signed)
    else:
        assert named["alg"] == "ES256"
        raw = unb64(signature)
        both = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        point = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), ec.SECP256R1())
        point.public_key().verify(encode_dss_signature(*both), signed, ec.ECDSA(SHA256()))
    return json.loads(unb64(payload))


def _number(text: str) -> int:
    return int.from_bytes(unb64(text), "big")
