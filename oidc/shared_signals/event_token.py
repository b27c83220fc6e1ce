"""Security Event Tokens (RFC 8417 2, SSF 4)."""

from oidc.clients.client import Client
from oidc.protocol.security_events import TYPE
from oidc.protocol.signing_algorithms import MANDATORY
from oidc.provider import Provider
from oidc.shared_signals.outbox import SecurityEvent

BACKDATED = 2
"""Seconds by which ``iat`` lies back: verifiers allow no clock to be ahead of theirs."""


def algorithm_for(provider: Provider, client: Client) -> str:
    """RS256, as the CAEP Interoperability Profile 2.6 asks; what the client's ID tokens have where
    it is not signed with here, or not to be."""
    served = MANDATORY in provider.settings.signing_algorithms
    if served and not client.metadata.is_fapi2:
        return MANDATORY
    return client.metadata.id_token_signed_response_alg


def event_token(provider: Provider, client: Client, event: SecurityEvent) -> str:
    """The token, the same but for its signature however often it is made.

    It has no ``sub`` and no ``exp``, so that it can pass for no other JWT of ours (SSF 4.1.2,
    4.1.7), and one event (SSF 4.2.1).
    """
    claims = {
        "iss": provider.settings.issuer,
        "aud": client.client_id,
        "iat": event.created_at - BACKDATED,
        "jti": event.id,
        **event.claims,
    }
    key = provider.keys.active(provider.session, algorithm_for(provider, client))
    return key.sign(claims, TYPE)
