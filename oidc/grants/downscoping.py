"""What a token request may ask to have less of than its grant (RFC 6749 6, RFC 8707 2.2)."""

from collections.abc import Mapping
from typing import Any

from oidc.apis.access import Access, access_left
from oidc.clients.client import Client
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider
from oidc.tokens.grants import Grant
from oidc.tokens.sealed import bound_to


def downscoped(
    provider: Provider, client: Client, grant: Grant, form: Parameters, jkt: str | None = None
) -> Mapping[str, Any]:
    """``scope`` and ``aud`` of the access token, where they differ from the grant's, and its key.

    :param jkt: thumbprint of the key that the token is bound to (RFC 9449 6).
    :raises OAuthError: ``invalid_target`` for a resource that was not granted.
    """
    granted = Access(tuple(grant.scope.split()), grant.audience)
    left = granted
    resources = form.lists.get("resource", ())
    if resources or grant.audience:
        apis, persons = provider.apis.current(provider.session), provider.settings.scopes
        left = access_left(apis, client, granted, resources, persons=persons)
    scope = _asked(left.scope, form)
    if not scope:
        raise OAuthError("invalid_scope", "No scope is left of the authorization for this.")
    return {
        **({"scope": " ".join(scope)} if scope != granted.scope else {}),
        **({"aud": list(left.resources)} if left.resources != granted.resources else {}),
        **bound_to(jkt),
    }


def _asked(scope: tuple[str, ...], form: Parameters) -> tuple[str, ...]:
    asked = form.scope()
    return tuple(name for name in scope if name in asked) if asked else scope
