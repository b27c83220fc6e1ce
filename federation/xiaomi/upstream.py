"""What Xiaomi's server does otherwise."""

from collections.abc import Mapping
from typing import Any

from federation.oauth.agreement import Agreement
from federation.oauth.oauth2 import OAuth2Upstream
from federation.upstreams import Returned


class XiaomiUpstream(OAuth2Upstream):
    """The person's name in one application comes with the token, the one in all of a developer's
    with the profile, which is told to whom also sends the client ID.
    """

    # They are MAC tokens, which are of use to nobody without the key that comes with them.
    persons_tokens = False

    def userinfo_request(
        self, agreed: Agreement, access_token: str, tokens: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        query, headers = super().userinfo_request(agreed, access_token, tokens)
        return {"clientId": agreed.client_id, **query}, headers

    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        told = super().person(agreed, tokens, returned)
        return {**told, "openId": tokens.get("openId")}
