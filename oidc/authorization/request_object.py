"""Authorization requests as signed JWTs: by value, or at a registered ``request_uri``.

OpenID Connect Core 6, JWT-Secured Authorization Requests (RFC 9101), and what FAPI 2.0 Message
Signing 5.3.1 adds. Authlib's own class checks neither audience nor issuer nor times.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from oidc.clients.metadata import ClientMetadata
from oidc.clients.metadata_fields import ASYMMETRIC
from oidc.crypto.jwt import KeySource, Token, Unverifiable, read, verify
from oidc.crypto.jwt_times import check_times, read_time
from oidc.outbound.answer import Answer, FetchError
from oidc.protocol.errors import OAuthError
from oidc.protocol.signing_algorithms import FAPI2_ALGS

JAR_TYPE = "oauth-authz-req+jwt"
MAX_CHARACTERS = 16 * 1024
MAX_PARAMETERS = 100
FAPI2_SECONDS = 3600
"""The longest time from ``nbf`` to ``exp``, and since ``nbf``, under FAPI 2.0."""
REPEATABLE = frozenset({"resource"})
_TYPES = ("jwt", JAR_TYPE, None)
_JWT_CLAIMS = frozenset({"iss", "aud", "exp", "nbf", "iat", "jti", "sub"})


@dataclass(frozen=True)
class RequestObject:
    """What a request object asks.

    :param parameters: by name, as they would stand in a query; empty ones are left out.
    :param many: all values of those that may be repeated.
    :param complete: nothing outside the object counts, but ``client_id`` (RFC 9101 5).
    """

    parameters: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    complete: bool
    signed: bool

    def merge(self, outside: Mapping[str, str]) -> dict[str, str]:
        """The whole request: the object's parameters win, others fill in where that is allowed.

        ``request`` and ``request_uri`` are gone from it (OpenID Connect Core 6.1, 6.3.3).
        """
        others = {"client_id": outside["client_id"]} if "client_id" in outside else {}
        if not self.complete:
            others = {
                name: value
                for name, value in outside.items()
                if name not in ("request", "request_uri")
            }
        return {**others, **self.parameters}


def read_request_object(
    value: str,
    *,
    client_id: str,
    client: ClientMetadata,
    keys: KeySource,
    issuer: str,
    now: int,
) -> RequestObject:
    """The parameters of a request object, once it is known to be the client's and for us.

    :param keys: :meth:`oidc.clients.key_sets.RemoteKeys.source` of the client.
    :raises OAuthError: ``invalid_request_object``.
    """
    try:
        token = _believe(value, client, keys)
        strict = _is_strict(token, client)
        _check_origin(token.claims, client_id, issuer, strict)
        check_times(token.claims, now, longest=FAPI2_SECONDS if client.is_fapi2 else None)
        if client.is_fapi2:
            _check_fapi2_times(token.claims, now)
    except Unverifiable as error:
        hint = str(error).replace("token", "request object", 1)
        raise OAuthError("invalid_request_object", hint) from error
    parameters, lists = _read_parameters(token.claims)
    return RequestObject(parameters, lists, complete=strict, signed=token.header["alg"] != "none")


def fetch_request_object(
    request_uri: str, client: ClientMetadata, get: Callable[[str], Answer]
) -> str:
    """The request object at a ``request_uri`` that the client has registered (Core 6.2).

    The fragment, which only tells versions apart, does not count in the comparison.

    :param get: :meth:`oidc.outbound.http_client.Outbound.get`.
    :raises OAuthError: ``invalid_request_uri``: not registered, or nothing usable there.
    """
    address = _without_fragment(request_uri)
    if address not in map(_without_fragment, client.request_uris):
        raise OAuthError("invalid_request_uri", "The request_uri must be one that was registered.")
    try:
        return get(address).body.decode("ascii").strip()
    except FetchError as error:
        hint = "The request_uri could not be fetched."
        raise OAuthError("invalid_request_uri", hint, detail=str(error)) from error
    except UnicodeDecodeError as error:
        raise OAuthError("invalid_request_uri", "The request_uri must give a JWT.") from error


def _without_fragment(uri: str) -> str:
    return uri.partition("#")[0]


def _believe(value: str, client: ClientMetadata, keys: KeySource) -> Token:
    registered = client.request_object_signing_alg
    token = read(value, max_bytes=MAX_CHARACTERS)
    if token.header["alg"] == "none":
        if registered != "none" or client.require_signed_request_object or client.is_fapi2:
            raise Unverifiable("The token must be signed.")
        if not value.endswith("."):
            raise Unverifiable("The token has a signature but names no algorithm.")
        return token
    if registered is not None:
        allowed: tuple[str, ...] = (registered,)
    else:
        allowed = FAPI2_ALGS if client.is_fapi2 else ASYMMETRIC
    return verify(token, keys, allowed, _TYPES)


def _is_strict(token: Token, client: ClientMetadata) -> bool:
    """Whether RFC 9101 holds, which names both sides and takes nothing from outside."""
    typ = str(token.header.get("typ", "")).lower().removeprefix("application/")
    return typ == JAR_TYPE or client.require_signed_request_object or client.is_fapi2


def _check_origin(claims: Mapping[str, Any], client_id: str, issuer: str, strict: bool) -> None:
    """OpenID Connect Core 6.1 (where present), RFC 9101 4 and 10.8."""
    if (strict or "iss" in claims) and claims.get("iss") != client_id:
        raise Unverifiable("The token's iss must be the client_id.")
    if (strict or "client_id" in claims) and claims.get("client_id") != client_id:
        raise Unverifiable("The token's client_id must be that of the request.")
    if claims.get("sub") == client_id:
        raise Unverifiable("The token is a client assertion.")
    aud = claims.get("aud")
    named = aud if isinstance(aud, list) else [aud]
    for_us = issuer in named and all(isinstance(each, str) for each in named)
    if (strict or "aud" in claims) and not for_us:
        raise Unverifiable("The token's aud must be the issuer identifier.")


def _check_fapi2_times(claims: Mapping[str, Any], now: int) -> None:
    begins, ends = read_time(claims, "nbf"), read_time(claims, "exp")
    if begins is None or begins < now - FAPI2_SECONDS:
        raise Unverifiable("The token must have an nbf within the last hour.")
    if ends is None or ends - begins > FAPI2_SECONDS:
        raise Unverifiable("The token must expire within an hour of its nbf.")


def _read_parameters(
    claims: Mapping[str, Any],
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    if "request" in claims or "request_uri" in claims:
        raise OAuthError("invalid_request_object", "A request object must not hold another one.")
    if len(claims) > MAX_PARAMETERS:
        raise OAuthError("invalid_request_object", "The request object has too many parameters.")
    lists: dict[str, tuple[str, ...]] = {}
    for name, value in claims.items():
        if name in _JWT_CLAIMS or value is None:
            continue
        values = value if name in REPEATABLE and isinstance(value, list) else [value]
        texts = tuple(text for text in map(_text, values) if text)
        if texts:
            lists[name] = texts
    return {name: values[0] for name, values in lists.items()}, lists


def _text(value: Any) -> str:
    """A parameter's value as it would stand in a query: JSON unless a string (RFC 9101 4)."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if "\x00" in text:
        raise OAuthError("invalid_request_object", "A parameter of the object is not plain text.")
    return text
