"""Access tokens presented at our own resources (RFC 6750, RFC 9449 7)."""

from collections.abc import Mapping

from flask import Request, Response, g, request

from oidc.authentication.server import json_response
from oidc.clients.field_values import ED25519
from oidc.crypto import dpop_proof
from oidc.protocol import parameters
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import FORM
from oidc.provider import Provider
from oidc.tokens.grants import Grant
from oidc.tokens.sealed import SealedToken

INVALID = "The access token is unknown, expired or revoked."


def presented_token(request: Request) -> str:
    """The token in the Authorization header or in a form body, never in the query (RFC 6750 2).

    :raises OAuthError: when there is none, or more than one.
    """
    scheme, _, header = request.headers.get("Authorization", "").partition(" ")
    body = None
    if request.method == "POST" and request.mimetype == FORM:
        form = parameters.from_form(request)
        form.raise_first_error("access_token")
        body = form.get("access_token")
    if header and body:
        raise OAuthError("invalid_request", "Send the access token in one place only.")
    if body:
        return body
    if scheme.lower() not in ("bearer", "dpop") or not header.strip():
        raise OAuthError("invalid_token", "Send an access token with the Bearer or DPoP scheme.")
    return header.strip()


def live_grant(
    provider: Provider, text: str, *, asks_claims: bool = False
) -> tuple[SealedToken, Grant]:
    """The access token and its grant, both alive; one statement.

    :param asks_claims: as for `Provider.open_grant`.
    :raises OAuthError: ``invalid_token``.
    """
    opened = provider.open_grant(text, "access", asks_claims=asks_claims)
    if opened is None:
        raise OAuthError("invalid_token", INVALID)
    token, grant = opened
    if token.expires_at <= provider.clock() or grant.revoked_at is not None:
        raise OAuthError("invalid_token", INVALID)
    return token, grant


def bearer_error(
    error: OAuthError, sent_token: bool, about: Mapping[str, str] | None = None
) -> Response:
    """The refusal with a challenge for each scheme; without an error where no token was sent (RFC
    6750 3.1).

    A client that sends DPoP is told in those terms alone (RFC 9449 7.1), and one that is known with
    what its own proofs may be signed with.

    :param about: further members of each challenge, such as ``scope``.
    """
    body = {"error": error.code, "error_description": error.hint}
    response = json_response(body, error.status_code)
    said = [f'error="{error.code}"', f'error_description="{error.hint}"'] if sent_token else []
    said += [f'{name}="{value}"' for name, value in (about or {}).items()]
    algs = [*g.get("dpop_algorithms", dpop_proof.ALGORITHMS), ED25519]
    proof = ", ".join([f'algs="{" ".join(algs)}"', *said])
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    if "DPoP" not in request.headers and scheme.lower() != "dpop":
        response.headers.add("WWW-Authenticate", f"Bearer {', '.join(said)}".rstrip())
    response.headers.add("WWW-Authenticate", f"DPoP {proof}")
    return response
