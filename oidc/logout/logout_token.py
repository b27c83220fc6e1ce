"""Logout tokens (OpenID Connect Back-Channel Logout 2.4)."""

import secrets

from oidc.clients.client import Client
from oidc.logout.outbox import Delivery
from oidc.provider import Provider
from oidc.tokens.signed_responses import id_token_protection

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = 120
"""Seconds; 2.4 wants no more than two minutes."""
TYPE = "logout+jwt"


def logout_token(provider: Provider, client: Client, delivery: Delivery) -> str:
    """Says to one application that one session of one person is over.

    Signed (and encrypted) like the client's ID tokens, with the same ``sub`` and ``sid``; it
    carries no ``nonce``, so that it can never pass for an ID token.

    :raises oidc.crypto.jwt.Unverifiable: the client's encryption key cannot be had.
    """
    now = provider.clock()
    claims = {
        "iss": provider.settings.issuer,
        "sub": provider.subjects.subject_for(client, delivery.subject, delivery.sid),
        "aud": client.client_id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": secrets.token_urlsafe(16),
        "sid": delivery.sid,
        "events": {EVENT: {}},
    }
    return provider.response_signer.seal(
        provider.session, client, claims, id_token_protection(client), TYPE
    )
