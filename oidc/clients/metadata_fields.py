"""Reads each client metadata member by itself (RFC 7591 2, OpenID Connect Registration 2).

A reader takes the JSON value and the policy and gives the value that we keep, or raises
``ValueError`` with a sentence's predicate ("must be ..."), ASCII and without the value.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oidc.clients.field_values import FALLBACKS, app_id, domain, one_name
from oidc.crypto.public_keys import UnusableKeys, read_key_set
from oidc.protocol import redirect_uris

MAX_LIST = 50
MAX_NAME = 200
MAX_TEXT = 1000
ASYMMETRIC = ("RS256", "PS256", "ES256", "EdDSA")
KEY_WRAPPING = (
    "RSA-OAEP",
    "RSA-OAEP-256",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A256KW",
)
CONTENT_ENCRYPTION = ("A128CBC-HS256", "A128GCM", "A256GCM")
LIFETIMES: Mapping[str, tuple[int, int]] = {
    "code_lifetime": (1, 600),
    "access_token_lifetime": (1, 30 * 86400),
    "id_token_lifetime": (1, 30 * 86400),
    "refresh_token_lifetime": (1, 400 * 86400),
    "refresh_token_absolute_lifetime": (1, 400 * 86400),
}
"""What a client may be given instead of the deployment's own, in seconds: a code lives for ten
minutes at most (RFC 6749 4.1.2), and what cannot be taken back no longer than a month."""
LOCALISED = ("client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri")
_KEY_MEMBERS = ("kty", "use", "key_ops", "alg", "kid", "n", "e", "crv", "x", "y")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,128}")


@dataclass(frozen=True)
class RegistrationPolicy:
    """What this provider supports and lets a registration ask for.

    :param trusted: the document comes from an admin or a command, so our own switches
        (``first_party``, ``require_pkce``, ``profile``, lifetimes ...) are read from it.
    :param http_on_loopback: accept http on the loopback for web clients; for development only.
    :param scopes: the scopes that a client may have, others are left out; ``None`` for any.
    """

    grant_types: tuple[str, ...] = (
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    )
    response_types: tuple[str, ...] = ("code",)
    auth_methods: tuple[str, ...] = (
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "none",
    )
    auth_signing_algs: tuple[str, ...] = (*ASYMMETRIC, "HS256")
    signing_algs: tuple[str, ...] = ASYMMETRIC
    """For what we sign: ID tokens, userinfo, authorization and introspection responses."""
    request_object_algs: tuple[str, ...] = (*ASYMMETRIC, "none")
    key_wrapping_algs: tuple[str, ...] = KEY_WRAPPING
    content_encryption_algs: tuple[str, ...] = CONTENT_ENCRYPTION
    subject_types: Sequence[str] = ("public",)
    """What may be chosen for a client that takes several (``subject_types_supported``)."""
    scopes: frozenset[str] | None = None
    trusted: bool = False
    http_on_loopback: bool = False
    own_address: str = ""
    """Where we are ourselves: a page of ours is in the clear only where all of us is."""
    loopback_callbacks: bool = False
    """Whether confidential web clients may have http on the loopback as redirect URI: Registration
    2 forbids it to the implicit flow alone, and an administrator knows whose computer that is."""


Reader = Callable[[Any, RegistrationPolicy], Any]


def read(name: str, value: object, policy: RegistrationPolicy) -> Any:
    """The value to keep for the member ``name``.

    :raises ValueError: what is wrong with it, as the predicate of a sentence.
    """
    return FIELDS[name](value, policy)


def read_localised(name: str, value: object, policy: RegistrationPolicy) -> str:
    """The value of a member such as ``client_name#zh-CN`` (OpenID Connect Registration 2.1)."""
    plain, _, language = name.partition("#")
    if _LANGUAGE.fullmatch(language) is None:
        raise ValueError("must be followed by a BCP 47 language tag after the #")
    return str(read(plain, value, policy))


