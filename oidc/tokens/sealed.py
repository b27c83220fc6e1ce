"""Codes and tokens: small sealed references to one grant.

Opaque to everybody else. The prefix lets secret scanners find a leak; the purpose of the seal keeps
a token of one kind from ever passing as another.
"""

import json
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from oidc.crypto.keyring import Keyring, decode, encode
from oidc.protocol.secret_prefixes import SEALED, Kind

_KINDS = {prefix: kind for kind, prefix in SEALED.items()}
_HEAD = struct.Struct(">16sIII")
MAXIMUM_CHARACTERS = 2048


class SealedToken(NamedTuple):
    """What a token says once it is opened. Times in seconds since the epoch."""

    kind: Kind
    grant_id: str
    generation: int
    issued_at: int
    expires_at: int
    downscoped: Mapping[str, Any] = MappingProxyType({})
    """What this token may do less than its grant: ``scope``, ``aud``, ``jkt``."""


def bound_to(jkt: str | None) -> dict[str, str]:
    """What makes an access token usable only by whoever holds this key; nothing for no key."""
    return {} if jkt is None else {"jkt": jkt}


class TokenSealer:
    """Turns a ``SealedToken`` into text and back."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, token: SealedToken) -> str:
        body = _HEAD.pack(
            decode(token.grant_id), token.generation, token.issued_at, token.expires_at
        )
        if token.downscoped:
            body += json.dumps(token.downscoped, separators=(",", ":")).encode()
        return SEALED[token.kind] + encode(self._keyring.seal_bytes(body, token.kind))

    def open(self, text: str, kind: Kind) -> SealedToken | None:
        """The token, or None when it is not one of ours or of another kind; expired ones open."""
        prefix = SEALED[kind]
        if not text.startswith(prefix) or len(text) > MAXIMUM_CHARACTERS:
            return None
        try:
            body = self._keyring.unseal_bytes(decode(text[len(prefix) :]), kind)
        except ValueError:
            return None
        grant_id, generation, issued_at, expires_at = _HEAD.unpack_from(body)
        downscoped = json.loads(body[_HEAD.size :]) if len(body) > _HEAD.size else {}
        return SealedToken(kind, encode(grant_id), generation, issued_at, expires_at, downscoped)

    def open_any(self, text: str) -> SealedToken | None:
        """As ``open``, of whichever kind the prefix names."""
        kind = _KINDS.get(text[:4])
        return self.open(text, kind) if kind else None
