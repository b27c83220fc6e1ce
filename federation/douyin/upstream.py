"""Where Douyin departs from OAuth 2.0."""

from collections.abc import Mapping
from typing import Any

from federation.errors import NotBelieved, Unavailable
from federation.oauth.agreement import Agreement
from federation.oauth.calls import document
from federation.oauth.claim_map import text_at
from federation.oauth.oauth2 import OAuth2Upstream
from federation.upstreams import Departure


class DouyinUpstream(OAuth2Upstream):
    """``client_key`` for ``client_id``; user-info is posted for, with the person's own ID."""

    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        request = super().authorization_request(agreed, departure)
        return {"client_key": request.pop("client_id"), **request}

    def ask_token(self, agreed: Agreement, request: Mapping[str, str]) -> Mapping[str, Any]:
        """At two addresses: for a code, and for a refresh token."""
        address, asked = agreed.server.token_endpoint, dict(request)
        if "refresh_token" in asked:
            address = address.replace("access_token", "refresh_token")
        asked.pop("redirect_uri", None)
        asked |= {"client_key": agreed.client_id, "client_secret": agreed.client_secret}
        reply = self.client.calls.post("token", address, asked)
        return self.object_of("token", agreed, document("token", reply), reply.status)

    def userinfo(self, agreed: Agreement, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        token, person = tokens.get("access_token"), text_at(tokens, "/open_id")
        if not isinstance(token, str) or not token or person is None:
            raise Unavailable("token: no access_token, or no open_id")
        reply = self.client.calls.post(
            "userinfo",
            agreed.server.userinfo_endpoint,
            {"access_token": token, "open_id": person},
            {"access-token": token},
        )
        told = self.object_of("userinfo", agreed, document("userinfo", reply), reply.status)
        if text_at(told, "/open_id") != person:
            raise NotBelieved("userinfo: the person is not the one whom the token is for")
        return told
