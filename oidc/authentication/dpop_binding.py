"""Where the provider asks for proof of a key, and what it binds to the key (RFC 9449)."""

from collections.abc import Sequence
from typing import Any

from flask import Request, Response, after_this_request, g

from oidc.clients.client import Client
from oidc.crypto import dpop_proof
from oidc.crypto.dpop_proof import Expected, Nonces
from oidc.protocol.errors import OAuthError
from oidc.protocol.signing_algorithms import FAPI2_ALGS
from oidc.provider import Provider
from oidc.tokens.sealed import SealedToken

HEADER = "DPoP"
ENDPOINTS = ("token", "pushed_authorization_request", "authorization_challenge")
"""Those whose requests may carry a proof: names of discovery without ``_endpoint``, as Authlib
has them."""


def dpop_thumbprint(provider: Provider, client: Client, request: Any, endpoint: str) -> str | None:
    """The thumbprint of the key that the client holds; None when it sent no proof.

    :param request: a token-type request whose client is authenticated.
    :raises OAuthError: the proof is wrong, or missing where the client has bound itself to DPoP.
    """
    headers: Sequence[str] = request.headers.getlist(HEADER)
    if endpoint not in ENDPOINTS or not headers:
        if endpoint == "token" and client.metadata.is_dpop_bound:
            raise OAuthError("invalid_dpop_proof", "The application must send a DPoP proof.")
        return None
    proof = dpop_proof.verify_proof(
        headers,
        Expected(request.method, request.uri),
        remember=request.one_time_values.remember,
        now=provider.clock(),
        nonces=_nonces(provider, client),
        algs=_algorithms(client),
    )
    return proof.jkt


def check_dpop_binding(
    provider: Provider, client: Client, request: Request, text: str, token: SealedToken
) -> None:
    """That whoever presents an access token holds the key it is bound to (RFC 9449 7).

    :param text: the token as it was sent.
    :raises OAuthError: with status 401; a bound token is no bearer token, nor the other way round.
    """
    if client.metadata.is_fapi2:
        g.dpop_algorithms = FAPI2_ALGS  # what a challenge names from here on
    jkt = token.downscoped.get("jkt")
    sent_as_bound = request.headers.get("Authorization", "").lower().startswith("dpop ")
    if jkt is None:
        _check_unbound(client, sent_as_bound=sent_as_bound)
        return
    if not sent_as_bound:
        raise OAuthError("invalid_token", "The access token is bound to a key; use DPoP.")
    try:
        dpop_proof.verify_proof(
            request.headers.getlist(HEADER),
            Expected(request.method, provider.url(request.path), text, jkt),
            remember=provider.dpop_replay_cache.remember,
            now=provider.clock(),
            nonces=_nonces(provider, client),
            algs=_algorithms(client),
        )
    except OAuthError as error:
        raise OAuthError(error.code, error.hint, status=401) from error


def check_bound_key(bound: str | None, proved: str | None, error: str) -> None:
    """That a request proves the key that a code, a refresh token or a session is bound to.

    :param error: the code to refuse with.
    """
    if bound is not None and bound != proved:
        raise OAuthError(error, "Send a DPoP proof of the key that was used or named before.")


def _check_unbound(client: Client, *, sent_as_bound: bool) -> None:
    """A client under the FAPI 2.0 profile has no use of a bearer token from before (5.3.4)."""
    if client.metadata.is_fapi2:
        raise OAuthError("invalid_token", "The access token is not bound to a key; get a new one.")
    if sent_as_bound:
        raise OAuthError("invalid_token", "The access token is not bound to a key; use Bearer.")


def _algorithms(client: Client) -> Sequence[str]:
    """What its proofs may be signed with (RFC 9449 4.3; FAPI 2.0 Security Profile 5.4.1)."""
    return FAPI2_ALGS if client.metadata.is_fapi2 else dpop_proof.ALGORITHMS


def _nonces(provider: Provider, client: Client) -> Nonces | None:
    """What nonces come from, where they are demanded; the answer brings the next one (8.2)."""
    if not (provider.settings.dpop_nonce_required or client.metadata.dpop_nonce_required):
        return None

    def with_nonce(response: Response) -> Response:
        response.headers["DPoP-Nonce"] = provider.nonces.issue()
        return response

    after_this_request(with_nonce)
    return provider.nonces
