"""Finds the whole authorization request: in its parameters, in a request object, or pushed before.

A pushed request is recognised before anything is fetched: its ``request_uri`` is a name of ours,
not an address (RFC 9126 2.2).
"""

from collections.abc import Mapping
from functools import partial

from oidc.authorization.request import ResolvedRequest
from oidc.authorization.request_object import (
    RequestObject,
    fetch_request_object,
    read_request_object,
)
from oidc.clients.client import Client
from oidc.database.statements import connection_handed_back
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider


def resolve_request(provider: Provider, parameters: Parameters, client: Client) -> ResolvedRequest:
    """The parameters, with those of a request object in their place.

    :raises OAuthError: ``invalid_request_object`` or ``invalid_request_uri``.
    """
    value = parameters.get("request")
    request_uri = parameters.get("request_uri")
    if value is not None and request_uri is not None:
        raise OAuthError("invalid_request", "Send request or request_uri, not both.")
    if request_uri is not None:
        with connection_handed_back(provider.session):
            value = fetch_request_object(request_uri, client.metadata, provider.outbound.get)
    if value is None:
        return ResolvedRequest(parameters)
    inside = read_request_object(
        value,
        client_id=client.client_id,
        client=client.metadata,
        keys=partial(provider.keys_of, client),
        issuer=provider.settings.issuer,
        now=provider.clock(),
    )
    _check_outside(parameters, inside)
    return ResolvedRequest(_merged(parameters, inside), inside.signed)


def _check_outside(outside: Parameters, inside: RequestObject) -> None:
    """What OAuth wants said outside too must not differ (OpenID Connect Core 6.1)."""
    for name in ("client_id", "response_type"):
        said = outside.get(name)
        if said is not None and inside.parameters.get(name, said) != said:
            hint = f"The {name} differs between the request and its request object."
            raise OAuthError("invalid_request_object", hint)


def _merged(outside: Parameters, inside: RequestObject) -> Parameters:
    merged = Parameters(inside.merge(outside))
    lists: Mapping[str, tuple[str, ...]] = {} if inside.complete else outside.lists
    merged.lists = {**lists, **inside.lists}
    merged.errors = outside.errors
    return merged
