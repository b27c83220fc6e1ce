"""Proof that whoever sends a request holds a key, so that a stolen token is useless (RFC 9449)."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urlsplit

from joserfc.jwk import Key

from oidc.clock import Clock
from oidc.crypto.jwt import Token, Unverifiable, is_same_alg, read, verify
from oidc.crypto.jwt_times import read_time
from oidc.crypto.public_keys import UnusableKeys, read_key
from oidc.protocol.errors import OAuthError

ALGORITHMS = ("ES256", "EdDSA", "PS256", "RS256")
WINDOW_SECONDS = 60
"""How far ``iat`` may be from our clock, either way (RFC 9449 11.1)."""
NONCE_SECONDS = 120
"""A nonce is accepted in the period in which it was issued and in the next one."""
MAX_JTI = 256
_MAX_BYTES = 8 * 1024
_KEY_MEMBERS = ("kty", "crv", "x", "y", "n", "e", "d", "k", "p", "q")
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
_UNRESERVED = re.compile(r"%[0-9A-Fa-f]{2}")
_FOLDED = re.compile(r"[\x00-\x20\\\\]")
"""What some parsers of URLs drop, and others read as something else."""

Remember = Callable[[str, int], bool]
"""Keeps a value until a time; whether it was not yet kept, decided in one statement."""


class Cipher(Protocol):
    """Seals text so that only this provider's nodes can open it."""

    def seal(self, plaintext: bytes, purpose: str) -> str: ...
    def unseal(self, sealed: str, purpose: str) -> bytes: ...


@dataclass(frozen=True)
class Proof:
    """A verified proof. ``jkt`` is the thumbprint of its key (RFC 7638), to bind tokens to."""

    jkt: str
    jti: str
    iat: int


