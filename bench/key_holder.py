"""What a FAPI 2.0 client signs for itself: assertions (RFC 7523) and DPoP proofs (RFC 9449)."""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bench.relying_party import Json, encoded

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KID = "bench-fapi"


def new_key() -> str:
    """A private P-256 key as it stands among the facts: its number in hexadecimal."""
    return f"{ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value:x}"


@dataclass(frozen=True)
class KeyHolder:
    """Signs with one key both as the client and as the holder of its tokens."""

    issuer: str
    client_id: str
    key: str

    @cached_property
    def private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int(self.key, 16), ec.SECP256R1())

    @cached_property
    def public_jwk(self) -> Json:
        numbers = self.private.public_key().public_numbers()
        x, y = (encoded(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    @property
    def registered(self) -> Json:
        """The key set to register."""
        return {"keys": [{**self.public_jwk, "kid": KID, "use": "sig", "alg": "ES256"}]}

    def assertion(self) -> dict[str, str]:
        """The parameters that authenticate the client: for this once, for the issuer alone."""
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
        }
        signed = self._signed({"alg": "ES256", "kid": KID}, claims)
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}

    def proof(self, method: str, url: str, access_token: str = "") -> str:
        """A DPoP proof for one request."""
        claims = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
        }
        if access_token:
            claims["ath"] = encoded(hashlib.sha256(access_token.encode()).digest())
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self.public_jwk}
        return self._signed(header, claims)

    def _signed(self, header: Json, claims: Json) -> str:
        parts = (encoded(json.dumps(part).encode()) for part in (header, claims))
        message = ".".join(parts)
        signature = self.private.sign(message.encode(), ec.ECDSA(SHA256()))
        both = (number.to_bytes(32, "big") for number in decode_dss_signature(signature))
        return f"{message}.{encoded(b''.join(both))}"
