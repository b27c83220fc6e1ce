"""Where Weibo departs from OAuth 2.0."""

from collections.abc import Mapping
from typing import Any

from federation.errors import NotBelieved, Unavailable
from federation.oauth.agreement import Agreement
from federation.oauth.claim_map import text_at
from federation.oauth.oauth2 import OAuth2Upstream


class WeiboUpstream(OAuth2Upstream):
    """The token comes with a ``uid``, which the user-info address is asked about."""

    def userinfo_request(
        self, agreed: Agreement, access_token: str, tokens: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        query, headers = super().userinfo_request(agreed, access_token, tokens)
        return {**query, "uid": _uid(tokens)}, headers

    def userinfo(self, agreed: Agreement, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        told = super().userinfo(agreed, tokens)
        if text_at(told, agreed.claims.id) != _uid(tokens):
            raise NotBelieved("users/show: the person is not the one whom the token is for")
        return told


def _uid(tokens: Mapping[str, Any]) -> str:
    uid = text_at(tokens, "/uid")
    if uid is None:
        raise Unavailable("token: no uid")
    return uid
