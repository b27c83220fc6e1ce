"""Resource indicators: where an access token is to be used (RFC 8707 2)."""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from oidc.protocol.errors import OAuthError


def check_resources(resources: Iterable[str], known: Collection[str]) -> None:
    """Refuses what cannot be a resource, or is none that this deployment knows.

    :raises OAuthError: ``invalid_target`` (RFC 8707 2).
    """
    for uri in resources:
        if not is_resource(uri):
            hint = "Each resource must be an absolute URI without a fragment."
            raise OAuthError("invalid_target", hint)
        if uri not in known:
            raise OAuthError("invalid_target", "The resource is not known here.")


def is_resource(uri: str) -> bool:
    """Whether a value can be a resource indicator (RFC 8707 2)."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and "#" not in uri and uri.isascii()
