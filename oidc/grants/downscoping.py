"""What a token request may ask to have less of than its grant (RFC 6749 6, RFC 8707 2.2)."""

from collections.abc import Mapping
from typing import Any

from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.protocol.resource_indicators import is_resource
from oidc.tokens.grants import Grant


def downscoped(grant: Grant, form: Parameters, jkt: str | None = None) -> Mapping[str, Any]:
    """``scope`` and ``aud`` of the access token, where they differ from the grant's, and its key.

    :param jkt: thumbprint of the key that the token is bound to (RFC 9449 6).
    :raises OAuthError: ``invalid_target`` for a resource that was not granted.
    """
    return {**_scope(grant, form), **_audience(grant, form), **bound_to(jkt)}


def bound_to(jkt: str | None) -> dict[str, str]:
    """What makes an access token usable only by whoever holds this key; nothing for no key."""
    return {} if jkt is None else {"jkt": jkt}


def audience_of(form: Parameters) -> tuple[str, ...]:
    """The resources of a request that has no grant yet.

    :raises OAuthError: ``invalid_target``.
    """
    asked = form.lists.get("resource", ())
    if not all(is_resource(uri) for uri in asked):
        raise OAuthError(
            "invalid_target", "Each resource must be an absolute URI without a fragment."
        )
    return asked


def _scope(grant: Grant, form: Parameters) -> dict[str, str]:
    asked = form.get("scope", "").split()
    if not asked or set(asked) == grant.scopes:
        return {}
    return {"scope": " ".join(name for name in grant.scope.split() if name in asked)}


def _audience(grant: Grant, form: Parameters) -> dict[str, list[str]]:
    asked = audience_of(form)
    if not set(asked) <= set(grant.audience):
        raise OAuthError("invalid_target", "The resource was not part of the authorization.")
    return {"aud": list(asked)} if asked and set(asked) != set(grant.audience) else {}
