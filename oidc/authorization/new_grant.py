"""The grant that a settled authorization request becomes."""

import json

from oidc.clients.client import Client
from oidc.host import Login
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.provider import Provider
from oidc.tokens.grants import Grant, new_id


def new_grant(
    provider: Provider,
    client: Client,
    request: AuthorizationRequest,
    login: Login,
    kind: str,
    request_id: str | None = None,
) -> Grant:
    """:param kind: ``code`` for the browser, ``challenge`` in-app, ``device``.

    :param request_id: of the parked request that this answers; there can be one grant for it.
    """
    return Grant(
        id=request_id or new_id(),
        kind=kind,
        client_id=client.client_id,
        subject=login.subject,
        scope=" ".join(request.scope),
        redirect_uri=request.response_target.redirect_uri if request.response_target else None,
        nonce=request.nonce,
        code_challenge=request.code_challenge,
        auth_time=login.auth_time,
        acr=login.acr,
        amr=" ".join(login.amr),
        sid=login.sid,
        connection=login.connection,
        identity=login.identity,
        pending=login.pending,
        claims=json.dumps(request.claims) if request.claims else None,
        resources=json.dumps(request.resources) if request.resources else None,
        dpop_jkt=request.dpop_jkt,
        created_at=provider.clock(),
        expires_at=_expiry(provider, client, request, login),
    )


def _expiry(provider: Provider, client: Client, request: AuthorizationRequest, login: Login) -> int:
    """When the row may go: not before its last token, nor while the client must still be told
    that the session has ended (Back-Channel Logout 2.5)."""
    expiry = provider.token_issuer.expiry(provider.session, client, request.resources)
    if client.metadata.hears_of_logouts and login.ends_at is not None:
        return max(expiry, login.ends_at)
    return expiry
