"""Answers as JWTs: signed by us and, where a client registered for it, encrypted to it.

ID tokens, userinfo (OpenID Connect Core 5.3.2), authorization responses (JARM) and introspection
(RFC 9701) differ in claims and type; how they are signed and encrypted is the same.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from oidc.clients.client import Client
from oidc.clients.key_sets import RemoteKeys
from oidc.crypto.jwt import Unverifiable, encrypt, encryption_key
from oidc.database.driver_statement import AnySession
from oidc.keys.store import KeyStore


class ResponseProtection(NamedTuple):
    """How a client wants one kind of answer; None in ``key_alg`` for signed only."""

    alg: str
    key_alg: str | None = None
    content_enc: str | None = None


class ResponseSigner:
    """Signs, then encrypts (RFC 7519 11.2: in that order)."""

    def __init__(self, keys: KeyStore, remote_keys: RemoteKeys) -> None:
        self._keys = keys
        self._remote_keys = remote_keys

    def seal(
        self,
        session: AnySession,
        client: Client,
        claims: Mapping[str, Any],
        protection: ResponseProtection,
        typ: str | None = None,
    ) -> str:
        """The claims as a JWT for this client.

        :raises Unverifiable: the client's encryption key cannot be had; what it asked
            to be encrypted never leaves in the clear.
        """
        signed = self._keys.active(session, protection.alg).sign(claims, typ)
        if protection.key_alg is None:
            return signed
        keys = self._remote_keys.find(client.metadata)
        key = encryption_key(keys, protection.key_alg)
        return encrypt(signed, key, protection.key_alg, protection.content_enc or "A128CBC-HS256")

    def can_encrypt(self, client: Client, protection: ResponseProtection) -> bool:
        """Whether the key that the client wants its answers encrypted with can be had."""
        if protection.key_alg is None:
            return True
        try:
            encryption_key(self._remote_keys.find(client.metadata), protection.key_alg)
        except Unverifiable:
            return False
        return True


def id_token_protection(client: Client) -> ResponseProtection:
    own = client.metadata
    return ResponseProtection(
        own.id_token_signed_response_alg,
        own.id_token_encrypted_response_alg,
        own.id_token_encrypted_response_enc,
    )


def userinfo_protection(client: Client) -> ResponseProtection | None:
    """None where the client takes plain JSON, which is the default."""
    own = client.metadata
    if own.userinfo_signed_response_alg is None and own.userinfo_encrypted_response_alg is None:
        return None
    # What is encrypted is signed too; under the FAPI 2.0 profile never by RS256 (5.4.1).
    usual = own.id_token_signed_response_alg if own.is_fapi2 else "RS256"
    return ResponseProtection(
        own.userinfo_signed_response_alg or usual,
        own.userinfo_encrypted_response_alg,
        own.userinfo_encrypted_response_enc,
    )


def authorization_response_protection(client: Client) -> ResponseProtection:
    own = client.metadata
    return ResponseProtection(
        own.authorization_signed_response_alg,
        own.authorization_encrypted_response_alg,
        own.authorization_encrypted_response_enc,
    )


def introspection_protection(client: Client) -> ResponseProtection:
    own = client.metadata
    return ResponseProtection(
        own.introspection_signed_response_alg,
        own.introspection_encrypted_response_alg,
        own.introspection_encrypted_response_enc,
    )
