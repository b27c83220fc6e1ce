"""Decides which APIs a request is for, and which scopes it may have at them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from oidc.apis.api import Api
from oidc.apis.registry import Apis
from oidc.clients.client import Client
from oidc.protocol.errors import OAuthError
from oidc.protocol.security_events import SCOPES

LEAST = ("openid",)
"""What a request gets that names no scope, and for which nobody has said anything else."""

NONE_LEFT = "Send a scope that the application may use, such as openid."
COMMAS = "Separate the scopes by spaces, not by commas."


@dataclass(frozen=True, slots=True)
class Access:
    """Scopes, and where a token with them may be used; nowhere in particular for no resource."""

    scope: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True)
class PersonsAccess:
    """What one client may have in a person's name.

    :param scopes: those that speak of a person.
    :param issuer: the resource identifier of our own endpoints, such as userinfo.
    """

    client: Client
    apis: Apis
    scopes: Collection[str]
    issuer: str

    def asked(self, asked: Sequence[str], resources: Sequence[str]) -> Access:
        """Unknown scopes are passed over, and so are those of an API that ``resource`` does not
        name.

        :raises OAuthError: ``invalid_target``; ``invalid_scope`` where nothing is left.
        """
        self.apis.check(resources, self.client)
        named = self.apis.at(resources)
        wanted = tuple(asked)
        if not set(asked) - {"offline_access"}:
            # It says how long, and not what for.
            wanted = (*self._default(named, resources), *asked)
        targets = named if resources else targets_of(self.apis, self.client, wanted)
        granted = tuple(name for name in dict.fromkeys(wanted) if self._may_have(name, targets))
        if not granted:
            commas = any("," in name for name in asked)
            raise OAuthError("invalid_scope", COMMAS if commas else NONE_LEFT)
        return Access(granted, tuple(resources) or audience_of(granted, targets, self.issuer))

    def _default(self, named: Sequence[Api], resources: Sequence[str]) -> tuple[str, ...]:
        """RFC 6749 3.3: of the APIs named, else what the client registered, else who it is."""
        of_apis = [name for api in named for name in api.fields.default_scopes]
        registered = (self.client.metadata.scope or "").split()
        for names in (of_apis, registered, LEAST):
            targets = named if resources else targets_of(self.apis, self.client, names)
            found = tuple(name for name in names if self._may_have(name, targets))
            if found:
                return found
        return ()

    def _may_have(self, name: str, targets: Sequence[Api]) -> bool:
        if name in self.scopes:
            return self.client.may_have(name)
        # What a client registered for itself was never a limit: it could have said more.
        theirs = self.client.allows_scope(name) or not self.client.is_vouched_for
        return theirs and any(api.has(name) for api in targets)


def own_access(
    client: Client,
    apis: Apis,
    usable: Sequence[str],
    issuer: str,
    asked: Sequence[str],
    resources: Sequence[str],
) -> Access:
    """Access of an application in its own name (RFC 6749 4.4).

    Nobody consents to it: it has what an administrator registered, so that one which registered
    itself has none at any API, open or not.

    :param usable: the scopes that it registered, without those that speak of a person.
    :raises OAuthError: ``invalid_scope`` or ``invalid_target``.
    """
    apis.check(resources, client)
    if not client.is_vouched_for:
        usable = [name for name in usable if not apis.with_scope(name) and name not in SCOPES]
    named = apis.at(resources)
    if named and not client.is_vouched_for:
        raise OAuthError("invalid_target", "The resource is for tokens of people alone.")
    if not set(asked) <= set(usable):
        hint = "The application has not registered that scope; an administrator adds it."
        raise OAuthError("invalid_scope", hint)
    wanted = dict.fromkeys(asked or usable)
    if not resources:
        targets = targets_of(apis, client, wanted)
        return Access(tuple(wanted), audience_of(wanted, targets, issuer))
    granted = tuple(name for name in wanted if belongs(name, apis, resources))
    for api in named:
        if api.fields.scopes and not any(map(api.has, granted)):
            hint = "The application has not registered a scope of that resource."
            raise OAuthError("invalid_scope", hint)
    return Access(granted, tuple(resources))


def access_left(
    apis: Apis, client: Client, granted: Access, asked: Sequence[str], *, persons: Collection[str]
) -> Access:
    """What is left of a grant for a token that is made now (RFC 8707 2.2).

    The scopes of an API are at home there: a token for others does not carry them. An API that was
    removed since, or closed to this client, is left out.

    :param asked: resources of this request; all of the grant's for none.
    :param persons: the scopes that speak of a person.
    :raises OAuthError: ``invalid_target`` where none is left.
    """
    if not set(asked) <= set(granted.resources):
        raise OAuthError("invalid_target", "The resource was not part of the authorization.")
    apis.check(asked, client)
    audience = tuple(
        uri for uri in granted.resources if uri in (asked or apis.open_resources(client))
    )
    if not audience:
        raise OAuthError("invalid_target", "The resource is no longer known here.")
    targets = apis.at(audience)
    scope = tuple(
        name for name in granted.scope if name in persons or any(api.has(name) for api in targets)
    )
    return Access(scope, audience)


def targets_of(apis: Apis, client: Client, scopes: Iterable[str]) -> list[Api]:
    """The APIs that scopes name where no ``resource`` does.

    :raises OAuthError: ``invalid_target`` where a scope is at several.
    """
    found: dict[str, Api] = {}
    for name in scopes:
        owners = [api for api in apis.with_scope(name) if api.is_open_to(client)]
        if len(owners) > 1:
            hint = "Several APIs have that scope; name one of them by resource."
            raise OAuthError("invalid_target", hint)
        found |= {api.id: api for api in owners}
    return list(found.values())


def audience_of(scopes: Collection[str], targets: Sequence[Api], issuer: str) -> tuple[str, ...]:
    """The APIs of the scopes, and our own endpoints where another scope is for them."""
    found = [api.resource for api in targets if any(map(api.has, scopes))]
    ours = any(not any(api.has(name) for api in targets) for name in scopes)
    return (*found, issuer) if found and ours else tuple(found)


def belongs(name: str, apis: Apis, resources: Collection[str]) -> bool:
    """Whether a scope may go there: it is one of theirs, or nobody's and so is a resource."""
    targets = apis.at(resources)
    if apis.with_scope(name):
        return any(api.has(name) for api in targets)
    return len(targets) < len(resources)