is_localised = re.compile(rf"(?:{'|'.join(LOCALISED)})#.*", re.DOTALL).fullmatch
"""Whether a name is one of the members that may be given per language, with a tag."""


def _text(limit: int = MAX_TEXT) -> Reader:
    def reader(value: Any, _: RegistrationPolicy) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= limit:
            raise ValueError(f"must be a string of 1 to {limit} characters")
        if any(_is_deceptive(character) for character in value):
            raise ValueError("must not hold control or text direction characters")
        return value

    return reader


def _is_deceptive(character: str) -> bool:
    """Controls, and format characters that reorder what people read; emoji joiners are fine."""
    return character != "\u200d" and unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def _flag(value: Any, _: RegistrationPolicy) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _seconds(value: Any, _: RegistrationPolicy) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError("must be a number of whole seconds, zero or more")
    return value


def _lifetime(least: int, most: int) -> Reader:
    def reader(value: Any, _: RegistrationPolicy) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"must be a number of whole seconds from {least} to {most}")
        return value

    return reader


def _one_of(choose: Callable[[RegistrationPolicy], tuple[str, ...]]) -> Reader:
    def reader(value: Any, policy: RegistrationPolicy) -> str:
        allowed = choose(policy)
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return reader


def _list_of(reader: Reader) -> Reader:
    def read_list(value: Any, policy: RegistrationPolicy) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or len(value) > MAX_LIST:
            raise ValueError(f"must be a list of at most {MAX_LIST} strings")
        return tuple(dict.fromkeys(reader(item, policy) for item in value))

    return read_list


def _address(value: Any, policy: RegistrationPolicy, *, fragment: bool = False) -> str:
    """An https URL that we fetch, call or show."""
    if not isinstance(value, str):
        raise ValueError("must be a URL")
    address = value.partition("#")[0] if fragment else value
    found = redirect_uris.problems(
        address, "web", http_on_loopback=policy.http_on_loopback, response_parameters=True
    )
    if found:
        raise ValueError(found[0])
    if fragment and len(value) > redirect_uris.MAX_LENGTH:
        raise ValueError("must be shorter")
    return value


def _request_uri(value: Any, policy: RegistrationPolicy) -> str:
    """May end in ``#`` and the hash of what is there (OpenID Connect Core 6.2)."""
    if isinstance(value, str) and not re.fullmatch(r"[^#]*(?:#[A-Za-z0-9_=-]*)?", value):
        raise ValueError("must have a base64url fragment or none")
    return _address(value, policy, fragment=True)


def _callback(value: Any, _: RegistrationPolicy) -> str:
    # Which URIs are safe depends on application_type: metadata_parsing checks them together.
    if not isinstance(value, str):
        raise ValueError("must be a list of strings")
    return value


def _key_set(value: Any, _: RegistrationPolicy) -> Mapping[str, Any]:
    try:
        read_key_set(value)
    except UnusableKeys as error:
        raise ValueError(str(error)) from error
    # Certificates and whatever else came along would only take room.
    return {
        "keys": [{name: key[name] for name in _KEY_MEMBERS if name in key} for key in value["keys"]]
    }


