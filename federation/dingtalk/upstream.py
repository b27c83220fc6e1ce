"""Where DingTalk departs from OAuth 2.0."""

import json
from collections.abc import Mapping
from typing import Any

from federation.errors import Denied, FederationError
from federation.oauth import refusals
from federation.oauth.agreement import Agreement
from federation.oauth.calls import document
from federation.oauth.oauth2 import OAuth2Upstream
from federation.upstreams import Departure, Returned

_BEGINNINGS = (
    ("invalidParameter.authCode", "invalid_grant"),
    ("invalidParameter.code", "invalid_grant"),
    ("invalidParameter.client", "invalid_client"),
    ("invalidClient", "invalid_client"),
    ("Forbidden", "userinfo_refused"),
    ("InvalidAuthentication", "userinfo_refused"),
    ("Throttling", "temporarily_unavailable"),
    ("ServiceUnavailable", "temporarily_unavailable"),
)
"""How its names of errors begin, and what RFC 6749 calls them; what follows tells the parameter."""
_ASKED = {"code": "code", "refresh_token": "refreshToken", "grant_type": "grantType"}
_TOLD = {
    "access_token": "accessToken",
    "refresh_token": "refreshToken",
    "expires_in": "expireIn",
}
"""Its names, by those of RFC 6749."""


class DingTalkUpstream(OAuth2Upstream):
    """JSON to the token address, and the token in a header of its own."""

    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        request = super().authorization_request(agreed, departure)
        if agreed.said("corp_id"):
            request["scope"] += " corpid"
        return request

    def redeem(self, agreed: Agreement, returned: Returned) -> Mapping[str, Any]:
        told = super().redeem(agreed, returned)
        organization = agreed.said("corp_id")
        if organization and told.get("corpId") != organization:
            raise Denied("token: the person came as a member of another organization, or of none")
        return told

    def ask_token(self, agreed: Agreement, request: Mapping[str, str]) -> Mapping[str, Any]:
        asked = {"clientId": agreed.client_id, "clientSecret": agreed.client_secret}
        asked |= {ours: request[name] for name, ours in _ASKED.items() if name in request}
        body, headers = json.dumps(asked).encode(), {"Content-Type": "application/json"}
        reply = self.client.calls.send("token", agreed.server.token_endpoint, body, headers)
        told = self.object_of("token", agreed, document("token", reply), reply.status)
        return {**told, **{name: told.get(theirs) for name, theirs in _TOLD.items()}}

    def userinfo_request(
        self, agreed: Agreement, access_token: str, tokens: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        del agreed, tokens
        return {}, {"x-acs-dingtalk-access-token": access_token}

    def refusal(self, agreed: Agreement, error: object) -> FederationError:
        name = refusals.named(error)
        for beginning, standard in _BEGINNINGS:
            if name.startswith(beginning):
                return refusals.refusal(standard, agreed.credential.id, name)
        return super().refusal(agreed, error)