class Nonces:
    """Nonces that nobody has to store: a sealed time (RFC 9449 8).

    They keep a client from making proofs in advance, on a device that it holds only for a while.
    """

    def __init__(self, cipher: Cipher, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock

    def issue(self) -> str:
        """A value for the ``DPoP-Nonce`` header."""
        return self._cipher.seal(str(self._period()).encode(), "dpop nonce")

    def is_current(self, nonce: object) -> bool:
        """Whether we issued it in this period or the one before."""
        if not isinstance(nonce, str) or len(nonce) > MAX_JTI:
            return False
        try:
            issued = int(self._cipher.unseal(nonce, "dpop nonce"))
        except ValueError:
            return False
        return self._period() - issued in (0, 1)

    def _period(self) -> int:
        return self._clock() // NONCE_SECONDS


@dataclass(frozen=True)
class Expected:
    """What a proof must be about.

    :param method: of the HTTP request.
    :param url: of the endpoint as clients know it; query and fragment do not matter.
    :param access_token: at a protected resource, the token that came along.
    :param jkt: the key that the token, code or session is bound to already.
    """

    method: str
    url: str
    access_token: str | None = None
    jkt: str | None = None


def verify_proof(
    headers: Sequence[str],
    expected: Expected,
    *,
    remember: Remember,
    now: int,
    nonces: Nonces | None = None,
    algs: Collection[str] = ALGORITHMS,
) -> Proof:
    """The proof of a request (RFC 9449 4.3).

    :param headers: all ``DPoP`` header fields of the request: exactly one is right.
    :param nonces: demand a nonce of these.
    :param algs: what this client's proofs may be signed with.
    :raises OAuthError: ``invalid_dpop_proof``, or ``use_dpop_nonce`` where a (new) nonce is wanted.
    """
    if len(headers) != 1:
        raise _refused("The request must have exactly one DPoP header.")
    try:
        token, key = _verify_signature(headers[0], algs)
        iat = read_time(token.claims, "iat")
    except (Unverifiable, UnusableKeys) as error:
        raise _refused("The DPoP header must be a signed proof with its public key.") from error
    jkt = key.thumbprint()
    _check_request(token, expected)
    if expected.jkt is not None and not hmac.compare_digest(jkt, expected.jkt):
        raise _refused("The DPoP proof is of another key than the one that is bound.")
    if iat is None or abs(now - iat) > WINDOW_SECONDS:
        raise _refused("The DPoP proof's iat must be the current time.")
    if nonces is not None and not nonces.is_current(token.claims.get("nonce")):
        raise OAuthError("use_dpop_nonce", "Repeat the request with the nonce of DPoP-Nonce.")
    jti = _check_jti(token, jkt, remember, now)
    return Proof(jkt, jti, int(iat))


def is_thumbprint(value: str) -> bool:
    """Whether ``value`` can be a ``jkt`` or a ``dpop_jkt`` parameter (RFC 9449 10)."""
    return _THUMBPRINT.fullmatch(value) is not None


def access_token_hash(access_token: str) -> str:
    """``ath`` of an access token (RFC 9449 4.2)."""
    return urlsafe_b64encode(sha256(access_token.encode()).digest()).decode().rstrip("=")


def normalise(url: str) -> str | None:
    """The URL without query and fragment, in one spelling (RFC 9449 4.3, RFC 3986 6.2.2, 6.2.3)."""
    if _FOLDED.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if not host or "@" in parts.netloc or scheme not in ("https", "http"):
        return None
    host = f"[{host}]" if ":" in host else host
    if port not in (None, 443 if scheme == "https" else 80):
        host = f"{host}:{port}"
    return f"{scheme}://{host}{_UNRESERVED.sub(_decode_unreserved, parts.path or '/')}"


def _decode_unreserved(match: re.Match[str]) -> str:
    character = chr(int(match[0][1:], 16))
    plain = character.isascii() and (character.isalnum() or character in "-._~")
    return character if plain else match[0].upper()


def _verify_signature(proof: str, algs: Collection[str]) -> tuple[Token, Key]:
    said = read(proof, max_bytes=_MAX_BYTES)
    header = said.header
    jwk = header.get("jwk")
    if not isinstance(jwk, dict):
        raise UnusableKeys("must be a JSON object")
    _check_own_alg(jwk, header["alg"])
    # Only what makes the key: the rest are the sender's own words about it.
    members = {name: jwk[name] for name in _KEY_MEMBERS if name in jwk}
    if "kid" in header:
        members["kid"] = header["kid"]
    key = read_key(members)
    return verify(said, [key], algs, ["dpop+jwt"]), key


def _check_own_alg(jwk: Mapping[str, Any], alg: str) -> None:
    """A key that says what it is for signs nothing else (RFC 7517 4.4)."""
    own = jwk.get("alg")
    if own is not None and not (isinstance(own, str) and is_same_alg(own, alg)):
        raise UnusableKeys("must sign with the alg that it names")


def _check_request(token: Token, expected: Expected) -> None:
    htm, htu, ath = (token.claims.get(name) for name in ("htm", "htu", "ath"))
    if htm != expected.method:
        raise _refused("The DPoP proof's htm must be the request's method.")
    if not isinstance(htu, str) or normalise(htu) != normalise(expected.url):
        raise _refused("The DPoP proof's htu must be the request's URL.")
    if expected.access_token is not None and (
        not isinstance(ath, str)
        or not hmac.compare_digest(ath.encode(), access_token_hash(expected.access_token).encode())
    ):
        raise _refused("The DPoP proof's ath must be the hash of the access token.")


def _check_jti(token: Token, jkt: str, remember: Remember, now: int) -> str:
    jti = token.claims.get("jti")
    if not isinstance(jti, str) or not jti.isprintable() or not 0 < len(jti) <= MAX_JTI:
        raise _refused(f"The DPoP proof needs a jti of at most {MAX_JTI} characters.")
    if not remember(f"dpop {jkt} {jti}", now + 2 * WINDOW_SECONDS + 1):
        raise _refused("The DPoP proof has been used before; each request needs a new one.")
    return jti


def _refused(hint: str) -> OAuthError:
    return OAuthError("invalid_dpop_proof", hint)
