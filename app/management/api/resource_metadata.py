"""What our API is as a protected resource (RFC 9728)."""

from flask import Response, jsonify

from app.management.services.own_api import ROOT, SCOPES
from oidc.provider import current_provider

PATH = f"/.well-known/oauth-protected-resource{ROOT}"
"""Between host and path of the resource (RFC 9728 3.1)."""


def resource_metadata() -> Response:
    """Who gives the tokens for the API, and with which scopes; readable by any site's script."""
    issuer = current_provider().settings.issuer
    response = jsonify(
        resource=issuer + ROOT,
        authorization_servers=[issuer],
        scopes_supported=list(SCOPES),
        bearer_methods_supported=["header"],
        resource_name="Qiao",
        **{"resource_name#zh-CN": "桥"},
    )
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
