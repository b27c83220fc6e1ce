"""Where QQ Connect departs from OAuth 2.0."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from federation.errors import Misconfigured, NotBelieved
from federation.oauth.agreement import Agreement
from federation.oauth.calls import document
from federation.oauth.oauth2 import OAuth2Upstream
from federation.upstreams import Returned

NO_UNIONID = "100048"
"""The application has not applied for UnionIDs; the answer is then an error and names nobody."""


class QQUpstream(OAuth2Upstream):
    """Tokens are fetched by GET; ``fmt=json`` keeps QQ from answering in a form and in JSONP."""

    def check_answer(self, agreed: Agreement, returned: Returned) -> None:
        """An error comes back as ``code``, with ``msg`` beside it."""
        super().check_answer(agreed, returned)
        if "msg" in returned.answer:
            raise self.refusal(agreed, returned.answer.get("code", "unknown"))

    def ask_token(self, agreed: Agreement, request: Mapping[str, str]) -> Mapping[str, Any]:
        query, headers = self.authentication(agreed)
        query |= {**request, "fmt": "json"}
        address = f"{agreed.server.token_endpoint}?{urlencode(query)}"
        reply = self.client.calls.get("token", address, headers)
        return self.object_of("token", agreed, document("token", reply), reply.status)

    def userinfo(self, agreed: Agreement, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        """OpenID and UnionID; without the latter where QQ has none for us, and none is needed."""
        try:
            told = super().userinfo(agreed, tokens)
        except Misconfigured as error:
            if error.errcode != NO_UNIONID or agreed.credential["developer"]:
                raise
            plain = agreed.server.userinfo_endpoint.replace("&unionid=1", "")
            told = super().userinfo(
                replace(agreed, server=replace(agreed.server, userinfo_endpoint=plain)), tokens
            )
        if str(told.get("client_id", agreed.client_id)) != agreed.client_id:
            raise NotBelieved("userinfo: the token is another application's")
        return told
