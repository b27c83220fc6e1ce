"""A validated authorization request: the value that is parked, decided on, and answered."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from oidc.protocol.errors import OAuthError

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_NO_CLAIMS: Mapping[str, Mapping[str, Any]] = {}


class ResponseTarget(NamedTuple):
    """Where an authorization response goes, whether it is a code or an error."""

    client_id: str
    redirect_uri: str
    response_mode: str = "query"
    state: str | None = None


class AuthorizationRequest(NamedTuple):
    """What the client asked for (OpenID Connect Core 3.1.2.1), after every check.

    ``response_target`` is None for an in-app request and for a device, which have no redirect URI.
    """

    client_id: str
    scope: tuple[str, ...] = ()
    response_target: ResponseTarget | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    login_hint: str | None = None
    subject_hint: str | None = None
    """The ``sub`` of ``id_token_hint`` or of the claims parameter: who it must be."""
    acr_values: tuple[str, ...] = ()
    acr_essential: bool = False
    ui_locales: tuple[str, ...] = ()
    display: str | None = None
    claims: Mapping[str, Mapping[str, Any]] = _NO_CLAIMS
    resources: tuple[str, ...] = ()
    dpop_jkt: str | None = None
    connection: str | None = None
    """The source that the application wants to go to at once (our own parameter)."""
    device: str | None = None
    """The waiting device that is answered instead of a redirect URI (RFC 8628)."""

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope)

    def bound_to(self, jkt: str | None) -> "AuthorizationRequest":
        """The request, its code bound to the key of the proof that came along (RFC 9449 10.1).

        :raises OAuthError: ``dpop_jkt`` names another key.
        """
        if jkt is None or self.dpop_jkt == jkt:
            return self
        if self.dpop_jkt is not None:
            raise OAuthError("invalid_request", "dpop_jkt must be the key of the DPoP proof.")
        return self._replace(dpop_jkt=jkt)

    def to_json(self) -> str:
        known = self._asdict()
        document = {name: value for name, value in known.items() if value not in (None, ())}
        document["prompt"] = sorted(self.prompt)
        if self.response_target is not None:
            # The name that nodes of 0.1.0 read and write.
            document["reply_to"] = document.pop("response_target")._asdict()
        return _compact(document)


def from_json(text: str) -> AuthorizationRequest:
    """The request that ``AuthorizationRequest.to_json`` wrote."""
    document = json.loads(text)
    reply_to = document.pop("reply_to", None)
    if reply_to:
        document["response_target"] = ResponseTarget(**reply_to)
    for name in ("scope", "acr_values", "ui_locales", "resources"):
        document[name] = tuple(document.get(name, ()))
    document["prompt"] = frozenset(document.get("prompt", ()))
    return AuthorizationRequest(**document)
