"""Validates what a device asks for: ``READERS`` is the table of contents (RFC 8628 3.1)."""

from collections.abc import Callable
from typing import Any

from oidc.authorization.request import (
    Fields,
    UnvalidatedRequest,
    check_parameters,
    read_access,
    read_claims,
    read_max_age,
    read_texts,
)
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.protocol.errors import OAuthError


def read_device_request(incoming: UnvalidatedRequest) -> AuthorizationRequest:
    """The request as a value. It is never granted unasked: the person is on another screen.

    :raises OAuthError: with the error that the client is to be told.
    """
    fields: dict[str, Any] = {}
    for read in READERS:
        fields.update(read(incoming))
    asking = frozenset({"consent"})
    return AuthorizationRequest(client_id=incoming.client.client_id, prompt=asking, **fields)


def check_profile(incoming: UnvalidatedRequest) -> Fields:
    """FAPI 2.0 knows the authorization code alone (5.3.2.1)."""
    if incoming.client.metadata.is_fapi2:
        raise OAuthError("unauthorized_client", "The application may use authorization codes only.")
    return {}


READERS: tuple[Callable[[UnvalidatedRequest], Fields], ...] = (
    check_parameters,
    check_profile,
    read_access,
    read_max_age,
    read_texts,
    read_claims,
)
