"""Validates what a device asks for: ``READERS`` is the table of contents (RFC 8628 3.1)."""

from collections.abc import Callable, Collection, Container
from typing import Any

from oidc.authorization.request import (
    Fields,
    UnvalidatedRequest,
    check_parameters,
    read_claims,
    read_max_age,
    read_resources,
    read_scope,
    read_texts,
)
from oidc.clients.client import Client
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters


def read_device_request(
    parameters: Parameters,
    client: Client,
    scopes: Container[str],
    known_resources: Collection[str] = (),
) -> AuthorizationRequest:
    """The request as a value. It is never granted unasked: the person is on another screen.

    :raises OAuthError: with the error that the client is to be told.
    """
    incoming = UnvalidatedRequest(parameters, client, scopes, known_resources=known_resources)
    fields: dict[str, Any] = {}
    for read in READERS:
        fields.update(read(incoming))
    return AuthorizationRequest(client_id=client.client_id, prompt=frozenset({"consent"}), **fields)


def check_profile(incoming: UnvalidatedRequest) -> Fields:
    """FAPI 2.0 knows the authorization code alone (5.3.2.1)."""
    if incoming.client.metadata.is_fapi2:
        raise OAuthError("unauthorized_client", "The application may use authorization codes only.")
    return {}


READERS: tuple[Callable[[UnvalidatedRequest], Fields], ...] = (
    check_parameters,
    check_profile,
    read_scope,
    read_max_age,
    read_texts,
    read_claims,
    read_resources,
)