def _scope(value: Any, policy: RegistrationPolicy) -> str | None:
    """Without those that it may not have, which the answer tells (RFC 7591 3.2.1); as if none had
    been named where none is left."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError("must be a string of scopes separated by spaces")
    asked = value.split()
    if not all(_SCOPE_TOKEN.fullmatch(token) for token in asked):
        raise ValueError("must hold printable ASCII scopes without quotes or backslashes")
    if policy.scopes is None:
        return " ".join(dict.fromkeys(asked))
    known = dict.fromkeys(name for name in asked if name in policy.scopes)
    return " ".join(known) or None


def _signing(choose: Callable[[RegistrationPolicy], tuple[str, ...]]) -> Reader:
    known = _one_of(choose)
    return lambda value, policy: known(one_name(value), policy)


def _signed_here(value: Any, policy: RegistrationPolicy) -> str:
    name = one_name(value)
    if name not in policy.signing_algs:
        known = ", ".join(policy.signing_algs)
        raise ValueError(f"must be one of {known}, which this server signs with")
    return str(name)


_SIGNING = _signed_here
_WRAPPING = _one_of(lambda policy: policy.key_wrapping_algs)
_CONTENT = _one_of(lambda policy: policy.content_encryption_algs)

FIELDS: Mapping[str, Reader] = {
    "redirect_uris": _list_of(_callback),
    "response_types": _list_of(_one_of(lambda policy: policy.response_types)),
    "grant_types": _list_of(_one_of(lambda policy: policy.grant_types)),
    "application_type": _one_of(lambda _: ("web", "native")),
    "token_endpoint_auth_method": _one_of(lambda policy: policy.auth_methods),
    "token_endpoint_auth_signing_alg": _signing(lambda policy: policy.auth_signing_algs),
    "client_name": _text(MAX_NAME),
    "client_uri": _address,
    "logo_uri": _address,
    "policy_uri": _address,
    "tos_uri": _address,
    "contacts": _list_of(_text(MAX_NAME)),
    "scope": _scope,
    "jwks": _key_set,
    "jwks_uri": _address,
    "sector_identifier_uri": _address,
    "subject_type": _one_of(lambda _: ("public", "pairwise", "ephemeral")),
    "id_token_signed_response_alg": _SIGNING,
    "id_token_encrypted_response_alg": _WRAPPING,
    "id_token_encrypted_response_enc": _CONTENT,
    "userinfo_signed_response_alg": _SIGNING,
    "userinfo_encrypted_response_alg": _WRAPPING,
    "userinfo_encrypted_response_enc": _CONTENT,
    "request_object_signing_alg": _signing(lambda policy: policy.request_object_algs),
    "authorization_signed_response_alg": _SIGNING,
    "authorization_encrypted_response_alg": _WRAPPING,
    "authorization_encrypted_response_enc": _CONTENT,
    "introspection_signed_response_alg": _SIGNING,
    "introspection_encrypted_response_alg": _WRAPPING,
    "introspection_encrypted_response_enc": _CONTENT,
    "request_uris": _list_of(_request_uri),
    "default_max_age": _seconds,
    "require_auth_time": _flag,
    "default_acr_values": _list_of(_text(MAX_NAME)),
    "initiate_login_uri": _address,
    "post_logout_redirect_uris": _list_of(_callback),
    "backchannel_logout_uri": _address,
    "backchannel_logout_session_required": _flag,
    "frontchannel_logout_uri": _address,
    "frontchannel_logout_session_required": _flag,
    "require_pushed_authorization_requests": _flag,
    "require_signed_request_object": _flag,
    "dpop_bound_access_tokens": _flag,
    "software_id": _text(MAX_NAME),
    "software_version": _text(MAX_NAME),
    "first_party": _flag,
    "mobile_app_ids": _list_of(app_id),
    "require_pkce": _flag,
    "require_nonce_or_pkce": _flag,
    "require_registered_auth_method": _flag,
    "rotate_refresh_tokens": _flag,
    "claims_in_id_token": _flag,
    "claim_fallbacks": _list_of(_one_of(lambda _: FALLBACKS)),
    "email_fallback_domain": domain,
    "keep_nonce": _flag,
    "assertion_audience": _one_of(lambda _: ("issuer", "any-endpoint")),
    "preset": _text(MAX_NAME),
    "introspects_any": _flag,
    "profile": _one_of(lambda _: ("", "fapi2")),
    "dpop_nonce_required": _flag,
    "access_token_format": _one_of(lambda _: ("opaque", "jwt")),
    **{name: _lifetime(*bounds) for name, bounds in LIFETIMES.items()},
}
