"""Which endpoints a script of another site may call (the Fetch standard's CORS protocol).

Applications that run in a browser are public clients: they read the provider's description, trade
codes and ask for claims. None of these requests carries our cookies, so every origin may ask, with
whatever headers. Some send their token requests "with credentials", which are none of ours: the
token endpoint reads no cookie, and answers the origins that a client has registered by name. The
authorization endpoint is for navigation alone and is never opened (RFC 9700 2.6).
"""

import re
from urllib.parse import urlsplit

from flask import Flask, Response, request

from oidc.authentication.client import presented_secret
from oidc.clients.client import Client
from oidc.database.statements import answered_already
from oidc.protocol.endpoint_paths import DESCRIPTION_PATHS, ENDPOINT_PATHS, REGISTRATION_PATH
from oidc.protocol.errors import OAuthError
from oidc.provider import add_as_they_are, current_provider, current_request

OPEN_ENDPOINTS = (
    "jwks_uri",
    "token_endpoint",
    "userinfo_endpoint",
    "revocation_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
)
OPEN_PATHS = frozenset({*DESCRIPTION_PATHS, *(ENDPOINT_PATHS[name] for name in OPEN_ENDPOINTS)})
TOKEN_PATH = ENDPOINT_PATHS["token_endpoint"]

REMEMBERED = 7200
"""Seconds for which a browser need not ask again; Chromium allows no more."""
SENT_HEADERS = "Authorization, Content-Type, DPoP"
READ_HEADERS = "WWW-Authenticate, DPoP-Nonce, Retry-After"
_OPEN = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", READ_HEADERS))
MOST_HEADERS = 2000
"""Characters that a preflight may name headers with."""
_HEADER_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")


def setup_cors(app: Flask) -> None:
    """Opens the endpoints in ``OPEN_ENDPOINTS`` to scripts, and registration where it is open to
    everybody; answers that no endpoint gives (405) too."""
    app.after_request(opened)


def opened(response: Response) -> Response:
    """The response, readable by any site's script where the endpoint is open."""
    asked = current_request()
    path = asked.path
    if path not in OPEN_PATHS and not _is_open_registration(path):
        return response
    add_as_they_are(response.headers, _OPEN)
    if asked.method == "OPTIONS":
        _answer_preflight(response)
    elif path == TOKEN_PATH and "Origin" in asked.headers:
        _name_registered_origin(response, asked.headers["Origin"])
    return response


def _answer_preflight(response: Response) -> None:
    asked = request.headers.get("Access-Control-Request-Headers", "")
    more = _HEADER_NAME.findall(asked.lower()) if len(asked) <= MOST_HEADERS else []
    known = SENT_HEADERS.lower().split(", ")
    allowed = [SENT_HEADERS, *(name for name in dict.fromkeys(more) if name not in known)]
    response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
    response.headers["Access-Control-Allow-Headers"] = ", ".join(allowed)
    response.headers["Access-Control-Max-Age"] = str(REMEMBERED)
    response.headers["Vary"] = "Access-Control-Request-Headers"


def _name_registered_origin(response: Response, origin: str) -> None:
    response.headers["Vary"] = "Origin"
    client = None
    with answered_already(current_provider().session):
        client = _client()
    if client is not None and origin in _origins(client):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"


def _client() -> Client | None:
    """Whoever the request says that it is from; nothing is read for it that was not read before."""
    provider = current_provider()
    try:
        client_id, _ = presented_secret(request)
    except OAuthError:
        return None
    return provider.clients.get(provider.session, client_id)


def _origins(client: Client) -> set[str]:
    parts = (urlsplit(uri) for uri in client.metadata.redirect_uris)
    return {f"{each.scheme}://{each.netloc}" for each in parts if each.scheme in ("https", "http")}


def _is_open_registration(path: str) -> bool:
    if path != REGISTRATION_PATH and not path.startswith(REGISTRATION_PATH + "/"):
        return False
    return current_provider().settings.registration == "open"
