"""An application that holds keys: it signs its own assertions and proofs (RFC 7523, RFC 9449).

Like the relying party that it extends, it imports nothing from the provider.
"""

import hashlib
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key

from tests.conftest import TestClock
from tests.relying_party import ISSUER, RelyingParty, Started, b64

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def new_key(kid: str = "k1") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


def public_keys(*keys: Key) -> dict[str, Any]:
    """The ``jwks`` to register."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


def proof(key: Key, now: int, method: str, path: str, *, alg: str = "ES256", **changes: Any) -> str:
    """A DPoP proof; ``changes`` replace claims, or remove them by None (RFC 9449 4.2)."""
    claims = {
        "jti": secrets.token_urlsafe(12),
        "htm": method,
        "htu": ISSUER + path,
        "iat": now,
        **changes,
    }
    header = {"alg": alg, "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    header["jwk"].pop("kid", None)
    return signed(header, _without_none(claims), key)


def signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: Key) -> str:
    """A compact JWS; EdDSA by its old name, too, which RFC 9864 replaces."""
    with warnings.catch_warnings(action="ignore", category=SecurityWarning):
        return jwt.encode(dict(header), dict(claims), key, algorithms=[str(header["alg"])])


def token_hash(access_token: str) -> str:
    return b64(hashlib.sha256(access_token.encode()).digest())


@dataclass
class KeyHolder(RelyingParty):
    """:param signs_with: authenticates the client; :param holds: its tokens are bound to this."""

    clock: TestClock = field(default_factory=TestClock)
    signs_with: Key | None = None
    alg: str = "ES256"
    holds: Key | None = None
    proof_alg: str = "ES256"
    nonce: str | None = None
    typ: str | None = None

    @classmethod
    def of(cls, shop: RelyingParty, clock: TestClock, **keys: Any) -> "KeyHolder":
        return cls(shop.http, shop.client_id, shop.secret, shop.redirect_uri, clock=clock, **keys)

    def assertion(self, **changes: Any) -> str:
        """A client assertion; ``changes`` replace claims, or remove them by None."""
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": ISSUER,
            "iat": self.clock(),
            "exp": self.clock() + 60,
            "jti": secrets.token_urlsafe(12),
            **changes,
        }
        assert self.signs_with is not None
        header = {"alg": self.alg, "kid": self.signs_with.kid, "typ": self.typ}
        return signed(_without_none(header), _without_none(claims), self.signs_with)

    def proof(self, method: str, path: str, **changes: Any) -> str:
        assert self.holds is not None
        known = {"alg": self.proof_alg, "nonce": self.nonce}
        return proof(self.holds, self.clock(), method, path, **{**known, **changes})

    def post(
        self, path: str, body: Mapping[str, str | None], headers: Mapping[str, str] | None = None
    ) -> Any:
        """:param headers: sent instead of a proof of our own."""
        sent = _without_none(body)
        if headers is None:
            headers = {"DPoP": self.proof("POST", path)} if self.holds else {}
        if self.signs_with is not None:
            sent = {
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": self.assertion(),
                **sent,
            }
        elif self.secret is None:
            sent = {"client_id": self.client_id, **sent}
        auth = (self.client_id, self.secret or "") if self.secret and not self.signs_with else None
        return self.http.post(path, data=sent, headers=headers, auth=auth)

    def push(self, **changes: str | None) -> tuple[Any, Started]:
        """The answer of the PAR endpoint, and the request that was pushed (RFC 9126 2.1)."""
        started = self.start()
        parameters = dict(_parameters(started.url), **changes)
        answer = self.post("/par", parameters)
        if answer.status_code == 201:
            sent = {"client_id": self.client_id, "request_uri": answer.get_json()["request_uri"]}
            started.url = "/authorize?" + urlencode(sent)
        return answer, started

    def userinfo(self, access_token: str, **changes: Any) -> Any:
        if self.holds is None:
            return super().userinfo(access_token)
        claims = {"ath": token_hash(access_token), **changes}
        headers = {
            "Authorization": f"DPoP {access_token}",
            "DPoP": self.proof("GET", "/userinfo", **claims),
        }
        return self.http.get("/userinfo", headers=headers)


def _parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(url.partition("?")[2]))


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
