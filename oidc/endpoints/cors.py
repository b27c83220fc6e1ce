"""Which endpoints a script of another site may call (the Fetch standard's CORS protocol).

Applications that run in a browser are public clients: they read the provider's description, trade
codes and ask for claims. None of these requests carries our cookies, so every origin may ask. The
authorization endpoint is for navigation alone and is never opened (RFC 9700 2.6).
"""

from flask import Blueprint, Response, request

from oidc.protocol.endpoint_paths import DESCRIPTION_PATHS, ENDPOINT_PATHS

OPEN_ENDPOINTS = (
    "jwks_uri",
    "token_endpoint",
    "userinfo_endpoint",
    "revocation_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
)
OPEN_PATHS = frozenset({*DESCRIPTION_PATHS, *(ENDPOINT_PATHS[name] for name in OPEN_ENDPOINTS)})

REMEMBERED = 7200
"""Seconds for which a browser need not ask again; Chromium allows no more."""
SENT_HEADERS = "Authorization, Content-Type, DPoP"
READ_HEADERS = "WWW-Authenticate, DPoP-Nonce, Retry-After"


def setup_cors(blueprint: Blueprint) -> None:
    """Opens the endpoints in ``OPEN_ENDPOINTS`` to scripts, without credentials."""
    blueprint.after_request(opened)


def opened(response: Response) -> Response:
    """The response, readable by any site's script where the endpoint is open."""
    if request.path not in OPEN_PATHS:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = READ_HEADERS
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = SENT_HEADERS
        response.headers["Access-Control-Max-Age"] = str(REMEMBERED)
    return response
