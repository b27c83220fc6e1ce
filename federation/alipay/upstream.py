"""Where Alipay departs from OAuth 2.0.

Requests are signed over their sorted parameters, answers over the text of the node exactly as it
came: the vendor's EasySDK, ``SignContentExtractor`` (read 2026-11-29).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from federation.errors import Misconfigured, NotBelieved, Unavailable
from federation.oauth import rsa
from federation.oauth.agreement import Agreement
from federation.oauth.answers import Unreadable
from federation.oauth.claim_map import text_at
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.raw_members import members
from federation.upstreams import Departure, Returned

_BEIJING = timezone(timedelta(hours=8))
_NAMES = ("open_id", "user_id")
_TOKEN, _SHARE = "alipay.system.oauth.token", "alipay.user.info.share"


class AlipayUpstream(OAuth2Upstream):
    """``app_id`` and ``auth_code``; both calls are methods of one rsa."""

    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        request = super().authorization_request(agreed, departure)
        del request["response_type"]
        return {"app_id": request.pop("client_id"), **request}

    def check_answer(self, agreed: Agreement, returned: Returned) -> None:
        super().check_answer(agreed, returned)
        if returned.answer.get("app_id", agreed.client_id) != agreed.client_id:
            raise NotBelieved("the answer is for another application")

    def ask_token(self, agreed: Agreement, request: Mapping[str, str]) -> Mapping[str, Any]:
        asked = {name: value for name, value in request.items() if name != "redirect_uri"}
        return self._ask(agreed, "token", _TOKEN, asked)

    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        del returned
        token = text_at(tokens, "/access_token")
        if not token:
            raise Unavailable("token: no access_token")
        told = self._ask(agreed, "userinfo", _SHARE, {"auth_token": token})
        for name in _NAMES:
            both = text_at(told, f"/{name}"), text_at(tokens, f"/{name}")
            if None not in both and both[0] != both[1]:
                raise NotBelieved("userinfo: the person is not the one whom the token is for")
        # The answer that came for the code says who it is; the other adds name and picture.
        return {**{name: told[name] for name in told if name not in _NAMES}, **tokens}

    def _ask(
        self, agreed: Agreement, name: str, method: str, asked: Mapping[str, str]
    ) -> Mapping[str, Any]:
        reply = self.client.calls.post(
            name, agreed.server.token_endpoint, self._signed(agreed, {"method": method, **asked})
        )
        if reply.status != 200:
            raise Unavailable(f"{name}: HTTP {reply.status}")
        try:
            found = members(reply.body)
        except Unreadable as error:
            raise Unavailable(f"{name}: {error}") from None
        return self._believed(agreed, name, method.replace(".", "_") + "_response", found)

    def _signed(self, agreed: Agreement, asked: Mapping[str, str]) -> dict[str, str]:
        key = rsa.private_key(agreed.credential["private_key"], is_known=True)
        if key is None:
            raise _bad_key(agreed)
        request = {
            "app_id": agreed.client_id,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": datetime.fromtimestamp(self.client.clock(), _BEIJING).strftime(
                "%Y-%m-%d %H:%M:%S"
            ),
            "version": "1.0",
            **asked,
        }
        text = "&".join(f"{name}={request[name]}" for name in sorted(request) if request[name])
        return {**request, "sign": rsa.sign(text, key)}

    def _believed(
        self, agreed: Agreement, name: str, node: str, found: Mapping[str, tuple[Any, str]]
    ) -> Mapping[str, Any]:
        """The answer's object. Errors may come unsigned: of whom Alipay does not know."""
        told, raw = found.get(node) or found.get("error_response") or ({}, "")
        if not isinstance(told, Mapping) or not told:
            raise Unavailable(f"{name}: nothing in {node}")
        refused = text_at(told, "/sub_code /code")
        if refused not in (None, "10000"):
            raise self.refusal(agreed, refused)
        key, (signature, _) = (
            rsa.public_key(agreed.credential["public_key"]),
            found.get("sign", ("", "")),
        )
        if key is None:
            raise _bad_key(agreed)
        if node not in found or not rsa.is_signed(raw, signature, key):
            raise NotBelieved(f"{name}: the signature is not Alipay's")
        return told


def _bad_key(agreed: Agreement) -> Misconfigured:
    detail, credential_id = "a key cannot be read", agreed.credential.id
    return Misconfigured(detail, credential_id=credential_id, errcode="bad_private_key")
