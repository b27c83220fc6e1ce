"""Client secrets: which clients have one, and how it is kept."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oidc.clients.metadata import ClientMetadata
from oidc.protocol.secret_prefixes import CLIENT_SECRET


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A client secret: random, so a plain digest keeps it (a slow hash would buy nothing)."""

    digest: str
    created_at: int
    expires_at: int | None = None
    sealed: str | None = None
    """The secret itself, only for clients that sign or encrypt with it (client_secret_jwt)."""


def new_secret() -> str:
    """256 random bits; the prefix lets secret scanners find a leak."""
    return CLIENT_SECRET + secrets.token_urlsafe(32)


def needs_secret(metadata: ClientMetadata) -> bool:
    """Whether the client has a secret at all."""
    return metadata.token_endpoint_auth_method.startswith("client_secret_") or needs_plain_secret(
        metadata
    )


def needs_plain_secret(metadata: ClientMetadata) -> bool:
    """Whether the secret is also a key, so that its digest is not enough (OIDC Core 10.1)."""
    symmetric = (
        metadata.id_token_encrypted_response_alg,
        metadata.userinfo_encrypted_response_alg,
        metadata.authorization_encrypted_response_alg,
        metadata.introspection_encrypted_response_alg,
    )
    return (
        metadata.token_endpoint_auth_method == "client_secret_jwt"
        or metadata.request_object_signing_alg == "HS256"
        or any(alg == "dir" or (alg or "").startswith("A") for alg in symmetric)
    )


def dump_secrets(kept: Sequence[ClientSecret]) -> str:
    def document(secret: ClientSecret) -> Mapping[str, Any]:
        return {name: getattr(secret, name) for name in ClientSecret.__slots__}

    return json.dumps([document(secret) for secret in kept], separators=(",", ":"))
