"""Where WeCom departs from OAuth 2.0: the token is the application's, the code the member's."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from federation.connections import Connection
from federation.errors import Denied, Unavailable
from federation.oauth.agreement import Agreement
from federation.oauth.calls import document
from federation.oauth.claim_map import at, text_at
from federation.oauth.oauth2 import OAuth2Upstream, OAuthClient
from federation.oauth.preset import Preset
from federation.upstreams import Departure, Returned

INSIDE = "https://open.weixin.qq.com/connect/oauth2/authorize"
"""The page within WeCom itself, silent (developer.work.weixin.qq.com/document/path/96441, read
2026-11-29); the fragment is part of the address."""
GETTOKEN = "https://qyapi.weixin.qq.com/cgi-bin/gettoken"
EARLY = 300
"""Seconds before its end at which a token is fetched anew."""
_WORN_OUT = ("40014", "42001")


class WeComUpstream(OAuth2Upstream):
    """Members are known by their ``userid``, whose case means nothing."""

    persons_tokens = False

    def __init__(self, client: OAuthClient, preset: Preset) -> None:
        super().__init__(client, preset)
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}

    def login_url(self, connection: Connection, departure: Departure) -> str:
        if not departure.inside:
            return super().login_url(connection, departure)
        agreed = self.agreement(connection)
        query = {
            "appid": agreed.client_id,
            "redirect_uri": departure.redirect_uri,
            "response_type": "code",
            # Whose other scope silently becomes this one where an AgentId is missing.
            "scope": "snsapi_base",
            "state": departure.state,
            "agentid": agreed.credential["agent_id"],
        }
        return f"{INSIDE}?{urlencode(query)}#wechat_redirect"

    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        return {
            "login_type": "CorpApp",
            "appid": agreed.client_id,
            "agentid": agreed.credential["agent_id"],
            "redirect_uri": departure.redirect_uri,
            "state": departure.state,
            "lang": "zh" if departure.locale.startswith("zh") else "en",
        }

    def redeem(self, agreed: Agreement, returned: Returned) -> Mapping[str, Any]:
        query = {"access_token": self._token(agreed), "code": returned.code}
        url = f"{agreed.server.token_endpoint}?{urlencode(query)}"
        reply = self.client.calls.get("token", url)
        told = document("token", reply)
        if str(at(told, "/errcode")) in _WORN_OUT:
            self._tokens.pop(_holder(agreed), None)
            raise Unavailable("token: the application's token has ended before its time")
        return self.object_of("token", agreed, told, reply.status)

    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        """:raises Denied: it is somebody who is no member, of whom an ``openid`` is told."""
        del agreed, returned
        member = text_at(tokens, "/userid /UserId")
        if member is None and text_at(tokens, "/openid /OpenId") is not None:
            raise Denied("getuserinfo: this is no member of the organization")
        # A CorpId before a slash is a partner organization's, which nobody has let in here.
        if member is not None and "/" in member:
            raise Denied("getuserinfo: this is a member of another organization")
        return {"userid": member.lower() if member else None}

    def _token(self, agreed: Agreement) -> str:
        """The application's own token, which WeCom wants kept: fetching is counted."""
        now, holder = self.client.clock(), _holder(agreed)
        token, until = self._tokens.get(holder, ("", 0.0))
        if now < until:
            return token
        query = urlencode({"corpid": holder[0], "corpsecret": holder[1]})
        reply = self.client.calls.get("app_token", f"{GETTOKEN}?{query}")
        told = self.object_of("app_token", agreed, document("app_token", reply), reply.status)
        fresh, life = text_at(told, "/access_token"), text_at(told, "/expires_in") or "0"
        if not fresh or not life.isdecimal():
            raise Unavailable("app_token: no access_token, or no expires_in")
        self._tokens[holder] = (fresh, now + int(life) - EARLY)
        return fresh


def _holder(agreed: Agreement) -> tuple[str, str]:
    return agreed.client_id, agreed.client_secret
