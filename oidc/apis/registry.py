"""What is registered now, as one value that a request works with."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from oidc.apis.api import Api
from oidc.clients.client import Client
from oidc.protocol.errors import OAuthError
from oidc.protocol.resource_indicators import is_resource


@dataclass(frozen=True)
class Apis:
    """The registered APIs, and the resources that this deployment knows by its settings alone.

    :param known: resources without scopes of their own (``QIAO_RESOURCES``, our own two).
    """

    registered: tuple[Api, ...] = ()
    known: Collection[str] = ()

    @cached_property
    def _by_resource(self) -> dict[str, Api]:
        return {api.resource: api for api in self.registered}

    @cached_property
    def _by_scope(self) -> dict[str, list[Api]]:
        found: dict[str, list[Api]] = {}
        for api in self.registered:
            for name in api.fields.scope_names:
                found.setdefault(name, []).append(api)
        return found

    def at(self, resources: Iterable[str]) -> list[Api]:
        """Those of the resources that are registered APIs."""
        return [self._by_resource[uri] for uri in resources if uri in self._by_resource]

    def with_scope(self, name: str) -> list[Api]:
        return self._by_scope.get(name, [])

    def open_to_self_registered(self) -> frozenset[str]:
        """The scopes that applications may register for themselves."""
        opened = (api for api in self.registered if api.fields.open_to_self_registered)
        return frozenset(name for api in opened for name in api.fields.scope_names)

    def check(self, resources: Iterable[str], client: Client) -> None:
        """Refuses what cannot be a resource, is not known here, or is not open to the client.

        :raises OAuthError: ``invalid_target`` (RFC 8707 2).
        """
        for uri in resources:
            api = self._by_resource.get(uri)
            if not is_resource(uri):
                hint = "Each resource must be an absolute URI without a fragment."
                raise OAuthError("invalid_target", hint)
            if api is None and uri not in self.known:
                raise OAuthError("invalid_target", "The resource is not known here.")
            if api is not None and not api.is_open_to(client):
                hint = "The resource is not open to applications that registered themselves."
                raise OAuthError("invalid_target", hint)

    def open_resources(self, client: Client) -> frozenset[str]:
        """All that this client may have tokens for."""
        opened = (api.resource for api in self.registered if api.is_open_to(client))
        return frozenset((*self.known, *opened))

    def pairs(self, scopes: Collection[str], resources: Iterable[str]) -> Iterator[tuple[Api, str]]:
        """What of these scopes each of these APIs would give."""
        for api in self.at(resources):
            yield from ((api, name) for name in api.fields.scope_names if name in scopes)

    def consent_entries(self, scopes: Collection[str], resources: Iterable[str]) -> frozenset[str]:
        """What a person is asked to allow, for each API and scope: both, with a space between."""
        return frozenset(f"{api.resource} {name}" for api, name in self.pairs(scopes, resources))
