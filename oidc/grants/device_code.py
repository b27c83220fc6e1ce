"""The device authorization grant: the device asks until somebody has answered (RFC 8628 3.4)."""

from typing import Any

from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin
from authlib.oauth2.rfc6749.hooks import hooked

from oidc.authentication.dpop_binding import check_bound_key
from oidc.authentication.server import AUTH_METHODS
from oidc.clients.client import Client
from oidc.grants.downscoping import downscoped
from oidc.interactions.device_codes import Device
from oidc.protocol.errors import OAuthError
from oidc.provider import Provider
from oidc.shared_signals import acquaintances
from oidc.tokens import grants
from oidc.tokens.grants import Grant

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER = 5
"""Seconds that a device which asks too soon must wait longer from then on (RFC 8628 3.5)."""


class DeviceCode(BaseGrant, TokenEndpointMixin):
    """Gives tokens for an approved device, exactly once."""

    GRANT_TYPE: Any = GRANT_TYPE
    TOKEN_ENDPOINT_AUTH_METHODS = list(AUTH_METHODS)
    request: Any

    @property
    def provider(self) -> Provider:
        provider: Provider = self.server.provider
        return provider

    def validate_token_request(self) -> None:
        """Finds the device of this client; the request goes on once it is approved.

        :raises OAuthError: with an error of RFC 8628 3.5 until then.
        """
        client: Client = self.authenticate_token_endpoint_client()
        self.request.client = client
        if not client.check_grant_type(GRANT_TYPE):
            raise OAuthError("unauthorized_client", "The application may not use this grant type.")
        text = self.request.form.get("device_code")
        if text is None:
            raise OAuthError("invalid_request", "The device_code parameter is missing.")
        device = self._device(text, client)
        self._wait(device)
        self.request.credential = device

    def _device(self, text: str, client: Client) -> Device:
        provider = self.provider
        token = provider.sealer.open(text, "device")
        device = token and provider.device_codes.get(provider.session, token.grant_id)
        if not isinstance(device, Device) or device.client_id != client.client_id:
            raise OAuthError(
                "invalid_grant", "The device_code is unknown or another application's."
            )
        return device

    def _wait(self, device: Device) -> None:
        """Raises the reason why the device gets nothing yet, or ever."""
        provider, now = self.provider, self.provider.clock()
        if device.state == "denied":
            raise OAuthError("access_denied", "The person declined.")
        if device.expires_at <= now:
            raise OAuthError("expired_token", "The device_code has expired; begin again.")
        if device.state == "approved":
            return
        too_soon = device.polled_at is not None and now - device.polled_at < device.interval
        interval = device.interval + SLOWER if too_soon else device.interval
        provider.device_codes.note_poll(provider.session, device, interval)
        if too_soon:
            raise OAuthError(
                "slow_down", "The device asks too often; wait 5 seconds longer each time."
            )
        raise OAuthError("authorization_pending", "The person has not answered yet.")

    @hooked
    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        provider, client = self.provider, self.request.client
        # A device and the grant that it gets share their id.
        grant = grants.get(provider.session, self.request.credential.id)
        if grant is None or grant.revoked_at is not None:
            raise OAuthError("invalid_grant", "The sign-in was withdrawn.")
        if grant.code_used_at is not None:
            self._replayed(grant)
        jkt = self.request.dpop_jkt
        check_bound_key(grant.dpop_jkt, jkt, "invalid_grant")
        less = downscoped(provider, client, grant, self.request.form, jkt)
        # Everything is read before the one statement that decides, and minted after it.
        released = provider.claims_for(grant, client)
        if not grants.redeem_code(provider.session, grant.id, provider.clock(), jkt):
            self._replayed(grant)
        if client.metadata.receives_events:
            acquaintances.note(provider.session, client, grant, provider.clock())
        tokens = provider.token_issuer.tokens(
            provider.session, grant, client, generation=0, downscoped=less, released=released
        )
        return 200, tokens, self.TOKEN_RESPONSE_HEADER

    def _replayed(self, grant: Grant) -> None:
        """As with a code: a device that lost our answer has no tokens to lose."""
        provider = self.provider
        grants.revoke(provider.session, grant.id, provider.clock())
        provider.host.audit.note(
            "code_replayed", client_id=grant.client_id, subject=grant.subject, outcome="revoked"
        )
        raise OAuthError(
            "invalid_grant", "The device_code was used before; its tokens are revoked."
        )
