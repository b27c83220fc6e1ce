"""The members of a client, computed from the metadata that the provider knows (RFC 7591)."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

from app.management.api.schema import (
    FLAG,
    MOMENT,
    Json,
    closed,
    list_of,
    number,
    one_of,
    or_null,
    text,
)
from oidc.clients.field_values import ED25519, FALLBACKS
from oidc.clients.metadata_fields import FIELDS, LIFETIMES, LOCALISED, MAX_LIST
from oidc.clients.metadata_parsing import ClientMetadata, RegistrationPolicy

LOCALISED_PATTERN = f"^({'|'.join(LOCALISED)})#[A-Za-z]{{2,8}}(-[A-Za-z0-9]{{1,8}})*$"
_POLICY = RegistrationPolicy()
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "response_types": _POLICY.response_types,
    "application_type": ("web", "native"),
    "token_endpoint_auth_method": _POLICY.auth_methods,
    "token_endpoint_auth_signing_alg": (*_POLICY.auth_signing_algs, ED25519),
    "subject_type": ("public", "pairwise", "ephemeral"),
    "id_token_signed_response_alg": (*_POLICY.signing_algs, ED25519),
    "userinfo_signed_response_alg": (*_POLICY.signing_algs, ED25519),
    "authorization_signed_response_alg": (*_POLICY.signing_algs, ED25519),
    "introspection_signed_response_alg": (*_POLICY.signing_algs, ED25519),
    "request_object_signing_alg": (*_POLICY.request_object_algs, ED25519),
    "profile": ("", "fapi2"),
    "access_token_format": ("opaque", "jwt"),
    "claim_fallbacks": FALLBACKS,
    "assertion_audience": ("issuer", "any-endpoint"),
}
_LONG = text(2000)


def _schema_of(name: str, kind: Any) -> Json:
    if get_origin(kind) is tuple:
        item = one_of(*_CHOICES[name]) if name in _CHOICES else _LONG
        return list_of(item, MAX_LIST)
    if name in _CHOICES:
        return one_of(*_CHOICES[name])
    if name in LIFETIMES:
        return number(*LIFETIMES[name])
    simple = [one for one in (get_args(kind) or (kind,)) if one is not type(None)]
    if simple == [bool]:
        return FLAG
    if simple == [int]:
        return number()
    return _LONG if simple == [str] else {"type": "object"}


def _metadata() -> dict[str, Json]:
    hints = get_type_hints(ClientMetadata)
    return {name: _schema_of(name, hints[name]) for name in FIELDS}


METADATA: Mapping[str, Json] = _metadata()
_SECRET = closed(
    {"created_at": MOMENT, "expires_at": or_null(MOMENT)}, ("created_at", "expires_at")
)
_STATE: Mapping[str, Json] = {
    "client_id": text(128),
    "client_id_issued_at": MOMENT,
    "disabled": FLAG,
    "dynamic": {**FLAG, "description": "Whether it registered itself."},
    "secrets": {**list_of(_SECRET), "description": "The secrets that work, without themselves."},
    "version": number(1),
}
CLIENT_ID = text(128, least=1, pattern="^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$")
SHOWN_ONCE = {**text(200), "description": "Told this once."}


def _localised(schema: Json) -> Json:
    return {**schema, "patternProperties": {LOCALISED_PATTERN: or_null(_LONG)}}


def schemas(grant_types: Sequence[str]) -> dict[str, Json]:
    """What is told, with a secret where one was just made, and what can be sent."""
    metadata = {**METADATA, "grant_types": list_of(one_of(*grant_types), MAX_LIST)}
    known = {name: or_null(schema) for name, schema in metadata.items()}
    told = closed({**metadata, **_STATE}, tuple(_STATE))
    with_secret = closed({**metadata, **_STATE, "client_secret": SHOWN_ONCE}, tuple(_STATE))
    made = closed({**known, "client_id": {**CLIENT_ID, "description": "Made up if left out."}})
    changed = {**closed({**known, "disabled": FLAG}), "minProperties": 1}
    return {
        "Client": _localised(told),
        "ClientWithSecret": _localised(with_secret),
        "ClientNew": _localised(made),
        "ClientChange": _localised(changed),
    }
