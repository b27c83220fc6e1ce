"""Everything that the provider remembers, in memory, behind one lock."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask import current_app
from joserfc import jws
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from .quirks import Quirks, changed

CLIENT_ID = "qiao"
CLIENT_SECRET = "a secret of the sandbox's own provider"
CODE_LIFE = 60
_EXTENSION = "provider-sandbox"
PEOPLE: dict[str, dict[str, Any]] = {
    "han-meimei": {
        "sub": "Han-MeiMei",
        "id": 9007199254740993,
        "name": "韩梅梅",
        "email": "han@example.org",
        "email_verified": True,
        "picture": "https://pictures.example/han.png",
        "phone_number": "+8613800138001",
        "phone_number_verified": True,
    },
    "li-lei": {
        "sub": "han-meimei",
        "id": 9007199254740992,
        "name": "Li Lei",
        "email": "li@example.org",
        "email_verified": False,
        "phone_number": "+8613800138002",
        "phone_number_verified": False,
    },
}
"""Two whom a careless source takes for one: IDs that differ by their case, or beyond 2^53."""


@dataclass(frozen=True)
class Code:
    """One that was handed out, and with what it must come back."""

    person: str
    request: dict[str, str]
    at: int


class _Registry(jws.JWSRegistry):
    """Signs with whatever it is told, without a word about EdDSA's name."""

    def get_alg(self, name: str) -> JWSAlgModel:
        return self.algorithms[name]


_REGISTRY = _Registry(strict_check_header=False)


def _keys() -> dict[str, Key]:
    return {
        "RS": RSAKey.generate_key(2048, auto_kid=True),
        "ES256": ECKey.generate_key("P-256", auto_kid=True),
        "ES384": ECKey.generate_key("P-384", auto_kid=True),
        "ES512": ECKey.generate_key("P-521", auto_kid=True),
        "Ed": OKPKey.generate_key("Ed25519", auto_kid=True),
    }


class World:
    """The state of one provider. Hold ``lock`` while changing anything."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self._first = _keys()
        self.other = RSAKey.generate_key(2048)
        self.reset()

    def reset(self) -> None:
        """Back to the first people and keys, with every quirk off."""
        with self.lock:
            self.quirks = Quirks()
            self.people = {name: dict(told) for name, told in PEOPLE.items()}
            self.keys = dict(self._first)
            self.codes: dict[str, Code] = {}
            self.refreshable: dict[str, Code] = {}
            self.tokens: dict[str, tuple[str, str]] = {}
            self.journal: list[dict[str, Any]] = []
            self.skew = 0
            self.client_keys: dict[str, Any] | None = None

    def now(self) -> int:
        return self.clock() + self.skew

    def rotate(self) -> None:
        """New keys from now on; the old ones are gone."""
        with self.lock:
            self.keys = _keys()

    def jwks(self) -> dict[str, Any]:
        return {
            "keys": [{**key.as_dict(private=False), "use": "sig"} for key in self.keys.values()]
        }

    def new_code(self, person: str, request: dict[str, str]) -> str:
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(person, request, self.now())
        return code

    def new_refresh_token(self, code: Code) -> str:
        token = f"refresh-{secrets.token_urlsafe(24)}"
        self.refreshable[token] = code
        return token

    def refresh(self, form: dict[str, str]) -> Code | None:
        """What a refresh token was given for; once."""
        with self.lock:
            return self.refreshable.pop(form.get("refresh_token", ""), None)

    def redeem(self, form: dict[str, str]) -> Code | None:
        """What a code was handed out for; once, to whoever holds its verifier."""
        with self.lock:
            code = self.codes.pop(form.get("code", ""), None)
        if code is None or code.at + CODE_LIFE < self.now():
            return None
        bound = not self.quirks.unbound_codes
        if bound and code.request.get("redirect_uri") != form.get("redirect_uri"):
            return None
        challenge = code.request.get("code_challenge")
        if challenge and _s256(form.get("code_verifier", "")) != challenge:
            return None
        return code

    def sign(self, claims: dict[str, Any], typ: str | None = None, signed_by: str = "") -> str:
        """A JWT, as the quirks say."""
        quirks = self.quirks
        alg = quirks.alg
        if alg == "none":
            return f"{_segment({'alg': 'none'})}.{_segment(claims)}."
        key = self._key(alg)
        header: dict[str, Any] = {"alg": alg, "typ": typ}
        if quirks.kid != "missing" and key.key_type != "oct":
            header["kid"] = key.kid if quirks.kid == "own" else "nobody-knows-it"
        signing = self.other if (signed_by or quirks.signed_by) == "other" else key
        if quirks.shows_key:
            header["jwk"] = signing.as_dict(private=False)
        header = changed(header, quirks.header)
        if "crit" in header and isinstance(signing, RSAKey):
            return _signed_by_hand(header, claims, signing)
        payload = json.dumps(claims, ensure_ascii=False).encode()
        return jws.serialize_compact(header, payload, signing, registry=_REGISTRY)

    def _key(self, alg: str) -> Key:
        if alg.startswith("HS"):
            return OctKey.import_key(CLIENT_SECRET.encode())
        found = self.keys.get(alg) or self.keys.get("RS" if alg[1] == "S" else "Ed")
        assert found is not None
        return found


def _signed_by_hand(header: dict[str, Any], claims: dict[str, Any], key: RSAKey) -> str:
    """RS256 with a header that no library would write."""
    text = f"{_segment(header)}.{_segment(claims)}"
    assert key.private_key is not None
    signature = key.private_key.sign(text.encode(), PKCS1v15(), SHA256())
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _segment(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def install(extensions: dict[str, object], world: World) -> None:
    extensions[_EXTENSION] = world


def current_world() -> World:
    """The state of the provider that answers the request at hand."""
    world = current_app.extensions[_EXTENSION]
    assert isinstance(world, World)
    return world
