"""The only way from a stranger's registration document to a client's metadata (RFC 7591 2)."""

import json
from collections.abc import Mapping
from typing import Any

from oidc.clients.metadata import SERVER_MEMBERS, ClientMetadata
from oidc.clients.metadata_choices import chosen
from oidc.clients.metadata_fields import (
    FIELDS,
    RegistrationPolicy,
    is_localised,
    read,
    read_localised,
)
from oidc.clients.metadata_rules import (
    RESPONSES,
    SIGNED_BY_DEFAULT,
    Problem,
    find_problems,
)
from oidc.protocol.signing_algorithms import FAPI2_ALGS

__all__ = ["SERVER_MEMBERS", "ClientMetadata", "InvalidMetadata", "RegistrationPolicy", "parse"]

DEFAULT_ALG = "RS256"
"""Which the profile refuses, with the reason, where the provider signs with no better one."""
MAX_LOCALISED = 50
"""Members with a language tag; those after them are ignored."""
MAX_BYTES = 48 * 1024
"""Of the whole document as stored; the smallest text column of our databases holds 64 KiB."""


class InvalidMetadata(ValueError):
    """The document cannot be registered; ``problems`` has everything that is wrong with it.

    ``code`` and ``hint`` are what the client is told (RFC 7591 3.2.2).
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.code = (
            "invalid_redirect_uri"
            if any(name == "redirect_uris" for name, _ in problems)
            else "invalid_client_metadata"
        )
        self.hint = "; ".join(f"{name} {predicate}" for name, predicate in problems) + "."
        super().__init__(self.hint)


def parse(document: Mapping[str, Any], *, policy: RegistrationPolicy) -> ClientMetadata:
    """The metadata that a registration document asks for; members we do not know are ignored.

    :raises InvalidMetadata: with every problem of the document.
    """
    single, unusable = chosen(document, policy)
    values, localised, problems = _read_members(single, policy)
    problems = [*unusable, *problems]
    metadata = ClientMetadata(**_with_defaults(values, policy), localised=localised)
    broken = {name for name, _ in problems}
    problems += [
        (name, predicate)
        for name, predicate in find_problems(metadata, policy)
        if name not in broken
    ]
    if not problems and _size(metadata) > MAX_BYTES:
        problems.append(("the document", f"must have at most {MAX_BYTES} bytes"))
    if problems:
        raise InvalidMetadata(problems)
    return metadata


def inferred_type(document: Mapping[str, Any]) -> dict[str, str]:
    """``application_type`` where a document does not say it: native with a redirect URI that no
    web application could have (RFC 8252 7.1, 7.3)."""
    callbacks = document.get("redirect_uris")
    if "application_type" in document or not isinstance(callbacks, list):
        return {}
    texts = [uri for uri in callbacks if isinstance(uri, str)]
    native = any(not uri.startswith("https://") for uri in texts)
    return {"application_type": "native"} if native else {}


def _size(metadata: ClientMetadata) -> int:
    return len(json.dumps(metadata.to_document(), ensure_ascii=False).encode())


def _read_members(
    document: Mapping[str, Any], policy: RegistrationPolicy
) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
    values: dict[str, Any] = {}
    localised: dict[str, str] = {}
    problems: list[Problem] = []
    for name, value in document.items():
        if value is None or (name in SERVER_MEMBERS and not policy.trusted):
            continue
        try:
            if name in FIELDS:
                values[name] = read(name, value, policy)
            elif is_localised(name) and len(localised) < MAX_LOCALISED:
                localised[name] = read_localised(name, value, policy)
        except ValueError as error:
            problems.append((name.partition("#")[0], str(error)))
    return values, localised, problems


def _new_rules(values: Mapping[str, Any]) -> dict[str, Any]:
    """The switches of a client that says nothing of them.

    PKCE or a nonce keep a stolen code from being used (RFC 9700 2.1.1); a secret may come by either
    of the two ways of RFC 6749 2.3.1; refresh tokens rotate where nobody authenticates (4.14.2); an
    assertion is for the issuer (RFC 10070).
    """
    public = values.get("token_endpoint_auth_method") == "none"
    pkce: Any = values.get("require_pkce")
    if pkce is None:
        pkce = public or values.get("require_nonce_or_pkce") is False
    rules = {
        "require_pkce": pkce,
        "require_nonce_or_pkce": not pkce and "require_pkce" not in values,
        "require_registered_auth_method": False,
        "rotate_refresh_tokens": public,
        "assertion_audience": "issuer",
    }
    return {name: value for name, value in rules.items() if name not in values}


def _with_defaults(values: dict[str, Any], policy: RegistrationPolicy) -> dict[str, Any]:
    """Defaults that depend on other members, and on what the provider signs with."""
    values = dict(values)
    if "authorization_code" not in values.get("grant_types", ("authorization_code",)):
        values.setdefault("response_types", ())
    values |= _new_rules(values)
    if values.get("profile") == "fapi2":
        values |= {
            "require_pkce": True,
            "require_registered_auth_method": True,
            "assertion_audience": "issuer",
            "require_pushed_authorization_requests": True,
            "dpop_bound_access_tokens": True,
        }
        for member in SIGNED_BY_DEFAULT:
            strong = (alg for alg in FAPI2_ALGS if alg in policy.signing_algs)
            values.setdefault(member, next(strong, DEFAULT_ALG))
    for response in RESPONSES:
        if f"{response}_encrypted_response_alg" in values:
            values.setdefault(f"{response}_encrypted_response_enc", "A128CBC-HS256")
    return values
