"""A client proves who it is by a JWT of its own: ``private_key_jwt`` and ``client_secret_jwt``.

OpenID Connect Core 9, RFC 7523 3, and what the FAPI 2.0 Security Profile 5.3.2.1 adds. Authlib's
own class can serve only one of the two methods, knows no PS256 and remembers no ``jti``.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import Key, OctKey

from oidc.clients.metadata import ANY_ENDPOINT, ClientMetadata
from oidc.clients.metadata_fields import ASYMMETRIC
from oidc.crypto.jwt import KeySource, Unverifiable, read, verify
from oidc.crypto.jwt_times import SKEW_SECONDS, check_times
from oidc.protocol.errors import OAuthError
from oidc.protocol.signing_algorithms import FAPI2_ALGS

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_SECONDS = 300
"""How far ahead ``exp`` may lie."""
MAX_JTI = 256
TYPE = "client-authentication+jwt"
"""The type of an assertion that is for nothing else (RFC 10070 3)."""
_TYPES = ("jwt", TYPE, None)
ISSUER_ALONE = (
    "The assertion's aud must be the issuer identifier; an administrator can allow the endpoint's "
    "address without a typ (assertion_audience: any-endpoint)."
)

Remember = Callable[[str, int], bool]
"""Keeps a value until a time; whether it was not yet kept, decided in one statement."""


@dataclass(frozen=True)
class Assertion:
    """A verified client assertion. ``expires_at`` in seconds since the epoch."""

    client_id: str
    jti: str
    expires_at: int


@dataclass(frozen=True)
class Audience:
    """What an assertion may be addressed to.

    :param issuer: our issuer identifier, always right, and the only right one for an assertion
        with a type of its own (RFC 10070 3) and under FAPI 2.0.
    :param endpoints: URLs that clients may name instead which are excepted from that: token and
        PAR endpoint (RFC 7523 3, RFC 9126 2).
    """

    issuer: str
    endpoints: Sequence[str] = ()


def claimed_client_id(assertion: str) -> str:
    """Who the assertion says it is from; not verified, to find the client by.

    :raises OAuthError: ``invalid_client``: it names nobody, or two.
    """
    try:
        claims = read(assertion).claims
    except Unverifiable as error:
        raise _refused(error) from error
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or claims.get("iss") != subject:
        raise OAuthError(
            "invalid_client", "The assertion's iss and sub must both be the client_id."
        )
    return subject


def secret_keys(secrets: Iterable[str]) -> KeySource:
    """The key source of ``client_secret_jwt``; each secret serves under any ``kid``."""
    kept = [secret.encode() for secret in secrets]

    def find(kid: str | None) -> list[Key]:
        named = {} if kid is None else {"kid": kid}
        return [OctKey.import_key(secret, named) for secret in kept]  # type: ignore[arg-type]

    return find


def verify_assertion(
    assertion: str,
    *,
    client_id: str,
    client: ClientMetadata,
    keys: KeySource,
    audience: Audience,
    remember: Remember,
    now: int,
) -> Assertion:
    """The assertion, believed, and its ``jti`` remembered so that it is not believed again.

    :param keys: :meth:`oidc.clients.key_sets.RemoteKeys.source` or :func:`secret_keys`, as the
        client's registered method says.
    :raises OAuthError: ``invalid_client``, with the reason as its hint.
    """
    try:
        token = _verify_signature(assertion, keys, algorithms(client))
        claims = token.claims
        expires = check_times(claims, now, longest=LONGEST_SECONDS)
    except Unverifiable as error:
        raise _refused(error) from error
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise OAuthError(
            "invalid_client", "The assertion's iss and sub must both be the client_id."
        )
    typed = str(token.header.get("typ", "")).lower().removeprefix("application/") == TYPE
    if not _is_for_us(claims.get("aud"), audience, typed or _only_issuer(client)):
        raise OAuthError("invalid_client", ISSUER_ALONE)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti.isprintable() or not 0 < len(jti) <= MAX_JTI:
        raise OAuthError(
            "invalid_client", f"The assertion needs a jti of at most {MAX_JTI} characters."
        )
    assert expires is not None
    expires_at = int(expires) + SKEW_SECONDS + 1
    if not remember(f"client_assertion {client_id} {jti}", expires_at):
        raise OAuthError(
            "invalid_client", "The assertion has been used before; each needs a new jti."
        )
    return Assertion(client_id, jti, expires_at)


def algorithms(client: ClientMetadata) -> Collection[str]:
    """What the client's assertions may be signed with: as registered, else all of its method."""
    if client.token_endpoint_auth_signing_alg is not None:
        return (client.token_endpoint_auth_signing_alg,)
    if client.token_endpoint_auth_method == "client_secret_jwt":
        return ("HS256",)
    return FAPI2_ALGS if client.is_fapi2 else ASYMMETRIC


def _verify_signature(assertion: str, keys: KeySource, algs: Collection[str]) -> Any:
    """Tries each secret while one is being replaced; public keys are told apart by ``kid``."""
    said = read(assertion)
    if said.header["alg"] != "HS256":
        return verify(said, keys, algs, _TYPES)
    failure = Unverifiable("No known key fits the token.")
    for key in keys(said.header.get("kid")) if callable(keys) else keys:
        try:
            return verify(said, [key], algs, _TYPES)
        except Unverifiable as error:
            failure = error
    raise failure


def _only_issuer(client: ClientMetadata) -> bool:
    return client.is_fapi2 or client.assertion_audience != ANY_ENDPOINT


def _is_for_us(aud: object, audience: Audience, only_issuer: bool) -> bool:
    """An assertion that names somebody else as well may have been made for them."""
    if only_issuer:
        return aud == audience.issuer
    named = aud if isinstance(aud, list) else [aud]
    accepted = (audience.issuer, *audience.endpoints)
    return bool(named) and all(value in accepted for value in named)


def _refused(error: Unverifiable) -> OAuthError:
    return OAuthError("invalid_client", str(error).replace("token", "client assertion", 1))
