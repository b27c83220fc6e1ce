"""What we are as a transmitter of security events (SSF 7.1), and as a protected resource."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort

from oidc.authentication.server import json_response
from oidc.endpoints.constant import same_for_everybody
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS, SSF_PATHS
from oidc.protocol.security_events import POLL, PUSH, SCOPES
from oidc.provider import Provider, current_provider

PUBLIC_CACHE = "public, max-age=300"


def ssf_configuration() -> Response:
    """What receivers of security events can build on (Shared Signals Framework 1.0 7)."""
    return _public(transmitter(current_provider()))


def ssf_configuration_inserted(path: str) -> Response:
    """The same for an issuer with a path, which stands behind the well-known part (7.2)."""
    _check_path(path)
    return ssf_configuration()


def protected_resource() -> Response:
    """Who gives the tokens for streams of security events, and with which scopes (RFC 9728)."""
    issuer = current_provider().settings.issuer
    return _public(
        {
            "resource": issuer,
            "authorization_servers": [issuer],
            "scopes_supported": list(SCOPES),
            "bearer_methods_supported": ["header"],
        }
    )


def protected_resource_inserted(path: str) -> Response:
    """The same for an issuer with a path (RFC 9728 3.1)."""
    _check_path(path)
    return protected_resource()


def transmitter(provider: Provider) -> dict[str, Any]:
    """The metadata (SSF 7.1)."""
    return {
        "spec_version": "1_0",
        "issuer": provider.settings.issuer,
        "jwks_uri": provider.url(ENDPOINT_PATHS["jwks_uri"]),
        "delivery_methods_supported": [PUSH, POLL],
        **{name: provider.url(path) for name, path in SSF_PATHS.items()},
        "critical_subject_members": ["user"],
        "authorization_schemes": [{"spec_urn": "urn:ietf:rfc:6749"}],
        "default_subjects": "ALL",
    }


def _check_path(path: str) -> None:
    if f"/{path}" != urlsplit(current_provider().settings.issuer).path.rstrip("/"):
        abort(404)


def _public(document: dict[str, Any]) -> Response:
    response = json_response(document)
    response.headers["Cache-Control"] = PUBLIC_CACHE
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.pop("Pragma", None)
    same_for_everybody()
    return response
