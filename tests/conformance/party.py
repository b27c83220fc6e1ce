"""A client of the FAPI 2.0 plans in a few lines: it pushes, redeems and calls, with its keys."""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from joserfc import jwt
from joserfc.jwk import ECKey, JWKRegistry

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TIMEOUT = 20


@dataclass
class Party:
    """:param key: private JWK that it authenticates with. :param authority: of the issuer's TLS."""

    issuer: str
    client_id: str
    key: Mapping[str, Any]
    redirect_uri: str
    authority: Path
    scope: str = "openid profile email"
    holds: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def push(self, *, signed: bool = False, **changes: str) -> str:
        """Where the browser goes with a request that was pushed (RFC 9126)."""
        asked = {**self._request(), **changes}
        if signed:
            asked = {"request": self._sign({**asked, **self._times(), "iss": self.client_id})}
        answer = self._post("/par", {**asked, "client_id": self.client_id})
        assert answer.status_code == 201, answer.text
        sent = {"client_id": self.client_id, "request_uri": answer.json()["request_uri"]}
        return f"{self.issuer}/authorize?{urlencode(sent)}"

    def redeem(self, code: str) -> dict[str, Any]:
        body = {"grant_type": "authorization_code", "code": code, "code_verifier": self.verifier}
        answer = self._post("/token", {**body, "redirect_uri": self.redirect_uri})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def call(self, url: str, token: str, **changes: Any) -> requests.Response:
        """Asks an API with a proof; ``changes`` replace its claims."""
        ath = urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
        proof = self.proof("GET", url, **{"ath": ath, **changes})
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        return requests.get(url, headers=headers, verify=str(self.authority), timeout=TIMEOUT)

    def proof(self, method: str, url: str, **changes: Any) -> str:
        claims = {"htm": method, "htu": url, "jti": secrets.token_urlsafe(9), **self._times()}
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.holds.as_dict(private=False)}
        return jwt.encode(header, {**claims, **changes}, self.holds, algorithms=["ES256"])

    def _request(self) -> dict[str, str]:
        challenge = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": secrets.token_urlsafe(9),
            "nonce": secrets.token_urlsafe(9),
            "code_challenge": urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }

    def _post(self, path: str, body: Mapping[str, str]) -> requests.Response:
        url = self.issuer + path
        about = {"iss": self.client_id, "sub": self.client_id, "jti": secrets.token_urlsafe(9)}
        proved = {
            "client_assertion_type": ASSERTION,
            "client_assertion": self._sign({**about, **self._times()}),
        }
        headers = {"DPoP": self.proof("POST", url)}
        return requests.post(
            url, {**body, **proved}, headers=headers, verify=str(self.authority), timeout=TIMEOUT
        )

    def _times(self) -> dict[str, Any]:
        now = int(time.time())
        return {"aud": self.issuer, "iat": now, "nbf": now, "exp": now + 60}

    def _sign(self, claims: Mapping[str, Any]) -> str:
        key = JWKRegistry.import_key(dict(self.key))
        header = {"alg": self.key["alg"], "kid": self.key["kid"]}
        return jwt.encode(header, dict(claims), key, algorithms=[self.key["alg"]])
